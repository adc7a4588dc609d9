"""A consult marked as no-show is said to be one, wherever its lead is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kpis.calendar.consults import read_consults
from kpis.calendar.days import ShownDays
from kpis.choices import VoidReason
from kpis.events.bookings import Booking, bookings, events_of
from kpis.events.coming_consults import consult_notes
from kpis.events.consult_details import confirm
from kpis.events.consults import book, no_show, show
from kpis.events.refusals import ConsultRefused
from kpis.events.reported import record_no_show, record_show, unshow
from kpis.events.undoing import void
from kpis.models import KpiEvent
from kpis.today import CONSULT_SECTION
from leads.models import Lead, Task
from medspa import clock
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_today
from medspa.models import User
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def lead(db: None) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name="Ana")
    return lead


@pytest.fixture
def booking(lead: Lead) -> KpiEvent:
    """A consult of a second ago."""
    return book(lead, clock.now() - timedelta(seconds=1))


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def newest(lead: Lead) -> Booking:
    return bookings(events_of(lead))[0]


def page_of(client: Client, lead: Lead) -> str:
    return text_of(client.get(f"/leads/{lead.pk}/"))


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    return text_of(client.post(f"/leads/{lead.pk}/{name}/", data, follow=True))


def in_calendar() -> list[bool]:
    days = ShownDays(clinic_today(), clinic_today())
    return [one.is_no_show for one in read_consults(days, "", clock.now(), 9)]


def test_every_page_says_no_show_after_a_reload(
    desk: Client, lead: Lead, booking: KpiEvent
) -> None:
    assert "Consult was today" in page_of(desk, lead)
    assert in_calendar() == [False]
    no_show(lead, booking.pk)
    for address in (f"/leads/{lead.pk}/", "/leads/", "/leads/board/"):
        page = text_of(desk.get(address))
        assert "No-show today" in page, address
        assert "Consult was today" not in page, address
    assert in_calendar() == [True]
    assert 'title="No-show"' in desk.get("/calendar/").content.decode()
    # Somebody calls them: it stays a no-show.
    Task.objects.get().finish()
    assert "No-show today" in page_of(desk, lead)


def test_the_page_then_offers_what_is_left_to_do(
    desk: Client, lead: Lead, booking: KpiEvent
) -> None:
    page = page_of(desk, lead)
    assert "/confirm-consult/" in page
    assert "/no-show/" in page
    assert "Undo no-show" not in page
    no_show(lead, booking.pk)
    page = page_of(desk, lead)
    assert "/confirm-consult/" not in page
    assert "/no-show/" not in page
    for left in ("Rebook", "/cancel-consult/", "/shown/", "Undo no-show"):
        assert left in page


def test_it_can_be_undone_also_when_the_follow_up_was_done(
    desk: Client, lead: Lead, booking: KpiEvent
) -> None:
    task = no_show(lead, booking.pk)
    task.finish()
    page = act(desk, lead, "undo", source="no_show", row=task.pk)
    assert "No-show undone." in page
    assert "Consult was today" in page
    assert not newest(lead).is_no_show
    assert "already undone" in act(desk, lead, "undo", source="no_show", row=task.pk)


def test_it_is_not_confirmed(desk: Client, lead: Lead, booking: KpiEvent) -> None:
    no_show(lead, booking.pk)
    page = act(desk, lead, "confirm-consult", booking=booking.pk)
    assert "This consult was marked as no-show." in page
    assert not newest(lead).is_confirmed
    with pytest.raises(ConsultRefused) as refused:
        confirm(lead, booking.pk)
    assert refused.value.code == "consult_was_missed"


def test_marking_it_twice_plans_one_follow_up(lead: Lead, booking: KpiEvent) -> None:
    first = no_show(lead, booking.pk)
    first.finish()
    assert no_show(lead, booking.pk) == first
    assert Task.objects.count() == 1


def booked_anew(lead: Lead, booking: KpiEvent) -> None:
    book(lead, clock.now() + timedelta(minutes=1))


def canceled(lead: Lead, booking: KpiEvent) -> None:
    factories.ConsultDetailsFactory(
        booking=booking, canceled_at=clock.now(), cancel_reason="clinic"
    )


def came_late(lead: Lead, booking: KpiEvent) -> None:
    show(lead, booking.pk)


@pytest.mark.parametrize("after", [booked_anew, canceled, came_late])
def test_what_comes_after_it_is_no_no_show(
    after: Callable[[Lead, KpiEvent], None], lead: Lead, booking: KpiEvent
) -> None:
    no_show(lead, booking.pk)
    after(lead, booking)
    assert not newest(lead).is_no_show
    assert "No-show" not in consult_notes([lead.pk], clock.now()).get(lead.pk, "")


def test_a_consult_later_that_day_is_one_of_its_own(
    desk: Client, lead: Lead, booking: KpiEvent, front_desk: User
) -> None:
    no_show(lead, booking.pk)
    now = clock.now()
    later = book(lead, now + timedelta(seconds=30))
    assert {one.pk for one in lead.kpi_events.all()} == {booking.pk, later.pk}
    assert not newest(lead).is_no_show
    if newest(lead).is_due:  # not around midnight
        rows = CONSULT_SECTION.read(now, front_desk, ())
        assert [row.lead_id for row in rows] == [lead.pk]


def test_nobody_is_missed_before_the_time(desk: Client, lead: Lead) -> None:
    coming = book(lead, clock.now() + timedelta(minutes=30))
    said = act(desk, lead, "no-show", booking=coming.pk)
    assert "You can mark it then." in said
    assert not Task.objects.filter(lead=lead).exists()
    assert 'data-key="x"' not in page_of(desk, lead)


def test_a_step_planned_for_an_earlier_consult_marks_no_later_one(
    lead: Lead, booking: KpiEvent
) -> None:
    """Another system tells in the morning who was missed, and the next is tonight."""
    no_show(lead, booking.pk)
    tonight = factories.KpiEventFactory(
        lead=lead,
        kind="consult_booked",
        occurred_at=booking.occurred_at,
        metadata_json={"scheduled_for": (clock.now() + timedelta(hours=1)).isoformat()},
    )
    found = {one.event.pk: one.is_no_show for one in bookings(events_of(lead))}
    assert found == {booking.pk: True, tonight.pk: False}


def test_a_show_that_another_system_takes_back_leaves_the_follow_up_open(
    lead: Lead, booking: KpiEvent
) -> None:
    marked = no_show(lead, booking.pk)
    record_show(lead, booking.pk, clock.now())
    marked.refresh_from_db()
    assert marked.done_at
    unshow(lead, booking.pk)
    record_no_show(lead, booking.pk)
    [step] = Task.objects.filter(lead=lead)
    assert (step.pk, step.done_at) == (marked.pk, None)


def test_undoing_showed_takes_the_move_back_however_late_it_was_marked(
    lead: Lead, booking: KpiEvent, manager: User
) -> None:
    before = lead.stage_periods.get(left_at=None).stage
    came = factories.StageFactory(records_kpi="consult_show", order=before.order + 1)
    event = show(lead, booking.pk)
    assert event.occurred_at < event.recorded_at
    assert lead.stage_periods.get(left_at=None).stage == came
    void(lead, event.pk, manager, reason=VoidReason.MISTAKE)
    assert lead.stage_periods.get(left_at=None).stage == before


def test_showed_replaces_it_in_the_name_of_who_marks_that(
    desk: Client, lead: Lead, booking: KpiEvent, manager: User
) -> None:
    with acting(user=manager):
        task = no_show(lead, booking.pk)
    assert task.assigned_to == manager
    page = act(desk, lead, "shown", booking=booking.pk)
    replaces = f"This replaces the no-show that {manager} marked."
    assert f"Marked as showed. {replaces}" in page
    done = page[page.index("Done: Follow up after a no-show") :]
    assert str(User.objects.get(username="frontdesk")) in done[: done.index("</li>")]
    # The same form again replaces nothing.
    assert "replaces" not in act(desk, lead, "shown", booking=booking.pk)
