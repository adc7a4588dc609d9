"""`manage.py erase`: the erasure ledger outside the database, and its replay."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.formats.plurals import counted
from safekeeping.erasure.ledger import LedgerRefused, replay, write_ledger
from safekeeping.models import ErasedLead, ErasureRequest, ErasureState

HELP = """\
Erasing a person takes two administrators and is done on the lead's page, under Privacy.

This command keeps the erasure ledger: a file that names everyone who was erased by a
hash, so that no one learns from it who they were. A backup still holds the people who
were erased after it was made. So after every restore, replay the newest ledger: it
erases them again.
"""
EXAMPLES = """\
examples:
  manage.py erase                          how many were erased, and what is waiting
  manage.py erase --export ledger.txt      write the ledger to a file
  manage.py erase --replay ledger.txt      after a restore: erase them again
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--export", metavar="FILE", help="write the ledger to a file")
        what.add_argument(
            "--replay", metavar="FILE", help="erase everyone the ledger names"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            leads = self._export(Path(options["export"]))
            self.stdout.write(f"The ledger names {counted(leads, 'lead', 'leads')}.")
        elif options["replay"]:
            self._replay(Path(options["replay"]))
        else:
            self._status()

    def _export(self, path: Path) -> int:
        try:
            return write_ledger(path)
        except OSError as error:
            raise CommandError(f"{path} can't be written.") from error

    def _replay(self, path: Path) -> None:
        try:
            done = replay(path.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} can't be read.") from error
        except LedgerRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"The ledger names {counted(done.named, 'lead', 'leads')}. "
            f"Erased again: {done.erased:,}."
        )

    def _status(self) -> None:
        waiting = ErasureRequest.objects.filter(state=ErasureState.WAITING).count()
        self.stdout.write(
            f"{counted(ErasedLead.objects.count(), 'lead', 'leads')} erased. "
            f"Waiting for a second administrator: {waiting:,}."
        )
