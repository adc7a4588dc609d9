"""The figures of a `PlainClinic`, worked out row by row as docs/kpis.md says."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from kpis.metrics.figures import Counts
from kpis.queries.counts import Slice
from tests.kpis.plain_clinic import PlainClinic


def is_in(at: datetime, first: date, last: date, zone: ZoneInfo) -> bool:
    return first <= at.astimezone(zone).date() <= last


def period_bases(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo
) -> dict[Slice, Counts]:
    """Rule by rule of docs/kpis.md, one row at a time."""
    counts: dict[Slice, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people: dict[Slice, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for _, lead in clinic.active:
        if is_in(lead.at, first, last, zone):
            counts[clinic.place_of(lead)]["leads"] += 1
    for event in clinic.counting:
        if not is_in(event.at, first, last, zone):
            continue
        place, cents = clinic.place(event), event.cents or 0
        match event.kind:
            case "ad_click":
                counts[place]["ad_clicks"] += 1
            case "consult_booked":
                counts[place]["booked_events"] += 1
                people[place]["booked_leads"].add(event.lead)
            case "consult_show":
                counts[place]["show_events"] += 1
                people[place]["shown_leads"].add(event.lead)
            case "invoice_paid":
                counts[place]["paid_invoices"] += 1
                counts[place]["gross_collected_cents"] += cents
                people[place]["paying_leads"].add(event.lead)
            case "invoice_refunded":
                counts[place]["refunds_cents"] += cents
    for number, lead in clinic.active:
        payments = [
            event.at
            for event in clinic.counting
            if event.lead == number and event.kind == "invoice_paid"
        ]
        if payments and is_in(min(payments), first, last, zone):
            counts[clinic.place_of(lead)]["new_customers"] += 1
    for place, sets in people.items():
        for name, found in sets.items():
            counts[place][name] = len(found)
    bases = {place: Counts(**named) for place, named in counts.items()}
    return {place: base for place, base in bases.items() if base != Counts()}


def cohort_bases(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> dict[Slice, Counts]:
    bases: dict[Slice, Counts] = defaultdict(Counts)
    for number, lead in clinic.active:
        if not is_in(lead.at, first, last, zone):
            continue
        mine = [e for e in clinic.counting if e.lead == number and e.at <= as_of]
        of = {
            kind: [event for event in mine if event.kind == kind]
            for kind in (
                "consult_booked",
                "consult_show",
                "invoice_paid",
                "invoice_refunded",
            )
        }
        booked, shown, paid, refunds = of.values()
        bases[clinic.place_of(lead)] += Counts(
            leads=1,
            immature_leads=int(as_of - lead.at < timedelta(days=30)),
            booked_events=len(booked),
            booked_leads=int(bool(booked)),
            show_events=len(shown),
            shown_leads=int(bool(shown)),
            shown_and_won=int(bool(shown and paid)),
            paid_invoices=len(paid),
            paying_leads=int(bool(paid)),
            new_customers=int(bool(paid)),
            gross_collected_cents=sum(event.cents or 0 for event in paid),
            refunds_cents=sum(event.cents or 0 for event in refunds),
        )
    return dict(bases)


def consults(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, as_of: datetime
) -> tuple[int, int]:
    """Due and held."""
    due = [
        event
        for event in clinic.counting
        if event.scheduled_for
        and event.scheduled_for < as_of
        and is_in(event.scheduled_for, first, last, zone)
    ]
    shows = {(e.lead, e.booking) for e in clinic.counting if e.kind == "consult_show"}
    return len(due), sum((event.lead, event.key) in shows for event in due)


def speed(
    clinic: PlainClinic, first: date, last: date, zone: ZoneInfo, *, human: bool
) -> tuple[int, int, int, float | None]:
    """Leads, contacted, within five minutes, median seconds."""
    leads = [
        lead
        for _, lead in clinic.active
        if is_in(lead.at, first, last, zone) and not lead.is_backfilled
    ]
    waits = []
    for lead in leads:
        touches = [
            at - lead.at
            for at, automated, gone in lead.touches
            if at >= lead.at and not gone and not (human and automated)
        ]
        if touches:
            waits.append(min(touches).total_seconds())
    middle = round(median(waits), 6) if waits else None
    return len(leads), len(waits), sum(wait <= 300 for wait in waits), middle
