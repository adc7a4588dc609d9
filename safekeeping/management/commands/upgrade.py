"""manage.py upgrade: bring the database to this version of the app, or back."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from safekeeping.upgrade.going_back import (
    copy_to_go_back_to,
    go_back,
    what_would_be_lost,
)
from safekeeping.upgrade.upgrading import upgrade

HELP = """
Run this after installing a new version of the app, and once on a new site.

It copies the database, changes the tables, and proves that nothing was lost. People can
go on working. When it is interrupted, run it again: it says where it was and
goes on. If the new version is not for you, stop the site and run

    manage.py upgrade --back

which puts the database back as it was before, without what was entered since; then
install the version from before. The copy is kept for a week. It is not a backup: it
stands on the same disk.

Where the tables belong to a role of their own, name it in DATABASE_OWNER_URL for this
command (docs/deployment.md, A new version).
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--back", action="store_true", help="undo the last upgrade (see above)"
        )
        parser.add_argument(
            "--yes", action="store_true", help="don't ask before going back"
        )

    def handle(self, *args: Any, back: bool, yes: bool, **options: Any) -> None:
        if not back:
            upgrade(self.stdout.write)
            return
        record = copy_to_go_back_to()
        for sentence in what_would_be_lost(record):
            self.stdout.write(sentence)
        if not yes:
            self._confirm()
        go_back(record, self.stdout.write)

    def _confirm(self) -> None:
        name = connection.settings_dict["NAME"]
        self.stdout.write(
            "Whatever was entered or changed since then will be gone. Type the name of "
            f"the database ({name}) to go back."
        )
        if sys.stdin.readline().strip() != name:
            raise CommandError("Nothing was done.")
