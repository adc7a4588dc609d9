"""A consult marked as no-show is said to be one, wherever its lead is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kpis.calendar.consults import read_consults
from kpis.calendar.days import ShownDays
from kpis.events.bookings import Booking, bookings, events_of
from kpis.events.coming_consults import consult_notes
from kpis.events.consult_details import confirm
from kpis.events.consults import book, no_show, show
from kpis.events.refusals import ConsultRefused
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
    desk: Client, lead: Lead, front_desk: User
) -> None:
    """Though the first one was marked before its time."""
    now = clock.now()
    missed = book(lead, now + timedelta(seconds=30))
    if newest(lead).is_due:
        no_show(lead, missed.pk)
        later = book(lead, now + timedelta(minutes=1))
        assert {one.pk for one in lead.kpi_events.all()} == {missed.pk, later.pk}
        assert not newest(lead).is_no_show
        rows = CONSULT_SECTION.read(now, front_desk, ())
        assert [row.buttons[0].value for row in rows] == [later.pk]


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
