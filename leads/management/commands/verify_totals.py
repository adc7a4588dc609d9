"""`manage.py verify_totals`: do the stored totals agree with the leads?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.services.totals import StageCheck, check_stage_totals, rebuild_stage_totals
from medspa.formats import format_cents


class Command(BaseCommand):
    help = "Compare the stored stage totals with the leads; exit 1 on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="recount and repair")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = check_stage_totals()
        wrong = [check for check in checks if not check.agrees]
        for check in wrong:
            self.stderr.write(_sentence(check))
        if not wrong:
            self.stdout.write(f"The totals of all {len(checks)} stages are correct.")
        elif options["fix"]:
            rebuild_stage_totals()
            self.stdout.write(f"Repaired the totals of {_stages(len(wrong))}.")
        else:
            raise CommandError(
                f"The totals of {_stages(len(wrong))} are wrong. "
                "Run verify_totals --fix to count them again."
            )


def _stages(count: int) -> str:
    return "1 stage" if count == 1 else f"{count} stages"


def _sentence(check: StageCheck) -> str:
    stored, counted = _words(check.stored), _words(check.counted)
    return f"{check.stage_name}: kept {stored}, true {counted}."


def _words(total: tuple[int, int]) -> str:
    leads, cents = total
    return f"{leads:,} leads worth {format_cents(cents, always_cents=True)}"
