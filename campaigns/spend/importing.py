"""An export of ad costs: read, matched with campaigns, previewed and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from campaigns.models import SpendSource
from campaigns.spend.export_file import SpendFileRefused
from campaigns.spend.matching import CampaignMatch, match_names, remember_names
from campaigns.spend.planning import (
    SpendPlan,
    make_plan,
    refuse_cents,
    refuse_month,
    write_spend,
)
from campaigns.spend.text import TextRefused, read_spend_month
from medspa.audit.actors import acting

IMPORT_LOCK_SQL = (
    "SELECT pg_advisory_xact_lock('campaigns_campaignalias'::regclass::oid::bigint)"
)
PAGE_OUT_OF_DATE = "This page is out of date. Choose the file again."
SpendByName = Mapping[str, Mapping[date, int]]


@dataclass(frozen=True)
class SpendImport:
    """What a file says, whose it is, and what writing it changes (or has changed)."""

    source: SpendSource
    months: SpendByName
    matches: list[CampaignMatch]
    plan: SpendPlan

    @property
    def file_cents(self) -> int:
        return sum(sum(months.values()) for months in self.months.values())

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
    source: SpendSource, months: SpendByName, chosen: Mapping[str, str] | None = None
) -> SpendImport:
    """What writing the months would change. Raises SpendFileRefused."""
    matches = match_names(source, months, chosen)
    return SpendImport(source, months, matches, make_plan(_given(months, matches)))


@transaction.atomic
def import_spend(
    source: SpendSource,
    months: SpendByName,
    chosen: Mapping[str, str] | None = None,
    seen: str = "",
) -> SpendImport:
    """Write the months of matched names, and remember_names what was chosen for names.

    One import at a time. Raises ChangedMeanwhile as `write_spend` does, and
    SpendFileRefused for months that can't be.
    """
    with connection.cursor() as cursor:
        cursor.execute(IMPORT_LOCK_SQL)
    matches = match_names(source, months, chosen)
    with acting(reason=f"Imported from a file: {source.label}"):
        try:
            plan = write_spend(_given(months, matches), seen)
        except TextRefused as refusal:
            raise SpendFileRefused(str(refusal)) from None
        remember_names(source, matches)
    return SpendImport(source, months, matches, plan)


def _given(
    months: SpendByName, matches: list[CampaignMatch]
) -> dict[tuple[str, date], int]:
    """Several names of one campaign are added up."""
    given: dict[tuple[str, date], int] = {}
    for match in matches:
        for month, cents in months[match.name].items():
            try:
                refuse_month(month)
            except TextRefused as refusal:
                raise SpendFileRefused(str(refusal)) from None
            if match.campaign is not None:
                campaign_month = (match.campaign.pk, month)
                given[campaign_month] = given.get(campaign_month, 0) + cents
    return given


# Between preview and writing the months are in the form; nothing is stored.


def pack_months(source: SpendSource, months: SpendByName) -> str:
    """One line for each month: name, month and cents, below the source's code."""
    lines = [
        f"{name}\t{month}\t{cents}"
        for name, by_month in months.items()
        for month, cents in by_month.items()
    ]
    return "\n".join([source.value, *lines])


def unpack_months(text: str) -> tuple[SpendSource, dict[str, dict[date, int]]]:
    """What `pack_months` packed; raises SpendFileRefused for anything else."""
    first, *lines = text.splitlines() or [""]
    months: dict[str, dict[date, int]] = {}
    try:
        source = SpendSource(first.strip())
        for line in lines:
            name, month, cents = line.split("\t")
            refuse_cents(int(cents))
            months.setdefault(name, {})[read_spend_month(month)] = int(cents)
    except (ValueError, TypeError):
        raise SpendFileRefused(PAGE_OUT_OF_DATE) from None
    if not months:
        raise SpendFileRefused(PAGE_OUT_OF_DATE)
    return source, months
