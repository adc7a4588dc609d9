"""manage.py recovery_sheet: the printable sheet, as a page for a browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from safekeeping.backups.command import BackupCommand
from safekeeping.backups.recovery_sheet import recovery_sheet
from safekeeping.backups.storage.config import current_config


class Command(BackupCommand):
    help = (
        "Write the recovery sheet: where the backups are, who can open them, the keys "
        "wrapped for these people, and the steps when the server is lost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default="recovery-sheet.html")

    def work(self, **options: Any) -> None:
        file: Path = options["file"]
        sheet = recovery_sheet(current_config())
        text = render_to_string("safekeeping/_recovery_sheet.html", {"sheet": sheet})
        head = '<!doctype html><meta charset="utf-8"><title>Recovery sheet</title>'
        file.touch(mode=0o600)
        file.write_text(head + text, encoding="utf-8")
        self.stdout.write(f"Open {file} in a browser and print it.")
