"""manage.py recovery_sheet: the printable sheet, as a page for a browser."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.template.loader import render_to_string

from safekeeping.backups.command import BackupCommand
from safekeeping.backups.recovery_sheet import recovery_sheet
from safekeeping.backups.storage.config import current_config

HELP = """\
Write the recovery sheet: print it, and keep it away from the server.

It says where the backups are, who can open them, and what to do when the server is
lost. The site's keys are on it as QR codes, encrypted to the owner and the escrow:
without one of their key files it is of no use. Make a new one when a key changes.
"""


class Command(BackupCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default="recovery-sheet.html")

    def work(self, **options: Any) -> None:
        file: Path = options["file"]
        sheet = recovery_sheet(current_config())
        text = render_to_string("safekeeping/_recovery_sheet.html", {"sheet": sheet})
        head = '<!doctype html><meta charset="utf-8"><title>Recovery sheet</title>'
        try:
            file.touch(mode=0o600)
            file.write_text(head + text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror}.") from error
        self.stdout.write(f"Open {file} in a browser and print it.")
