"""manage.py drill: prove that the backups can be restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from medspa.formats import clinic_formats
from safekeeping.backups.command import BackupCommand
from safekeeping.backups.drills.drill import run_drill
from safekeeping.backups.restoring.identities import read_identities
from safekeeping.backups.storage.config import current_config

HELP = """\
Prove that the backups can be restored, without touching the site.

A random minute of the last seven days is restored into a server of its own. There it
checks tables, indexes, rows, totals, KPI sums and encrypted values. Then it removes
that server and keeps a dated report, which the Backups page shows. Do it every week;
the worker does it by itself where BACKUP_DRILL_IDENTITIES names key files.

Ends with 0 when all is well, with 1 if anything is wrong.
"""
EXAMPLES = """\
examples:
  manage.py drill --identity /run/owner.txt    with the key file of the owner
  manage.py drill                              with that of BACKUP_DRILL_IDENTITIES
"""


class Command(BackupCommand):
    help = HELP
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--identity",
            type=Path,
            metavar="FILE",
            help="the age identity that opens the backups (default: that of "
            "BACKUP_DRILL_IDENTITIES)",
        )

    def work(self, **options: Any) -> None:
        config = current_config()
        path = options["identity"]
        row = run_drill(config, identities=read_identities(path) if path else None)
        for line in row.report.splitlines():
            self.stdout.write(line)
        if not row.is_passed:
            raise CommandError(row.problem)
        moment = clinic_formats().full_moment(row.target) if row.target else ""
        self.stdout.write(
            f"Restored {moment} from {row.label} with the {row.key_name}'s key in "
            f"{row.seconds:.0f} s. If the server had been lost when this began, "
            f"{row.lost_seconds:.0f} s would have been lost."
        )
