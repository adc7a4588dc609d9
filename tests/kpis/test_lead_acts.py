"""Consults and money from the lead page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kpis.events import payments
from kpis.events.bookings import bookings, events_of
from kpis.events.refusals import PaymentRefused
from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage, Task
from leads.services.pipeline import move
from medspa.clinic_time import clinic_zone
from medspa.ids import new_id
from medspa.models import User
from medspa.templatetags.clinic import moment
from tests import factories
from tests.page_text import text_of

KEY = new_id()


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def booked_stage(db: None) -> PipelineStage:
    return factories.StageFactory(
        name="Consult Booked", order=30_000, records_kpi="consult_booked"
    )


@pytest.fixture
def lead(db: None) -> Lead:
    return factories.LeadFactory(admitted=True, first_name="Ana")


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def undo(client: Client, lead: Lead, row: Any, source: str = "event") -> str:
    return act(client, lead, "undo", source=source, row=row.pk)


def typed(moment: datetime) -> str:
    return moment.astimezone(clinic_zone()).strftime("%Y-%m-%dT%H:%M")


STARTED = timezone.now()


def in_days(days: int) -> str:
    """The same whenever it is asked: a minute may end within a test."""
    return typed(STARTED + timedelta(days=days))


def booking_due(lead: Lead) -> KpiEvent:
    """A consult an hour ago, booked last week."""
    now = timezone.now()
    return factories.KpiEventFactory(
        lead=lead,
        occurred_at=now - timedelta(days=7),
        metadata_json={"scheduled_for": (now - timedelta(minutes=1)).isoformat()},
    )


# Consults -------------------------------------------------------------------


def test_a_consult_is_booked_with_its_date_and_the_lead_moves_and_counts_once(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    page = act(desk, lead, "book", scheduled_for=in_days(3))
    event = KpiEvent.objects.get()
    assert event.kind == "consult_booked"
    assert typed(event.metadata.scheduled_for) == in_days(3)
    assert lead.stage_periods.get(left_at=None).stage == booked_stage
    assert "Consult booked for" in page


def test_undoing_a_booking_voids_it_and_moves_the_lead_back(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    here = lead.stage_periods.get().stage
    act(desk, lead, "book", scheduled_for=in_days(3))
    undo(desk, lead, KpiEvent.objects.get())
    assert not KpiEvent.objects.exists()
    assert lead.stage_periods.get(left_at=None).stage == here


def test_another_date_is_no_second_booking_and_undo_brings_the_first_back(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    act(desk, lead, "book", scheduled_for=in_days(3))
    first = KpiEvent.objects.get()
    act(desk, lead, "book", scheduled_for=in_days(9))
    second = KpiEvent.objects.get()
    assert typed(second.metadata.scheduled_for) == in_days(9)
    assert second.occurred_at == first.occurred_at

    assert "earlier consult date is back" in undo(desk, lead, second)
    assert KpiEvent.objects.get() == first
    assert lead.stage_periods.get(left_at=None).stage == booked_stage


def test_a_booking_by_drag_gets_its_date_and_still_counts_once(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    move(lead.pk, booked_stage.pk)
    dragged = KpiEvent.objects.get()
    act(desk, lead, "book", scheduled_for=in_days(2))
    event = KpiEvent.objects.get()
    assert event.occurred_at == dragged.occurred_at
    assert event.metadata.stay == dragged.metadata.stay


def test_moving_to_the_booked_stage_asks_for_the_date(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    answer = desk.post(f"/leads/{lead.pk}/move/", {"stage": booked_stage.pk})
    assert answer["Location"] == f"/leads/{lead.pk}/?then=b"
    assert 'data-then="b"' in desk.get(answer["Location"]).content.decode()


def test_undoing_a_move_voids_what_it_recorded(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    act(desk, lead, "move", stage=booked_stage.pk)
    assert KpiEvent.objects.count() == 1
    undo(desk, lead, lead.stage_periods.get(left_at=None), "stage_period")
    assert not KpiEvent.objects.exists()


def test_after_a_missed_consult_a_new_date_is_a_new_booking(
    desk: Client, lead: Lead
) -> None:
    booking_due(lead)
    act(desk, lead, "book", scheduled_for=in_days(5))
    assert KpiEvent.objects.filter(kind="consult_booked").count() == 2


def test_a_customer_stays_won_when_another_consult_is_booked(
    desk: Client, lead: Lead, booked_stage: PipelineStage
) -> None:
    won = factories.StageFactory(outcome="won")
    move(lead.pk, won.pk)
    act(desk, lead, "book", scheduled_for=in_days(3))
    assert lead.stage_periods.get(left_at=None).stage == won


@pytest.mark.parametrize(
    "when",
    ["", "soon", "2030-02-31T10:00", in_days(-3), in_days(800), "9999-12-31T23:59"],
    # Named by hand: a minute may pass between two workers' collections.
    ids=["empty", "word", "no such day", "past", "years ahead", "end of time"],
)
def test_a_consult_needs_a_date_that_can_be_kept(
    when: str, desk: Client, lead: Lead
) -> None:
    page = act(desk, lead, "book", scheduled_for=when)
    assert 'class="said-one error"' in page
    assert not KpiEvent.objects.exists()


def test_shown_names_the_booking_and_counts_once(
    desk: Client, lead: Lead, manager: User
) -> None:
    booking = booking_due(lead)
    assert "Showed" in act(desk, lead, "untag")
    for _ in range(2):
        act(desk, lead, "shown", booking=booking.pk)
    show = KpiEvent.objects.get(kind="consult_show")
    assert show.metadata.booking == booking.pk
    assert bookings(events_of(lead))[0].is_held
    desk.force_login(manager)
    why = "event_never_happened"
    assert "Undo “Showed” first" in undo(desk, lead, booking, why)
    undo(desk, lead, show, why)
    assert not KpiEvent.objects.filter(kind="consult_show").exists()


def test_a_consult_of_today_can_be_marked_though_the_next_is_booked(
    desk: Client, lead: Lead
) -> None:
    today = booking_due(lead)
    in_a_week = timezone.now() + timedelta(days=7)
    later = factories.KpiEventFactory(
        lead=lead, metadata_json={"scheduled_for": in_a_week.isoformat()}
    )
    page = act(desk, lead, "untag")
    assert page.count("</span>Consult ") == 2
    assert f'value="{today.pk}" data-key="s"' in page
    assert f'value="{today.pk}" data-key="x"' in page
    # What the other two buttons are about is said.
    assert page.count(f"Consult {moment(in_a_week)}") == 3
    page = act(desk, lead, "shown", booking=today.pk)
    assert page.count("</span>Consult ") == 1
    assert 'data-key="s"' not in page
    assert f'name="booking" value="{later.pk}"' in page


def test_a_no_show_plans_the_follow_up_and_records_no_event(
    desk: Client, lead: Lead, front_desk: User
) -> None:
    booking = booking_due(lead)
    page = act(desk, lead, "no-show", booking=booking.pk)
    task = Task.objects.get()
    assert (task.what, task.assigned_to) == ("follow_up_no_show", front_desk)
    assert "No-show. Next: Follow up after a no-show" in page
    assert KpiEvent.objects.get() == booking
    act(desk, lead, "no-show", booking=booking.pk)
    assert Task.objects.count() == 1
    undo(desk, lead, task, "task")
    assert not Task.objects.exists()


def test_undoing_a_no_show_says_what_was_undone(
    desk: Client, lead: Lead, front_desk: User
) -> None:
    booking = booking_due(lead)
    act(desk, lead, "no-show", booking=booking.pk)
    task = Task.objects.get()
    page = act(desk, lead, "undo", source="no_show", row=task.pk)
    assert "No-show undone." in page
    assert not Task.objects.exists()


@pytest.mark.parametrize("name", ["shown", "no-show"])
def test_who_came_is_marked_on_the_day_and_not_before(
    name: str, desk: Client, lead: Lead
) -> None:
    act(desk, lead, "book", scheduled_for=in_days(3))
    booking = KpiEvent.objects.get()
    assert "mark it then" in act(desk, lead, name, booking=booking.pk)
    assert "no longer booked" in act(desk, lead, name, booking="nothing")
    assert KpiEvent.objects.count() == 1
    assert not Task.objects.exists()


# Money ----------------------------------------------------------------------


def test_a_payment_is_recorded_to_the_cent_with_its_procedure(
    desk: Client, lead: Lead
) -> None:
    page = act(
        desk, lead, "pay", amount="$1,450.50", procedure="FILLER", category="service"
    )
    event = KpiEvent.objects.get()
    assert event.value_cents == 145_050
    assert event.metadata_json == {"procedure": "FILLER", "category": "service"}
    assert "Payment of $1,450.50 recorded." in page


@pytest.mark.parametrize(
    "data",
    [
        {"amount": ""},
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "1.005"},
        {"amount": "NaN"},
        {"amount": "1e400"},
        {"amount": "1e999999"},
        {"amount": "99999999999"},
        {"amount": "5", "procedure": "TOOTH"},
        {"amount": "5", "category": "surgery notes"},
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(
    data: dict, desk: Client, lead: Lead
) -> None:
    assert 'class="said-one error"' in act(desk, lead, "pay", **data)
    assert not KpiEvent.objects.exists()


def test_a_double_click_pays_once(desk: Client, lead: Lead) -> None:
    for _ in range(2):
        act(desk, lead, "pay", amount="100", key=KEY)
    assert KpiEvent.objects.count() == 1


def test_a_refund_names_its_payment_and_never_exceeds_it(
    office: Client, lead: Lead
) -> None:
    act(office, lead, "pay", amount="100")
    paid = KpiEvent.objects.get()
    act(office, lead, "refund", payment=paid.pk, amount="60")
    refund = KpiEvent.objects.get(kind="invoice_refunded")
    assert (refund.refund_of, refund.value_cents) == (paid, 6_000)

    page = act(office, lead, "refund", payment=paid.pk, amount="40.01")
    assert "Only $40 of this payment can be refunded." in page
    act(office, lead, "refund", payment=paid.pk, amount="40")
    assert "</span>Refund" not in act(office, lead, "untag")
    assert KpiEvent.objects.filter(kind="invoice_refunded").count() == 2


def test_a_refund_of_another_leads_payment_is_refused(
    office: Client, lead: Lead
) -> None:
    other = factories.KpiEventFactory(paid=True)
    page = act(office, lead, "refund", payment=other.pk, amount="1")
    assert "Choose the payment" in page


def test_the_front_desk_takes_money_and_gives_none_back(
    desk: Client, lead: Lead
) -> None:
    act(desk, lead, "pay", amount="100")
    paid = KpiEvent.objects.get()
    address = f"/leads/{lead.pk}/"
    assert "</span>Payment" in desk.get(address).text
    assert f'action="{address}refund/' not in desk.get(address).text
    data = {"payment": paid.pk, "amount": "60"}
    assert desk.post(f"{address}refund/", data).status_code == 403
    assert KpiEvent.objects.get() == paid


def test_a_payment_with_a_refund_is_not_voided_before_it(
    office: Client, lead: Lead
) -> None:
    act(office, lead, "pay", amount="100")
    paid = KpiEvent.objects.get()
    assert f'action="/leads/{lead.pk}/refund/' in act(office, lead, "untag")
    act(office, lead, "refund", payment=paid.pk, amount="60")
    assert "Void the refund first" in undo(office, lead, paid)
    undo(office, lead, KpiEvent.objects.get(kind="invoice_refunded"))
    undo(office, lead, paid)
    assert not KpiEvent.objects.exists()


def test_the_front_desk_takes_back_its_own_fresh_record_and_managers_any(
    desk: Client, lead: Lead, front_desk: User, manager: User
) -> None:
    act(desk, lead, "pay", amount="100")
    old = KpiEvent.objects.get()
    early = timezone.now() - timedelta(minutes=11)
    KpiEvent.objects.filter(pk=old.pk).update(recorded_at=early, occurred_at=early)
    assert "Only a manager can void this now." in undo(desk, lead, old)

    client = Client()
    client.force_login(manager)
    act(client, lead, "pay", amount="50")
    theirs = KpiEvent.objects.get(value_cents=5_000)
    assert "Only a manager can void this now." in undo(desk, lead, theirs)
    assert "Choose a reason for voiding this." in undo(client, lead, old)
    undo(client, lead, old, "event_twice")
    undo(client, lead, theirs)
    assert not KpiEvent.objects.exists()
    assert old.history.first().history_change_reason == "Entered twice"
    assert theirs.history.first().history_change_reason == "Entered by mistake"


@pytest.mark.parametrize("name", ["book", "shown", "no-show", "pay", "refund"])
def test_providers_record_nothing(
    name: str, client: Client, lead: Lead, provider: User
) -> None:
    client.force_login(provider)
    assert client.post(f"/leads/{lead.pk}/{name}/").status_code == 403


# At the same moment ---------------------------------------------------------


@pytest.mark.usefixtures("committed")
def test_two_refunds_at_once_do_not_exceed_the_payment_together() -> None:
    paid = factories.KpiEventFactory(paid=True, value_cents=10_000)
    start = Barrier(2)

    def refund(_: int) -> str:
        start.wait(10)
        try:
            payments.record_refund(paid.lead, paid.pk, 6_000)
        except PaymentRefused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        refusals = sorted(pool.map(refund, range(2)))
    assert refusals[0] == ""
    assert "Only $40 of" in refusals[1]
    assert KpiEvent.objects.filter(refund_of=paid).count() == 1
