"""When a lead's consult is: on its card and on its page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpis.events.bookings import Booking
from kpis.events.coming_consults import consult_in_words, consult_notes
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.models import User
from medspa.templatetags.clinic import moment
from tests import factories

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)


def booked(lead: Lead, when: datetime) -> str:
    event = factories.KpiEventFactory(
        lead=lead, metadata_json={"scheduled_for": when.isoformat()}
    )
    return str(event.pk)


def said(when: datetime, now: datetime) -> str:
    return consult_in_words(Booking(KpiEvent(), when, is_held=False), now)


@pytest.mark.parametrize(
    ("hours", "begins"),
    [
        (1, "Consult today "),
        (-1, "Consult was today "),
        (24, "Consult tomorrow "),
        (-24, "Consult was Tue"),
        (48, "Consult Fri"),
    ],
)
def test_a_consult_is_said_by_its_day(hours: int, begins: str) -> None:
    when = NOW + timedelta(hours=hours)
    words = said(when, NOW)
    assert words.startswith(begins)
    assert words.endswith(moment(when).rpartition(", ")[2])


def test_the_newest_booking_that_was_not_held_counts(db: None) -> None:
    now = clock.now()
    later = now + timedelta(days=3)
    moved, held, past, plain = (factories.LeadFactory(admitted=True) for _ in range(4))
    booked(moved, now + timedelta(days=9))
    booked(moved, later)
    show = factories.KpiEventFactory(
        lead=held, kind="consult_show", metadata_json={"booking": booked(held, later)}
    )
    booked(past, now - timedelta(days=2))
    ids = [lead.pk for lead in (moved, held, past, plain)]
    with CaptureQueriesContext(connection) as captured:
        notes = consult_notes(ids, now)
    assert len(captured) == 1
    assert notes == {moved.pk: said(later, now)}
    show.delete()
    assert set(consult_notes(ids, now)) == {moved.pk, held.pk}


def test_card_and_page_say_when_the_consult_is(
    front_desk: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True)
    when = clock.now() + timedelta(days=3)
    booked(lead, when)
    client.force_login(front_desk)
    for address in ("/leads/board/", f"/leads/{lead.pk}/"):
        page = client.get(address).content.decode()
        assert said(when, clock.now()) in page
