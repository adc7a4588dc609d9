"""Random `PlainClinic`s for hypothesis."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.kpis.plain_clinic import (
    CAMPAIGNS,
    DAYS,
    FIRST,
    PEOPLE,
    PROCEDURES,
    SOURCES,
    STAGES,
    PlainClinic,
    PlainEvent,
    PlainLead,
)

# Moments cluster, so that ties, midnights, changes of the clock and several events of
# one person on one day occur.
moments = st.builds(
    lambda day, seconds: FIRST + timedelta(days=day, seconds=seconds),
    st.integers(15, 19) | st.sampled_from([8, 9, 38, 39]) | st.integers(0, DAYS - 1),
    st.sampled_from([0, 4 * 3600, 5 * 3600 - 1, 5 * 3600, 7 * 3600, 43_200, 86_399])
    | st.integers(0, 86_399),
)


# To the millisecond: the middle of two waits is then exact in six decimals.
waits = st.floats(-600, 3 * 86_400) | st.floats(40, 41) | st.sampled_from([0, 299, 300])


touches = st.tuples(
    waits.map(lambda seconds: round(seconds, 3)),
    st.booleans(),
    st.booleans(),
)


@st.composite
def leads(draw: st.DrawFn) -> PlainLead:
    at = draw(moments)
    return PlainLead(
        draw(st.sampled_from(SOURCES)),
        draw(st.none() | st.integers(0, CAMPAIGNS - 1)),
        draw(st.none() | st.sampled_from(PROCEDURES)),
        at,
        draw(st.integers(0, 4)) == 0,
        [
            (at + timedelta(seconds=wait), automated, gone)
            for wait, automated, gone in draw(st.lists(touches, max_size=3))
        ],
        draw(st.integers(1, 10**6)),
        draw(st.none() | st.dates(date(2026, 2, 1), date(2026, 6, 30))),
        draw(st.sampled_from([(), (0,), (1,), (0, 1), (2,), (0, 2)])),
        draw(stage_periods()),
        draw(st.integers(0, 3)) == 0,
        draw(st.none() | st.integers(0, PEOPLE - 1)),
    )


@st.composite
def stage_periods(draw: st.DrawFn) -> list[tuple[int, datetime]]:
    """Some leave a stage in the moment in which they came."""
    entries = sorted(draw(st.lists(moments, max_size=4)))
    return [(draw(st.integers(0, len(STAGES) - 1)), at) for at in entries]


@st.composite
def clinics(draw: st.DrawFn) -> PlainClinic:
    people = draw(st.lists(leads(), min_size=1, max_size=5))
    events: list[PlainEvent] = []
    for number in range(draw(st.integers(0, 25))):
        events.append(_event(draw, f"E{number}", len(people), events))
    return PlainClinic(people, events)


def _event(
    draw: st.DrawFn, key: str, leads: int, before: list[PlainEvent]
) -> PlainEvent:
    kind = draw(
        st.sampled_from(
            [
                "ad_click",
                "consult_booked",
                "consult_show",
                "invoice_paid",
                "invoice_paid",
                "invoice_refunded",
            ]
        )
    )
    event = PlainEvent(
        key, draw(st.integers(0, min(leads, 3) - 1)), kind, draw(moments)
    )
    event.is_void = draw(st.integers(0, 5)) == 0
    of = {
        "consult_show": [e for e in before if e.kind == "consult_booked"],
        "invoice_refunded": [e for e in before if e.kind == "invoice_paid"],
    }.get(kind, [])
    named = draw(st.sampled_from(of)) if of else None
    match kind:
        case "ad_click":
            event.campaign = draw(st.integers(0, CAMPAIGNS - 1))
            event.lead = event.lead if draw(st.booleans()) else None
        case "consult_booked":
            event.scheduled_for = draw(st.none() | moments)
        case "consult_show":
            event.booking = named.key if named and draw(st.booleans()) else None
            event.lead = named.lead if named else event.lead
        case "invoice_paid":
            event.cents = draw(st.integers(100, 10**6))
        case "invoice_refunded":
            return _refund(draw, event, named)
    return event


def _refund(
    draw: st.DrawFn, event: PlainEvent, payment: PlainEvent | None
) -> PlainEvent:
    """Without a payment to pay back it is one itself."""
    if payment is None or payment.is_void:
        return replace(event, kind="invoice_paid", cents=700)
    cents = draw(st.integers(1, 3))
    at = max(event.at, payment.at)
    return replace(event, cents=cents, refund_of=payment.key, lead=payment.lead, at=at)
