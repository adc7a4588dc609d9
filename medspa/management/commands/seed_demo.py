"""`manage.py seed_demo`: an invented clinic's last months, from one seed."""

import sys
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.demo.sample.distributions import distributions
from medspa.demo.sample.plan import Request
from medspa.demo.sample.seeding import seed
from medspa.management.refusals import refusals_end_command

MOST_LEADS = 5_000_000
MOST_DEMO_MONTHS = 120


class Command(BaseCommand):
    help = "Fill an empty installation with an invented, plausible clinic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--leads",
            type=int,
            help=f"how many leads (default: {distributions().leads_per_month} a month)",
        )
        parser.add_argument("--months", type=int, default=24, help="default: 24")
        parser.add_argument("--seed", type=int, default=7, help="default: 7")
        parser.add_argument(
            "--until",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the clinic's last day (default: today, until this moment)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        request = _request(options)
        began = time.monotonic()
        # The bar is only for a person; in a log it would be noise.
        quiet = not sys.stderr.isatty()
        with (
            refusals_end_command(),
            tqdm(total=request.leads, unit=" leads", disable=quiet) as bar,
        ):
            made = seed(request, progress=bar.update)
        seconds = time.monotonic() - began
        self.stdout.write(f"{_in_words(made)} in {seconds:.1f} s.")


def _request(options: dict[str, Any]) -> Request:
    months = _within("--months", options["months"], MOST_DEMO_MONTHS)
    leads = options["leads"]
    if leads is None:
        leads = months * distributions().leads_per_month
    return Request(
        leads=_within("--leads", leads, MOST_LEADS),
        months=months,
        seed=options["seed"],
        now=_end(options["until"]),
    )


def _within(option: str, number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise CommandError(f"{option} must be between 1 and {most:,}.")
    return number


def _end(until: date | None) -> datetime:
    """The moment at which the simulation ends."""
    today = clinic_today()
    if until is None or until == today:
        return datetime.now(UTC)
    if until > today:
        raise CommandError("--until can't be in the future.")
    return start_of_day(until + timedelta(days=1), clinic_zone()) - timedelta(seconds=1)


def _in_words(made: dict[str, int]) -> str:
    """`1,000 leads, 2,870 stage periods, …`"""
    names = {m._meta.db_table: m._meta.verbose_name_plural for m in apps.get_models()}
    parts = [f"{count:,} {names[table]}" for table, count in made.items()]
    return "Made " + ", ".join(parts)
