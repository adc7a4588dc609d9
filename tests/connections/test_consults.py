"""Appointments from other systems: in any order, the newest status counts."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from connections.models import ExternalId, UnmatchedEvent
from kpis.choices import Kind
from kpis.events.bookings import bookings, events_of
from kpis.events.consults import book
from kpis.models import KpiEvent
from leads.models import Lead, Task
from leads.services.pipeline import first_stage
from medspa import clock
from tests.connections.bringing import GHL, ago, event, outcomes
from tests.factories import LeadFactory, ProviderFactory

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture(autouse=True)
def ana(clinic: None) -> Lead:
    return LeadFactory(first_name="Ana", email="ana@example.com", stage=first_stage())


def hence(**units: float) -> datetime:
    return clock.now() + timedelta(**units)


def visit(what: str, when: datetime, at: datetime, **more: Any) -> Any:
    return event(
        what,
        more.pop("object_id", "appt1"),
        system="gohighlevel",
        scheduled_for=when,
        occurred_at=ago(days=9),
        status_at=at,
        **more,
    )


def take(*items: Any) -> list[str]:
    return [one for item in items for one in outcomes(item, source=GHL)]


def standing(lead: Lead) -> list[Any]:
    return [one for one in bookings(events_of(lead)) if not one.is_canceled]


def test_a_booking_is_recorded_with_provider_and_moves_the_lead(ana: Lead) -> None:
    provider = ProviderFactory(name="Dr. Ode")
    booked = visit("booked", hence(days=2), ago(hours=1), provider="dr. ode")
    assert take(booked, booked) == ["created", "unchanged"]
    [booking] = standing(ana)
    assert booking.arrangement.provider_id == provider.pk
    stage = ana.stage_periods.get(left_at=None).stage
    assert stage.records_kpi == Kind.CONSULT_BOOKED


def test_an_appointment_moved_twice_in_a_minute_counts_once(ana: Lead) -> None:
    days = [hence(days=number) for number in (2, 3, 4)]
    moves = [visit("booked", day, ago(minutes=9 - n)) for n, day in enumerate(days)]
    assert take(*moves) == ["created", "updated", "updated"]
    [booking] = standing(ana)
    assert booking.scheduled_for == days[-1]
    assert booking.event.occurred_at == moves[0].occurred_at


def test_an_older_move_that_comes_late_changes_nothing(ana: Lead) -> None:
    new, old = hence(days=3), hence(days=2)
    take(visit("booked", new, ago(minutes=1)))
    assert take(visit("booked", old, ago(minutes=2))) == ["unchanged"]
    assert [one.scheduled_for for one in standing(ana)] == [new]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_statuses_in_any_order_end_in_the_newest(ana: Lead, order: Any) -> None:
    when = ago(hours=5)
    statuses = [
        visit("booked", when, ago(days=2)),
        visit("no_show", when, ago(hours=4)),
        visit("showed", when, ago(hours=3)),
    ]
    take(*(statuses[number] for number in order))
    [booking] = standing(ana)
    assert booking.is_held
    assert ExternalId.objects.get().status == "showed"
    assert KpiEvent.objects.filter(kind=Kind.CONSULT_BOOKED).count() == 1


def test_a_cancellation_before_its_booking_ends_canceled(ana: Lead) -> None:
    when = hence(days=2)
    canceled = visit("cancelled", when, ago(minutes=1))
    assert take(canceled, visit("booked", when, ago(hours=1))) == [
        "created",
        "unchanged",
    ]
    assert standing(ana) == []


def test_a_status_from_the_future_does_not_hold_up_later_ones(ana: Lead) -> None:
    """A sender that gives the consult's own time as the time of its booking."""
    when = hence(days=5)
    assert take(visit("booked", when, when)) == ["created"]
    assert take(visit("cancelled", when, clock.now())) == ["updated"]
    assert standing(ana) == []


def test_booked_again_after_a_cancellation_stands(ana: Lead) -> None:
    when = hence(days=2)
    take(visit("booked", when, ago(hours=3)), visit("cancelled", when, ago(hours=2)))
    assert take(visit("booked", when, ago(hours=1))) == ["updated"]
    assert len(standing(ana)) == 1


def test_a_reschedule_as_another_appointment_is_one_booking(ana: Lead) -> None:
    take(visit("booked", hence(days=2), ago(hours=3)))
    moved = visit("booked", hence(days=5), ago(hours=1), object_id="appt2")
    take(moved.model_copy(update={"parent_id": "appt1"}))
    take(visit("cancelled", hence(days=2), ago(hours=4)))
    [booking] = standing(ana)
    assert booking.scheduled_for == moved.scheduled_for


def test_a_consult_that_was_booked_by_hand_is_not_doubled(ana: Lead) -> None:
    when = hence(days=2)
    book(ana, when)
    take(visit("booked", when, ago(hours=1)))
    assert len(standing(ana)) == 1


def test_two_appointments_of_one_lead_are_two_bookings(ana: Lead) -> None:
    take(
        visit("booked", hence(days=2), ago(hours=1)),
        visit("booked", hence(days=9), ago(hours=1), object_id="appt2"),
    )
    assert len(standing(ana)) == 2


def test_a_no_show_plans_one_follow_up_and_an_old_one_none(ana: Lead) -> None:
    missed = visit("no_show", ago(days=2), ago(days=1))
    take(missed, missed)
    take(visit("no_show", ago(days=90), ago(days=89), object_id="appt2"))
    assert Task.objects.filter(lead=ana).count() == 1


def test_a_booking_of_the_past_moves_nobody(ana: Lead) -> None:
    take(visit("booked", ago(days=90), ago(days=99)))
    assert not ana.stage_periods.exclude(left_at=None).exists()


def test_a_coming_consult_that_was_deleted_there_is_canceled(ana: Lead) -> None:
    gone = visit("cancelled", hence(days=2), clock.now(), is_gone=True)
    take(visit("booked", hence(days=2), ago(hours=1)))
    assert take(gone.model_copy(update={"scheduled_for": None})) == ["updated"]
    assert not standing(ana)


def test_a_past_or_unknown_consult_that_was_deleted_there_stays(ana: Lead) -> None:
    take(visit("booked", ago(hours=1), ago(days=1)))
    gone = visit("cancelled", ago(hours=1), clock.now(), is_gone=True)
    assert take(gone) == ["unchanged"]
    assert len(standing(ana)) == 1
    unknown = visit(
        "cancelled", hence(days=1), clock.now(), is_gone=True, object_id="appt2"
    )
    assert take(unknown) == ["unchanged"]
    assert not UnmatchedEvent.objects.exists()
