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


class Command(BackupCommand):
    help = (
        "Restore a random minute of the last seven days into a scratch server, check "
        "tables, indexes, rows, totals, KPI sums and encrypted values there, remove "
        "it, and store a dated report. Ends with 1 if anything is wrong. The clinic's "
        "own database isn't touched."
    )

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
