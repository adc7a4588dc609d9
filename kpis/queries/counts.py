"""Leads, bookings, shows, payments and clicks of a window, counted slice by slice.

A lead has one campaign, one source and (by its opportunity) one procedure. Every
count is made once, by these three together; a table's rows and the cards are sums of
the same slices, so they cannot disagree. Events are first added up for each lead and
only then joined with it, so nothing is counted twice. Deleted leads and voided events
are not counted; events without a lead are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from campaigns.models import Campaign, CampaignSpend, Platform
from campaigns.spend.entered import EnteredSpend, entered_by
from campaigns.spend.missing import runs_since
from kpis.metrics.figures import COUNTED_MEASURES, Counts
from kpis.metrics.spend import Plan
from kpis.metrics.sql import FRAGMENTS, query
from kpis.models.rollup import Dimension
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from leads.models import Lead
from medspa.clinic_time import local_date
from medspa.months import DayRange

MATURE_AFTER = timedelta(days=30)
KEYED_MEASURES = set(COUNTED_MEASURES) - {"immature_leads"}
SLICE_OF_LEAD = "lead.campaign_id, lead.source, opportunity.procedure_code"


@dataclass(frozen=True)
class Slice:
    """The leads of one campaign, source and procedure; None where there is none."""

    campaign: str | None
    source: str | None
    procedure: str | None


Slices = dict[Slice, Counts]


@dataclass(frozen=True)
class CampaignFacts:
    """What the figures need to know about a campaign."""

    id: str
    name: str
    platform: str
    plan: Plan
    runs_since: date
    is_deleted: bool = False

    @property
    def platform_name(self) -> str:
        return str(Platform(self.platform).label)


def period_slices(window: Window, freshness: reading.Freshness | None = None) -> Slices:
    """Events by their own date, leads by creation date."""
    if (freshness or reading.freshness(window)).for_period:
        return period_slices_from_rollups(window)
    return period_slices_from_rows(window)


def period_whole(window: Window, freshness: reading.Freshness) -> Slices:
    """The same in few slices: only what has a campaign stands apart from the rest."""
    if freshness.for_period:
        return period_slices_from_rollups(window, reading.BY_ATTRIBUTION)
    return period_slices_from_rows(window)


def period_slices_from_rollups(
    window: Window, group_by: str = reading.BY_SLICE
) -> Slices:
    """From the rollups, which have to be fresh."""
    return _collect([reading.period_rows(window.period, group_by=group_by)])


def period_slices_from_rows(window: Window) -> Slices:
    """The same, counted from leads and events themselves."""
    queries = (_by_slice("leads"), _by_slice("events"), query("counts", "clicks"))
    return _collect(rows(sql, window) for sql in queries)


def cohort_slices(window: Window, freshness: reading.Freshness | None = None) -> Slices:
    """The leads created in the window with all that came of them up to `as_of`."""
    if (freshness or reading.freshness(window)).for_cohort:
        return cohort_slices_from_rollups(window)
    return cohort_slices_from_rows(window)


def cohort_whole(window: Window, freshness: reading.Freshness) -> Slices:
    """The same in few slices."""
    if freshness.for_cohort:
        return cohort_slices_from_rollups(window, reading.BY_ATTRIBUTION)
    return cohort_slices_from_rows(window)


def cohort_total(window: Window, freshness: reading.Freshness) -> Counts:
    """The same of all leads together."""
    if not freshness.for_cohort:
        return total(cohort_slices_from_rows(window))
    whole = reading.WHOLE, reading.BY_NOTHING
    sums = reading.cohort_rows(window.period, *whole)
    return total(_collect([sums, _immature_leads(window, *whole)]))


def cohort_slices_from_rollups(
    window: Window, group_by: str = reading.BY_SLICE
) -> Slices:
    """From the rollups, which have to be fresh."""
    sums = reading.cohort_rows(window.period, group_by=group_by)
    return _collect([sums, _immature_leads(window, Dimension.SLICE, group_by)])


def cohort_slices_from_rows(window: Window) -> Slices:
    """The same, counted from leads and events themselves."""
    return _collect([rows(_by_slice("cohort"), window)])


def _by_slice(name: str, only: str = "") -> str:
    sql = query(
        "counts", name, group_by=SLICE_OF_LEAD, joined=FRAGMENTS["opportunity_of_lead"]
    )
    return f"{sql} {only} GROUP BY 1, 2, 3"


def _all_leads(only: str) -> str:
    """Together, without asking of any which procedure it wants."""
    return query("counts", "leads", group_by=reading.BY_NOTHING, joined="") + f" {only}"


def _immature_leads(
    window: Window, dimension: Dimension, group_by: str
) -> list[dict[str, Any]]:
    """Leads of the last 30 times 24 hours: the end of one day, and whole days."""
    cutoff = window.as_of - MATURE_AFTER
    day = local_date(cutoff, window.zone)
    found = []
    if window.period.first <= day <= window.period.last:
        part = Window(Period(day, day), window.zone, window.as_of)
        only = "AND lead.created_at > %(cutoff)s"
        is_whole = group_by == reading.BY_NOTHING
        late = _all_leads(only) if is_whole else _by_slice("leads", only)
        found += rows(late, part, cutoff=cutoff)
    if days := window.period.within(day + timedelta(days=1), None):
        found += reading.lead_rows(days, dimension, group_by)
    for row in found:
        row["immature_leads"] = row.pop("leads")
    return found


def _collect(answers: Iterable[list[dict[str, Any]]]) -> Slices:
    """Only slices in which there is anything."""
    found: dict[Slice, list[Counts]] = defaultdict(list)
    for answer in answers:
        for row in answer:
            key = Slice(
                row.pop("campaign_id"), row.pop("source"), row.pop("procedure_code")
            )
            found[key].append(Counts(**row))
    slices = {key: Counts.sum(bases) for key, bases in found.items()}
    return {key: base for key, base in slices.items() if base != Counts()}


def keyed_counts(
    answer: Iterable[dict[str, Any]], key: str
) -> dict[str | None, Counts]:
    """By the column `key`, where there is anything; how young leads are isn't asked."""
    found: dict[str | None, list[Counts]] = defaultdict(list)
    for row in answer:
        counts = {name: value for name, value in row.items() if name in KEYED_MEASURES}
        found[row[key]].append(Counts(**counts))
    summed = {name: Counts.sum(bases) for name, bases in found.items()}
    return {name: base for name, base in summed.items() if base != Counts()}


