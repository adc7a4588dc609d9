"""The figures that follow people or stages, worked out lead by lead in plain Python."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

from kpis.metrics.figures import Counts
from kpis.period import Period
from kpis.queries.cohorts import Cohort
from kpis.queries.drop_off import DropOffStep
from kpis.queries.leads_by_hour import LeadsOfHour
from tests.kpis.plain_clinic import (
    PEOPLE,
    STAGES,
    TAGS,
    PlainClinic,
    PlainEvent,
    PlainLead,
    person_id,
    with_ends,
)
from tests.kpis.plain_figures import cohort_bases, is_in, period_bases, speed

Arrived = Iterator[tuple[int, PlainLead]]


def arrived(clinic: PlainClinic, first: date, last: date, zone: ZoneInfo) -> Arrived:
    return ((n, one) for n, one in clinic.active if is_in(one.at, first, last, zone))


def middle(seconds: list[float]) -> float | None:
    return round(median(seconds), 6) if seconds else None


def of_lead(clinic: PlainClinic, number: int, as_of: datetime) -> list[PlainEvent]:
    return [e for e in clinic.counting if e.lead == number and e.at <= as_of]


def signed(event: PlainEvent) -> int:
    cents = event.cents or 0
    return {"invoice_paid": cents, "invoice_refunded": -cents}.get(event.kind, 0)


def cohorts(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> list[Cohort]:
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    months: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in days:
        months[(day.year, day.month)].append(day)
    return [
        one_cohort(clinic, Period(part[0], part[-1]), zone, as_of)
        for part in months.values()
    ]


def one_cohort(
    clinic: PlainClinic, period: Period, zone: ZoneInfo, as_of: datetime
) -> Cohort:
    found = Cohort(period, as_of - period.utc_range(zone)[1])
    revenue = [0, 0, 0, 0]
    for number, lead in arrived(clinic, period.first, period.last, zone):
        mine = of_lead(clinic, number, as_of)
        found = replace(
            found,
            leads=found.leads + 1,
            new_customers=found.new_customers
            + any(event.kind == "invoice_paid" for event in mine),
            net_revenue_cents=found.net_revenue_cents + sum(map(signed, mine)),
        )
        for place, days in enumerate((7, 30, 60, 90)):
            end = lead.at + timedelta(hours=24 * days)
            revenue[place] += sum(signed(event) for event in mine if event.at < end)
    return replace(found, revenue=tuple(revenue))


def drop_off_steps(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> list[DropOffStep]:
    """Everybody stands at each step reached, with the first moment of a later one."""
    names = ("leads", "booked", "shown")
    kinds = ("consult_booked", "consult_show", "invoice_paid")
    found = {name: DropOffStep(name) for name in names}
    went: dict[str, list[float]] = defaultdict(list)
    stuck: dict[str, list[float]] = defaultdict(list)
    for number, lead in arrived(clinic, first, last, zone):
        mine = of_lead(clinic, number, as_of)
        moments = [lead.at]
        for kind in kinds:
            moments.append(min((e.at for e in mine if e.kind == kind), default=None))
        lost_stage = (
            bool(lead.stage_periods) and STAGES[lead.stage_periods[-1][0]][0] == "lost"
        )
        for place, name in enumerate(names):
            if moments[place] is None:
                continue
            later = [at for at in moments[place + 1 :] if at]
            leak = replace(found[name], reached=found[name].reached + 1)
            if later:
                wait = max((min(later) - moments[place]).total_seconds(), 0)
                went[name].append(wait)
                leak = replace(leak, went_on=leak.went_on + 1)
            else:
                stuck[name].append((as_of - moments[place]).total_seconds())
                leak = replace(
                    leak,
                    given_up=leak.given_up + lost_stage,
                    lost_cents=leak.lost_cents + (lead.cents if lead.procedure else 0),
                )
            found[name] = leak
    return [
        replace(
            leak,
            median_seconds=middle(went[leak.step]),
            lost_median_seconds=middle(stuck[leak.step]),
        )
        for leak in found.values()
    ]


def arrivals(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo
) -> list[LeadsOfHour]:
    hours: dict[tuple[int, int], list[float | None]] = defaultdict(list)
    later: dict[tuple[int, int], int] = defaultdict(int)
    for _, lead in arrived(clinic, first, last, zone):
        local = lead.at.astimezone(zone)
        waits = [
            (at - lead.at).total_seconds()
            for at, _, gone in lead.touches
            if at >= lead.at and not gone and not lead.is_backfilled
        ]
        later[(local.isoweekday(), local.hour)] += lead.is_backfilled
        hours[(local.isoweekday(), local.hour)].append(min(waits, default=None))
    found = []
    for (weekday, hour), waits in sorted(hours.items()):
        known = [wait for wait in waits if wait is not None]
        within = sum(wait <= 300 for wait in known)
        counts = (len(waits), len(known), within, later[weekday, hour])
        found.append(LeadsOfHour(weekday, hour, *counts))
    return found


def by_tag(
    clinic: PlainClinic,
    first: date,
    last: date,
    zone: ZoneInfo,
    as_of: datetime | None = None,
) -> dict[str | None, Counts]:
    """The clinic of one tag's leads, counted as if there were no others."""
    found = {}
    for tag in (*range(TAGS - 1), None):
        part = only_tagged(clinic, tag)
        there = (part, first, last, zone)
        slices = cohort_bases(*there, as_of) if as_of else period_bases(*there)
        base = Counts.sum([Counts(), *map(without_clicks, slices.values())])
        if base != Counts():
            found[None if tag is None else f"T{tag}"] = base
    return found


