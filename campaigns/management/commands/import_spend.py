"""Import what campaigns cost: `manage.py import_spend FILE.csv`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.export_file import Spending, read_spend_file
from campaigns.spend.importing import SpendImport, import_spend, preview_spend
from medspa.formats import format_cents
from medspa.reading.text_file import FileUnreadable, read_bytes

MAX_SPEND_FILE_MEGABYTES = 20


class Command(BaseCommand):
    help = (
        "Import the spend from a cost export of Meta Ads, Google Ads or Microsoft Ads, "
        "or from any table with Campaign name, Month or Day, and Amount spent or Cost. "
        "What is entered for the same days is replaced; a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what would change."
        )
        parser.add_argument(
            "--match",
            action="append",
            default=[],
            metavar="NAME=CAMPAIGN_ID",
            help="Which campaign a name in the file is; remembered for next time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = dict(_pair(text) for text in options["match"])
        for campaign in chosen.values():
            if not Campaign.objects.filter(pk=campaign).exists():
                raise CommandError(f"There is no campaign {campaign}.")
        try:
            spending = read_spend_file(
                read_bytes(options["file"], MAX_SPEND_FILE_MEGABYTES)
            )
            run = preview_spend if options["dry_run"] else import_spend
            done = run(spending.source, spending.ranges, chosen)
        except FileUnreadable as refusal:
            raise CommandError(str(refusal)) from None
        except SpendFileRefused as refusal:
            raise CommandError(f"Nothing was saved. {refusal}") from None
        self.stdout.write("\n".join(_report_lines(spending, done, options["dry_run"])))


def _report_lines(spending: Spending, done: SpendImport, is_dry_run: bool) -> list[str]:
    lines = [spending.sentence]
    lines += [f"Row {number}: {why}" for number, why in spending.refused]
    lines += spending.left_out
    verb = "Would save" if is_dry_run else "Saved"
    lines.append(
        f"{verb} {done.plan.writes} of {len(done.plan.changes)} amounts of "
        f"{done.campaigns} campaigns ({done.plan.sentence or 'none'}): "
        f"{format_cents(done.plan.total_cents)} of {format_cents(done.file_cents)}."
    )
    lines += [
        f"Not saved: {change.campaign}, {change.why_not}"
        for change in done.plan.conflicts
    ]
    for match in done.left_out:
        cents = sum(done.ranges[match.name].values())
        why = "several campaigns" if match.is_ambiguous else "no campaign"
        lines.append(f"Skipped {format_cents(cents)}: {why} called {match.name!r}.")
    return lines


def _pair(text: str) -> tuple[str, str]:
    name, mark, campaign = text.rpartition("=")
    if not mark:
        raise CommandError("Use --match like 'Name in the file=campaign id'.")
    return " ".join(name.split()), campaign.strip()