def total(slices: Slices, only: Callable[[Slice], object] = lambda key: True) -> Counts:
    """The sum of the slices for which `only` is true."""
    return Counts.sum([Counts(), *(base for key, base in slices.items() if only(key))])


def grouped(
    slices: Slices, key: Callable[[Slice], str | None]
) -> dict[str | None, Counts]:
    groups: dict[str | None, list[Counts]] = defaultdict(list)
    for one, base in slices.items():
        groups[key(one)].append(base)
    return {name: Counts.sum(bases) for name, bases in groups.items()}


def campaign_facts(window: Window) -> list[CampaignFacts]:
    """Every campaign, oldest first, with its costs in the window and the one before.

    A deleted campaign keeps its leads and what it cost; it ran at most until the
    day on which it was deleted.
    """
    entered: dict[str, list[EnteredSpend]] = defaultdict(list)
    asked = DayRange(window.period.previous().first, window.period.last)
    for spend in CampaignSpend.objects.all().touching(asked):
        entered[spend.campaign_id].append(entered_by(spend))
    return [
        CampaignFacts(
            campaign.id,
            f"{campaign.name} (deleted)" if campaign.deleted_at else campaign.name,
            campaign.platform,
            plan_of(campaign, entered[campaign.id], window),
            runs_since(campaign),
            campaign.is_deleted,
        )
        for campaign in Campaign.all_objects.order_by("id")
    ]


def plan_of(
    campaign: Campaign, entered: Sequence[EnteredSpend], window: Window
) -> Plan:
    ends = [campaign.ends_on] if campaign.ends_on else []
    if campaign.deleted_at:
        ends.append(local_date(campaign.deleted_at, window.zone))
    return Plan(
        campaign.monthly_spend_cents,
        campaign.starts_on,
        min(ends, default=None),
        entered,
    )


def clinic_is_empty() -> bool:
    """No lead has ever come: there is nothing to count yet."""
    return not Lead.objects.exists()
