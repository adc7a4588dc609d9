"""Undoing payments and consults: of a file, and of what a door sent in a period."""

from datetime import timedelta
from typing import Any

import pytest

from connections.files.importing import FileChoices, import_file
from connections.models import Connection, IntakeBatch, ItemOutcome, UndoRun
from connections.taking_in import ItemSource, take_in
from connections.undoing.of_leads import NotUndone
from connections.undoing.run import start
from connections.undoing.scope import UndoScope
from kpis.choices import Kind
from kpis.extension_points import closed_days
from kpis.models import KpiEvent
from leads.models import Lead, LeadStage, Task
from medspa import clock
from medspa.audit.actors import acting
from medspa.models import User
from tests.connections.bringing import ago, event, lead
from tests.connections.doors import connected
from tests.connections.test_files_of_payments import STRIPE as STRIPE_FILE
from tests.connections.undoing import kept, undo_batch
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def ana(clinic: None) -> Lead:
    return LeadFactory(first_name="Ana", email="ana@example.com")


@pytest.fixture
def door(clinic: None) -> Connection:
    return connected("calendly")


def come(door: Connection, *items: Any) -> None:
    with acting("Calendly"):
        take_in(items, ItemSource(door.door, door.account, door))


def undo_all(door: Connection, person: User) -> UndoRun:
    return start(UndoScope(None, door, ago(hours=1), clock.now()), person)


def events(kind: Kind) -> int:
    return KpiEvent.objects.filter(kind=kind).count()


def stage_of(lead: Lead) -> str:
    return str(LeadStage.objects.get(lead=lead, left_at=None).stage)


def test_payments_and_refunds_of_a_file_are_voided_and_come_again(
    manager: User,
) -> None:
    LeadFactory(first_name="Dana", email="dana@example.com")
    choices = FileChoices("stripe", "payments", is_trial=False)
    report = import_file(STRIPE_FILE.encode(), choices)
    before = (events(Kind.INVOICE_PAID), events(Kind.INVOICE_REFUNDED))
    assert before == (2, 1)
    run = undo_batch(IntakeBatch.objects.get(pk=report.batch), manager)
    assert not KpiEvent.objects.exists() and not kept(run)
    newest = KpiEvent.history.order_by("-history_id").first()
    assert newest.history_change_reason == "Undo of an import"
    import_file(STRIPE_FILE.encode(), choices)
    assert (events(Kind.INVOICE_PAID), events(Kind.INVOICE_REFUNDED)) == before


def test_a_payment_of_a_locked_month_stays_and_is_listed(
    ana: Lead, door: Connection, manager: User
) -> None:
    come(door, event("paid", "pi_1", system="calendly"))
    with closed_days.extended(lambda day: "This month is locked."):
        run = undo_all(door, manager)
    assert events(Kind.INVOICE_PAID) == 1
    assert kept(run) == ["This month is locked."]


def test_a_payment_with_a_later_refund_stays(
    ana: Lead, door: Connection, manager: User
) -> None:
    come(door, event("paid", "pi_1", system="calendly"))
    [payment] = KpiEvent.objects.all()
    KpiEvent.objects.create(
        lead=ana,
        kind=Kind.INVOICE_REFUNDED,
        value_cents=100,
        refund_of=payment,
        occurred_at=clock.now(),
    )
    assert kept(undo_all(door, manager)) == [
        "Part of this payment was refunded. Void the refund first."
    ]


def test_a_booking_is_voided_and_its_lead_is_back_in_its_stage(
    door: Connection, manager: User
) -> None:
    come(door, lead("Bea", "bea@example.com"))
    ItemOutcome.objects.update(made_at=ago(hours=2))
    bea = Lead.objects.get()
    before = stage_of(bea)
    when = clock.now() + timedelta(days=2)
    come(door, event("booked", "ev_1", "bea@example.com", scheduled_for=when))
    assert stage_of(bea) != before
    run = undo_all(door, manager)
    assert (events(Kind.CONSULT_BOOKED), stage_of(bea), kept(run)) == (0, before, [])


