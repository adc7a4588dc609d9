"""An export of ad costs: read, matched with campaigns, previewed and written."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from campaigns.models import SpendSource
from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.matching import CampaignMatch, match_names, remember_names
from campaigns.spend.planning import (
    SpendPlan,
    make_plan,
    refuse_cents,
    refuse_days,
    so_far,
    write_spend,
)
from campaigns.spend.text import TextRefused, range_between, read_spend_days
from medspa.audit.actors import acting
from medspa.months import DayRange

IMPORT_LOCK_SQL = (
    "SELECT pg_advisory_xact_lock('campaigns_campaignalias'::regclass::oid::bigint)"
)
PAGE_OUT_OF_DATE = "This page is out of date. Choose the file again."
# Between preview and writing a page holds at most so many amounts.
MAX_AMOUNTS = 40_000
SpendByName = Mapping[str, Mapping[DayRange, int]]


@dataclass(frozen=True)
class SpendImport:
    """What a file says, whose it is, and what writing it changes (or has changed)."""

    source: SpendSource
    ranges: SpendByName
    matches: list[CampaignMatch]
    plan: SpendPlan

    @property
    def file_cents(self) -> int:
        return sum(sum(ranges.values()) for ranges in self.ranges.values())

    @property
    def left_out_cents(self) -> int:
        return self.file_cents - self.plan.total_cents

    @property
    def left_out(self) -> list[CampaignMatch]:
        return [match for match in self.matches if match.campaign is None]

    @property
    def open(self) -> list[CampaignMatch]:
        """Names that nobody has matched or left out yet."""
        return [match for match in self.matches if match.is_open]

    @property
    def campaigns(self) -> int:
        return len({change.campaign.pk for change in self.plan.changes})


def preview_spend(
    source: SpendSource, ranges: SpendByName, chosen: Mapping[str, str] | None = None
) -> SpendImport:
    """What writing the amounts would change. Raises SpendFileRefused."""
    matches = match_names(source, ranges, chosen)
    return SpendImport(source, ranges, matches, make_plan(_given(ranges, matches)))


@transaction.atomic
def import_spend(
    source: SpendSource,
    ranges: SpendByName,
    chosen: Mapping[str, str] | None = None,
    seen: str = "",
) -> SpendImport:
    """Write the amounts of matched names, and remember what was chosen for names.

    One import at a time. Raises ChangedMeanwhile as `write_spend` does, and
    SpendFileRefused for days that can't be.
    """
    with connection.cursor() as cursor:
        cursor.execute(IMPORT_LOCK_SQL)
    matches = match_names(source, ranges, chosen)
    with acting(reason=f"Imported from a file: {source.label}"):
        try:
            plan = write_spend(_given(ranges, matches), seen)
        except TextRefused as refusal:
            raise SpendFileRefused(str(refusal)) from None
        remember_names(source, matches)
    return SpendImport(source, ranges, matches, plan)


def _given(
    ranges: SpendByName, matches: list[CampaignMatch]
) -> dict[tuple[str, DayRange], int]:
    """Several names of one campaign are added up."""
    given: dict[tuple[str, DayRange], int] = {}
    for match in matches:
        for days, cents in ranges[match.name].items():
            try:
                refuse_days(days)
            except TextRefused as refusal:
                raise SpendFileRefused(str(refusal)) from None
            if match.campaign is not None:
                key = (match.campaign.pk, so_far(days))
                given[key] = given.get(key, 0) + cents
    return given


# Between preview and writing the amounts are in the form; nothing is stored.


def pack_spend(source: SpendSource, ranges: SpendByName) -> str:
    """One line for each name, with its days and cents, below the source's code."""
    lines = [
        "\t".join(
            [name, *(f"{d.first}/{d.last}={cents}" for d, cents in by_days.items())]
        )
        for name, by_days in ranges.items()
    ]
    return "\n".join([source.value, *lines])


def unpack_spend(text: str) -> tuple[SpendSource, dict[str, dict[DayRange, int]]]:
    """What `pack_spend` packed; raises SpendFileRefused for anything else."""
    first, *lines = text.splitlines() or [""]
    ranges: dict[str, dict[DayRange, int]] = {}
    try:
        source = SpendSource(first.strip())
        for line in lines:
            name, *amounts = line.split("\t")
            ranges[name] = dict(map(_unpack_amount, amounts))
    except (ValueError, TypeError):
        raise SpendFileRefused(PAGE_OUT_OF_DATE) from None
    if not any(ranges.values()):
        raise SpendFileRefused(PAGE_OUT_OF_DATE)
    return source, ranges


def _unpack_amount(text: str) -> tuple[DayRange, int]:
    days, cents = text.split("=")
    first, last = (read_spend_days(day).first for day in days.split("/"))
    refuse_cents(int(cents))
    return range_between(first, last), int(cents)
