"""`manage.py verify_totals`: are the stored totals and summaries of leads true?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leads.services.summaries import repair_summaries, wrong_summaries
from leads.services.totals import StageCheck, check_stage_totals, rebuild_stage_totals
from medspa.formats import format_cents


class Command(BaseCommand):
    help = (
        "Compare the kept totals of the stages and the summaries of the leads with the "
        "rows that they are made of; exit 1 on a difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="recount and repair")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check_summaries(fix=options["fix"])
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

    def _check_summaries(self, *, fix: bool) -> None:
        wrong = wrong_summaries()
        leads = "1 lead" if len(wrong) == 1 else f"{len(wrong):,} leads"
        if not wrong:
            self.stdout.write("The summaries of all leads are true.")
        elif fix:
            repair_summaries(wrong)
            self.stdout.write(f"Repaired the summaries of {leads}.")
        else:
            raise CommandError(
                f"The summaries of {leads} are wrong. "
                "Run verify_totals --fix to work them out again."
            )


def _stages(count: int) -> str:
    return "1 stage" if count == 1 else f"{count} stages"


def _sentence(check: StageCheck) -> str:
    stored, counted = _words(check.stored), _words(check.counted)
    return f"{check.stage_name}: kept {stored}, true {counted}."


def _words(total: tuple[int, int]) -> str:
    leads, cents = total
    return f"{leads:,} leads worth {format_cents(cents, always_cents=True)}"