def by_assigned(
    clinic: PlainClinic,
    first: date,
    last: date,
    zone: ZoneInfo,
    as_of: datetime | None = None,
) -> dict[str | None, Counts]:
    """The clinic of one person's leads, counted as if there were no others."""
    found = {}
    for person in (*range(PEOPLE), None):
        there = (only_assigned(clinic, person), first, last, zone)
        slices = cohort_bases(*there, as_of) if as_of else period_bases(*there)
        base = Counts.sum([Counts(), *map(without_clicks, slices.values())])
        if base != Counts():
            found[person_id(person)] = base
    return found


def speed_by_assigned(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo
) -> dict[str | None, tuple[int, int, int, float | None]]:
    found = {}
    for person in (*range(PEOPLE), None):
        part = only_assigned(clinic, person)
        if any(is_in(lead.at, first, last, zone) for _, lead in part.active):
            found[person_id(person)] = speed(part, first, last, zone, human=True)
    return found


def only_assigned(clinic: PlainClinic, person: int | None) -> PlainClinic:
    """The other leads as if they were deleted."""
    leads = [
        one if one.assigned == person else replace(one, is_deleted=True)
        for one in clinic.leads
    ]
    return PlainClinic(leads, clinic.events, clinic.names)


def without_clicks(base: Counts) -> Counts:
    return replace(base, ad_clicks=0, immature_leads=0)


def only_tagged(clinic: PlainClinic, tag: int | None) -> PlainClinic:
    """The other leads as if they were deleted; nobody's events have no tag."""
    retired = TAGS - 1

    def has(lead: PlainLead) -> bool:
        return tag in lead.tags if tag is not None else not set(lead.tags) - {retired}

    leads = [one if has(one) else replace(one, is_deleted=True) for one in clinic.leads]
    events = [e for e in clinic.events if tag is None or e.lead is not None]
    return PlainClinic(leads, events, clinic.names)


def ended_stage_periods(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo
) -> dict[str, tuple[int, float, float]]:
    """Stage → how many stays ended, their mean and middle in seconds."""
    spans: dict[str, list[float]] = defaultdict(list)
    for _, lead in clinic.active:
        for stage, at, left in with_ends(lead.stage_periods):
            if left and is_in(left, first, last, zone):
                spans[f"S{stage}"].append((left - at).total_seconds())
    return {
        stage: (len(found), round(mean(found), 6), round(median(found), 6))
        for stage, found in spans.items()
    }


def open_stage_periods(
    clinic: PlainClinic, as_of: datetime
) -> dict[str, tuple[int, float]]:
    ages: dict[str, list[float]] = defaultdict(list)
    for _, lead in clinic.active:
        for stage, at, left in with_ends(lead.stage_periods):
            if left is None and STAGES[stage][0] == "open":
                ages[f"S{stage}"].append((as_of - at).total_seconds())
    return {
        stage: (len(found), round(median(found), 6)) for stage, found in ages.items()
    }


def forecast(
    clinic: PlainClinic, today: date
) -> dict[date | None, tuple[int, int, int, int]]:
    """Month → opportunities, cents, cents times basis points, overdue ones."""
    found: dict[date | None, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for _, lead in clinic.active:
        if not lead.procedure or not lead.stage_periods:
            continue
        outcome, bps = STAGES[lead.stage_periods[-1][0]]
        if outcome != "open":
            continue
        row = found[lead.expected and lead.expected.replace(day=1)]
        row[0] += 1
        row[1] += lead.cents
        row[2] += lead.cents * bps
        row[3] += bool(lead.expected and lead.expected < today)
    return {month: tuple(row) for month, row in found.items()}
