"""Settings of a connection without a form of their own: mappings, what to write."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from connections.management.choosing import the_connection
from connections.models import Connection
from connections.setting_up import save_settings
from medspa.audit.actors import acting


class Command(BaseCommand):
    help = (
        "Print the settings of a connection as JSON, or replace them with those in a "
        "file. For the keys of each system, see docs/connections."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("door", help="The system, such as gohighlevel or square.")
        parser.add_argument("file", nargs="?", type=Path, help="A JSON file to save.")
        parser.add_argument(
            "--account", default="", help="The account, if there are several."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        row = the_connection(options["door"], options["account"])
        if path := options["file"]:
            with acting("manage.py connection_settings"):
                row = _saved(row, path)
        self.stdout.write(json.dumps(row.settings_json, indent=2, ensure_ascii=False))


def _saved(row: Connection, path: Path) -> Connection:
    try:
        settings = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} can't be read as JSON.") from error
    try:
        return save_settings(row.pk, settings)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
