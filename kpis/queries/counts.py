"""What the leads, money and clicks of a window count up to, slice by slice.

A lead has one campaign, one source and (by its opportunity) one procedure. Every
count is made once, by these three together; a table's rows and the cards are sums of
the same slices, so they cannot disagree. Events are first added up for each lead and
only then joined with it, so nothing is counted twice. Deleted leads and voided events
count nowhere; events without a lead do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from campaigns.models import Campaign, CampaignSpend, Platform
from campaigns.spend.missing import runs_since
from kpis.metrics.figures import Base
from kpis.metrics.spend import Plan
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from leads.models import Lead
from medspa.clinic_time import local_date

# Each question is asked by place: what is grouped by, and what has to be joined for it.
LEADS = """
SELECT {place}, count(*) AS leads
FROM leads_lead lead
{joined}
WHERE lead.deleted_at IS NULL
    AND lead.created_at >= %(start)s AND lead.created_at < %(end)s
"""
MATURE_AFTER = timedelta(days=30)

# The group without a lead holds what was recorded for a campaign only.
EVENTS = """
WITH by_lead AS (
    SELECT lead_id,
        count(*) FILTER (WHERE kind = 'consult_booked') AS booked,
        count(*) FILTER (WHERE kind = 'consult_show') AS shown,
        count(*) FILTER (WHERE kind = 'invoice_paid') AS paid,
        sum(value_cents) FILTER (WHERE kind = 'invoice_paid') AS gross,
        sum(value_cents) FILTER (WHERE kind = 'invoice_refunded') AS refunds
    FROM kpis_kpievent
    WHERE deleted_at IS NULL AND kind <> 'ad_click'
        AND occurred_at >= %(start)s AND occurred_at < %(end)s
    GROUP BY lead_id
)
SELECT {place},
    sum(booked)::bigint AS booked_events,
    count(lead.id) FILTER (WHERE booked > 0) AS booked_leads,
    sum(shown)::bigint AS show_events,
    count(lead.id) FILTER (WHERE shown > 0) AS shown_leads,
    sum(paid)::bigint AS paid_invoices,
    count(lead.id) FILTER (WHERE paid > 0) AS paying_leads,
    count(lead.id) FILTER (
        WHERE paid > 0 AND NOT EXISTS (
            SELECT FROM kpis_kpievent earlier
            WHERE earlier.lead_id = lead.id AND earlier.kind = 'invoice_paid'
                AND earlier.deleted_at IS NULL AND earlier.occurred_at < %(start)s
        )
    ) AS new_customers,
    coalesce(sum(gross), 0)::bigint AS gross_collected_cents,
    coalesce(sum(refunds), 0)::bigint AS refunds_cents
FROM by_lead
LEFT JOIN leads_lead lead ON lead.id = by_lead.lead_id
{joined}
WHERE lead.deleted_at IS NULL
"""

# A click belongs to its own campaign, whatever campaign its lead came from.
CLICKS = """
SELECT click.campaign_id, lead.source, opportunity.procedure_code,
    count(*) AS ad_clicks
FROM kpis_kpievent click
LEFT JOIN leads_lead lead ON lead.id = click.lead_id
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
WHERE click.kind = 'ad_click' AND click.deleted_at IS NULL
    AND lead.deleted_at IS NULL
    AND click.occurred_at >= %(start)s AND click.occurred_at < %(end)s
GROUP BY 1, 2, 3
"""

# Lead by lead through the index: the time follows the range, not the clinic's size.
COHORT = """
WITH cohort AS (
    SELECT id, campaign_id, source, created_at
    FROM leads_lead
    WHERE deleted_at IS NULL
        AND created_at >= %(start)s AND created_at < %(end)s
)
SELECT {place},
    count(*) AS leads,
    count(*) FILTER (
        WHERE lead.created_at > %(as_of)s - interval '30 days'
    ) AS immature_leads,
    coalesce(sum(booked), 0)::bigint AS booked_events,
    count(*) FILTER (WHERE booked > 0) AS booked_leads,
    coalesce(sum(shown), 0)::bigint AS show_events,
    count(*) FILTER (WHERE shown > 0) AS shown_leads,
    count(*) FILTER (WHERE shown > 0 AND paid > 0) AS shown_and_won,
    coalesce(sum(paid), 0)::bigint AS paid_invoices,
    count(*) FILTER (WHERE paid > 0) AS paying_leads,
    count(*) FILTER (WHERE paid > 0) AS new_customers,
    coalesce(sum(gross), 0)::bigint AS gross_collected_cents,
    coalesce(sum(refunds), 0)::bigint AS refunds_cents
FROM cohort lead
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'consult_booked') AS booked,
        count(*) FILTER (WHERE kind = 'consult_show') AS shown,
        count(*) FILTER (WHERE kind = 'invoice_paid') AS paid,
        sum(value_cents) FILTER (WHERE kind = 'invoice_paid') AS gross,
        sum(value_cents) FILTER (WHERE kind = 'invoice_refunded') AS refunds
    FROM kpis_kpievent event
    WHERE event.lead_id = lead.id AND event.deleted_at IS NULL
        AND event.kind <> 'ad_click' AND event.occurred_at <= %(as_of)s
) by_lead
{joined}
"""
# By slice.
PLACE = "lead.campaign_id, lead.source, opportunity.procedure_code"
JOINED = """
LEFT JOIN leads_opportunity opportunity
    ON opportunity.lead_id = lead.id AND opportunity.deleted_at IS NULL