def test_a_moved_a_canceled_and_a_missed_consult_are_as_before(
    ana: Lead, door: Connection, manager: User
) -> None:
    first, second = clock.now() + timedelta(days=2), clock.now() + timedelta(days=3)
    come(door, event("booked", "ev_1", scheduled_for=first, occurred_at=ago(hours=5)))
    ItemOutcome.objects.update(made_at=ago(hours=2))
    come(door, event("booked", "ev_1", scheduled_for=second, occurred_at=ago(hours=4)))
    come(door, event("cancelled", "ev_1", occurred_at=ago(hours=3)))
    run = undo_all(door, manager)
    [booking] = KpiEvent.objects.filter(kind=Kind.CONSULT_BOOKED)
    assert booking.readable_metadata.scheduled_for == first
    assert not getattr(booking, "consult_details", None)
    assert not kept(run)


def test_a_follow_up_that_a_show_ended_is_open_again(
    ana: Lead, door: Connection, manager: User
) -> None:
    at = ago(hours=3)
    come(door, event("booked", "ev_1", scheduled_for=at, occurred_at=ago(hours=9)))
    come(door, event("no_show", "ev_1", scheduled_for=at))
    ItemOutcome.objects.update(made_at=ago(hours=2))
    come(door, event("showed", "ev_1", scheduled_for=at))
    assert not Task.objects.filter(done_at=None).exists()
    undo_all(door, manager)
    assert Task.objects.filter(lead=ana, done_at=None).exists()


def test_a_consult_that_took_place_did_not(
    ana: Lead, door: Connection, manager: User
) -> None:
    at = ago(hours=3)
    come(door, event("booked", "ev_1", scheduled_for=at, occurred_at=ago(hours=9)))
    ItemOutcome.objects.update(made_at=ago(hours=2))
    come(door, event("showed", "ev_1", scheduled_for=at))
    assert events(Kind.CONSULT_SHOW) == 1
    undo_all(door, manager)
    assert (events(Kind.CONSULT_SHOW), events(Kind.CONSULT_BOOKED)) == (0, 1)
    come(door, event("no_show", "ev_1", scheduled_for=at))
    assert Task.objects.filter(lead=ana).exists()
    undo_all(door, manager)
    assert not Task.objects.filter(lead=ana).exists()


def test_a_lead_of_the_period_goes_with_its_payment(
    door: Connection, manager: User
) -> None:
    come(door, lead("Bea", "bea@example.com"))
    come(door, event("paid", "pi_1", "bea@example.com"))
    run = undo_all(door, manager)
    assert not Lead.objects.exists() and not events(Kind.INVOICE_PAID)
    assert not kept(run)


def test_a_lead_with_a_payment_from_elsewhere_stays(
    door: Connection, manager: User
) -> None:
    come(door, lead("Bea", "bea@example.com"))
    take_in([event("paid", "pi_1", "bea@example.com")], ItemSource("stripe"))
    run = undo_all(door, manager)
    assert Lead.objects.count() == 1
    assert kept(run) == ["This lead has a payment or a consult that stays."]


def test_what_came_before_or_after_the_period_stays(
    ana: Lead, door: Connection, manager: User
) -> None:
    come(door, event("paid", "pi_1"))
    ItemOutcome.objects.update(made_at=ago(hours=3))
    come(door, event("paid", "pi_2", amount_cents=500))
    undo_all(door, manager)
    assert KpiEvent.objects.get(kind=Kind.INVOICE_PAID).value_cents == 30_000


def test_what_a_door_sends_again_stays_undone(
    ana: Lead, door: Connection, manager: User
) -> None:
    come(door, event("paid", "pi_1"))
    undo_all(door, manager)
    come(door, event("paid", "pi_1"))
    assert not events(Kind.INVOICE_PAID)


def test_a_period_without_anything_is_refused(door: Connection, manager: User) -> None:
    with pytest.raises(NotUndone, match="nothing to undo"):
        undo_all(door, manager)
    with pytest.raises(NotUndone, match="after the start"):
        start(UndoScope(None, door, clock.now(), ago(hours=1)), manager)
