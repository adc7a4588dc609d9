"""manage.py verify_audit: was anything changed in history, audit log or seals?"""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.formats.plurals import counted
from medspa.templatetags.clinic import full_moment
from safekeeping.seals.verifying import (
    SealFinding,
    Verified,
    check_chain,
    check_export,
    check_rows,
)

MOST_LINES = 200


class Command(BaseCommand):
    help = (
        "Checks that the audit trail was not changed outside the site. Every few "
        "minutes the worker seals what was written; this command compares every row of "
        "history and of the audit log with its seal, and every seal with the one "
        "before. It names each row that was changed, removed or added, and changes "
        "nothing. What retention and erasure removed is known and no finding. "
        "Ends with 0 when all is as it was sealed, with 1 when something isn't."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="a file of seals that was kept in another place; finds a chain that "
            "was rewritten as a whole, or whose end was cut off",
        )

    def handle(self, *args: Any, against: Path | None = None, **options: Any) -> None:
        verified = Verified()
        wrong = self._tell(check_chain(verified))
        if against:
            wrong += self._tell(check_export(_lines_of(against)))
        wrong += self._tell(check_rows(verified, self._on_table(options["verbosity"])))
        self._tell_sections(verified)
        if verified.unproved:
            self.stdout.write(
                f"Not sealed yet, because older than the seals: {verified.unproved:,}. "
                "The worker takes them up."
            )
        if wrong:
            things = "1 thing is" if wrong == 1 else f"{wrong:,} things are"
            raise CommandError(f"{things} not as sealed.")
        self.stdout.write(
            f"As sealed: {counted(verified.rows, 'row', 'rows')} under "
            f"{counted(verified.seals, 'seal', 'seals')}."
        )

    def _tell_sections(self, verified: Verified) -> None:
        """A chain that went on on other servers, and what each took up."""
        if len(verified.sections) > 1:
            for section in verified.sections:
                words = f"From seal {section.first}: server {section.server}"
                if section.first > 1:
                    words += (
                        f", since {full_moment(section.made_at)}. Its first seal took "
                        f"up {section.rows:,} rows that were under no seal"
                    )
                self.stdout.write(f"{words}.")
        if verified.carried:
            self.stdout.write(
                f"{verified.carried:,} rows came from another server unsealed, or were "
                "written here since; the worker's next seal takes them up."
            )

    def _tell(self, findings: Iterable[SealFinding]) -> int:
        count = 0
        for finding in findings:
            count += 1
            if count <= MOST_LINES:
                self.stdout.write(str(finding))
        if count > MOST_LINES:
            self.stdout.write(f"… and {count - MOST_LINES:,} more like these.")
        return count

    def _on_table(self, verbosity: int) -> Any:
        return self.stdout.write if verbosity > 1 else lambda table: None


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read.") from error