"""


@dataclass(frozen=True)
class Slice:
    """The leads of one campaign, source and procedure; None where there is none."""

    campaign: str | None
    source: str | None
    procedure: str | None


Slices = dict[Slice, Base]


@dataclass(frozen=True)
class CampaignFacts:
    """What the numbers need to know about a campaign."""

    id: str
    name: str
    platform: str
    plan: Plan
    runs_since: date
    is_deleted: bool = False

    @property
    def platform_name(self) -> str:
        return str(Platform(self.platform).label)


def period_slices(window: Window, trust: reading.Trust | None = None) -> Slices:
    """Events by their own date, leads by creation date."""
    if (trust or reading.trusted(window)).is_kept:
        return kept_period_slices(window)
    return counted_period_slices(window)


def period_whole(window: Window, trust: reading.Trust) -> Slices:
    """The same in few slices: only what has a campaign stands apart from the rest."""
    if trust.is_kept:
        return kept_period_slices(window, reading.WHOLE)
    return counted_period_slices(window)


def kept_period_slices(window: Window, place: str = reading.SLICED) -> Slices:
    """From the sums, which have to be kept."""
    return _collect([reading.period_rows(window.period, place=place)])


def counted_period_slices(window: Window) -> Slices:
    """The same, counted from the rows themselves."""
    counted = (_by_slice(LEADS), _by_slice(EVENTS), CLICKS)
    return _collect(rows(sql, window) for sql in counted)


def cohort_slices(window: Window, trust: reading.Trust | None = None) -> Slices:
    """The leads created in the window with all that came of them up to `as_of`."""
    if (trust or reading.trusted(window)).follows:
        return kept_cohort_slices(window)
    return counted_cohort_slices(window)


def cohort_whole(window: Window, trust: reading.Trust) -> Slices:
    """The same in few slices."""
    if trust.follows:
        return kept_cohort_slices(window, reading.WHOLE)
    return counted_cohort_slices(window)


def kept_cohort_slices(window: Window, place: str = reading.SLICED) -> Slices:
    """From the sums, which have to be kept."""
    sums = reading.cohort_rows(window.period, place=place)
    return _collect([sums, _young(window, place)])


def counted_cohort_slices(window: Window) -> Slices:
    """The same, counted from the rows themselves."""
    return _collect([rows(_by_slice(COHORT), window)])


def _by_slice(sql: str, only: str = "") -> str:
    return f"{sql.format(place=PLACE, joined=JOINED)} {only} GROUP BY 1, 2, 3"


def _young(window: Window, place: str) -> list[dict[str, Any]]:
    """Leads of the last 30 times 24 hours: the end of one day, and whole days."""
    cutoff = window.as_of - MATURE_AFTER
    day = local_date(cutoff, window.zone)
    young = []
    if window.period.first <= day <= window.period.last:
        part = Window(Period(day, day), window.zone, window.as_of)
        late = _by_slice(LEADS, "AND lead.created_at > %(cutoff)s")
        young += rows(late, part, cutoff=cutoff)
    if days := window.period.within(day + timedelta(days=1), None):
        young += reading.lead_rows(days, place=place)
    for row in young:
        row["immature_leads"] = row.pop("leads")
    return young


def _collect(answers: Iterable[list[dict[str, Any]]]) -> Slices:
    """Only slices in which there is anything."""
    found: dict[Slice, list[Base]] = defaultdict(list)
    for answer in answers:
        for row in answer:
            place = Slice(
                row.pop("campaign_id"), row.pop("source"), row.pop("procedure_code")
            )
            found[place].append(Base(**row))
    slices = {place: Base.sum(bases) for place, bases in found.items()}
    return {place: base for place, base in slices.items() if base != Base()}


def total(slices: Slices, only: Callable[[Slice], object] = lambda place: True) -> Base:
    """The sum of the slices for which `only` is true."""
    return Base.sum([Base(), *(base for place, base in slices.items() if only(place))])


def grouped(
    slices: Slices, key: Callable[[Slice], str | None]
) -> dict[str | None, Base]:
    groups: dict[str | None, list[Base]] = defaultdict(list)
    for place, base in slices.items():
        groups[key(place)].append(base)
    return {name: Base.sum(bases) for name, bases in groups.items()}


def campaign_facts(window: Window) -> list[CampaignFacts]:
    """Every campaign, oldest first, with its costs in the months of the window and of
    the one before.

    A deleted campaign keeps its leads and what it cost; it ran at most until the
    day on which it was deleted.
    """
    actual: dict[str, dict[date, int]] = defaultdict(dict)
    first = window.period.previous().first.replace(day=1)
    for campaign, month, cents in CampaignSpend.objects.filter(
        month__range=(first, window.period.last)
    ).values_list("campaign", "month", "spend_cents"):
        actual[campaign][month] = cents
    return [
        CampaignFacts(
            campaign.id,
            f"{campaign.name} (deleted)" if campaign.deleted_at else campaign.name,
            campaign.platform,
            plan_of(campaign, actual[campaign.id], window),
            runs_since(campaign),
            campaign.is_deleted,
        )
        for campaign in Campaign.all_objects.order_by("id")
    ]


def plan_of(campaign: Campaign, actual: dict[date, int], window: Window) -> Plan:
    ends = [campaign.ends_on] if campaign.ends_on else []
    if campaign.deleted_at:
        ends.append(local_date(campaign.deleted_at, window.zone))
    return Plan(
        campaign.monthly_spend_cents,
        campaign.starts_on,
        min(ends, default=None),
        actual,
    )


def clinic_is_empty() -> bool:
    """No lead has ever come: there is nothing to count yet."""
    return not Lead.objects.exists()
