"""An export of ad costs: read, matched, looked at, and then written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from campaigns.models import Door
from campaigns.spend.export_file import SpendFileRefused
from campaigns.spend.matching import Match, match_names, remember
from campaigns.spend.planning import (
    Plan,
    make_plan,
    refuse_cents,
    refuse_month,
    write_spend,
)
from campaigns.spend.text import TextRefused, read_month
from medspa.audit.actors import acting

LOCK = "SELECT pg_advisory_xact_lock('campaigns_campaignalias'::regclass::oid::bigint)"
OUT_OF_DATE = "This page is out of date. Choose the file again."
Months = Mapping[str, Mapping[date, int]]


@dataclass(frozen=True)
class Import:
    """What a file says, whose it is, and what writing it changes (or has changed)."""

    door: Door
    months: Months
    matches: list[Match]
    plan: Plan

    @property
    def file_cents(self) -> int:
        return sum(sum(months.values()) for months in self.months.values())

    @property
    def left_out_cents(self) -> int:
        return self.file_cents - self.plan.total_cents

    @property
    def left_out(self) -> list[Match]:
        return [match for match in self.matches if match.campaign is None]

    @property
    def open(self) -> list[Match]:
        """Names that nobody has said anything about yet."""
        return [match for match in self.matches if match.is_open]

    @property
    def campaigns(self) -> int:
        return len({change.campaign.pk for change in self.plan.changes})


def look_at(
    door: Door, months: Months, chosen: Mapping[str, str] | None = None
) -> Import:
    """What writing the months would change. Raises SpendFileRefused."""
    matches = match_names(door, months, chosen)
    return Import(door, months, matches, make_plan(_given(months, matches)))


@transaction.atomic
def import_spend(
    door: Door,
    months: Months,
    chosen: Mapping[str, str] | None = None,
    seen: str = "",
) -> Import:
    """Write the months of matched names, and remember what was chosen for names.

    One import at a time. Raises ChangedMeanwhile as `write_spend` does, and
    SpendFileRefused for months that can't be.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    matches = match_names(door, months, chosen)
    with acting(reason=f"Imported from a file: {door.label}"):
        try:
            plan = write_spend(_given(months, matches), seen)
        except TextRefused as refusal:
            raise SpendFileRefused(str(refusal)) from None
        remember(door, matches)
    return Import(door, months, matches, plan)


def _given(months: Months, matches: list[Match]) -> dict[tuple[str, date], int]:
    """Several names of one campaign are added up."""
    given: dict[tuple[str, date], int] = {}
    for match in matches:
        for month, cents in months[match.name].items():
            try:
                refuse_month(month)
            except TextRefused as refusal:
                raise SpendFileRefused(str(refusal)) from None
            if match.campaign is not None:
                place = (match.campaign.pk, month)
                given[place] = given.get(place, 0) + cents
    return given


# Between looking and writing the months travel in the page: nothing is kept here.


def packed(door: Door, months: Months) -> str:
    """One line for each month: name, month and cents, below the door's name."""
    lines = [
        f"{name}\t{month}\t{cents}"
        for name, by_month in months.items()
        for month, cents in by_month.items()
    ]
    return "\n".join([door.value, *lines])


def unpacked(text: str) -> tuple[Door, dict[str, dict[date, int]]]:
    """What was packed; raises SpendFileRefused for anything else."""
    first, *lines = text.splitlines() or [""]
    months: dict[str, dict[date, int]] = {}
    try:
        door = Door(first.strip())
        for line in lines:
            name, month, cents = line.split("\t")
            refuse_cents(int(cents))
            months.setdefault(name, {})[read_month(month)] = int(cents)
    except (ValueError, TypeError):
        raise SpendFileRefused(OUT_OF_DATE) from None
    if not months:
        raise SpendFileRefused(OUT_OF_DATE)
    return door, months
