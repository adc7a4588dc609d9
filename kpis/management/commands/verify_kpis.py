"""`manage.py verify_kpis`: do the rollups say what leads and events say?"""

from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kpis.rollups import rebuild_rollups
from kpis.verify import NoRollups, check, check_stored
from medspa.clinic_time import clinic_zone


class Command(BaseCommand):
    help = (
        "Compare all stored totals with leads and events, and what the KPI page answers"
        " for the last months with the rows themselves; exit 1 on a difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fix", action="store_true", help="rebuild the totals if they are wrong"
        )
        parser.add_argument(
            "--every-month",
            action="store_true",
            help="compare the answers for every month and all of them: takes longer",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ranges, wrong = self._compare(options["every_month"])
        if not wrong:
            self.stdout.write(f"The totals of all {ranges} ranges are correct.")
        elif options["fix"]:
            rebuild_rollups(clinic_zone().key)
            self.stdout.write(f"{wrong} of {ranges} ranges were wrong: all rebuilt.")
        else:
            raise CommandError(
                f"{wrong} of {ranges} ranges are wrong. Run rebuild_kpis."
            )

    def _compare(self, every_month: bool) -> tuple[int, int]:
        """How many ranges there are, and how many of them are wrong."""
        ranges = wrong = 0
        try:
            for checked in chain(check_stored(), check() if every_month else ()):
                ranges += 1
                if checked.wrong:
                    wrong += 1
                    names = ", ".join(checked.wrong)
                    self.stderr.write(f"{checked.period.label}: {names}.")
        except NoRollups as reason:
            raise CommandError(f"{reason} Run rebuild_kpis.") from reason
        return ranges, wrong
