"""Acuity's door: ids in a form, the appointment by its API."""

from datetime import timedelta
from urllib.parse import urlencode

from connections.door import Delivery
from connections.door_parts.consult_types import ConsultTypes
from connections.door_parts.foreign_ids import fingerprint
from connections.doors.acuity import DOOR
from connections.items import IncomingEvent, Item
from leads.intake.incoming import IncomingLead
from tests.connections.deliveries import (
    NOW,
    answering,
    changed,
    delivery_of,
    fixture,
    items_of,
    signed,
    take,
)


def hint(action: str = "scheduled", **also: object) -> Delivery:
    fields = {"action": action, "id": "6001", "calendarID": "11"}
    return delivery_of(urlencode(fields).encode(), **also)


def items(*, settings: ConsultTypes | None = None, **values: object) -> list[Item]:
    answers = {
        "/appointments/6001": changed(fixture("acuity", "appointment"), **values)
    }
    return items_of(DOOR, hint(), settings=settings, fetch=answering(answers))


def event_of(**values: object) -> IncomingEvent:
    event = items(**values)[-1]
    assert isinstance(event, IncomingEvent)
    return event


def test_who_books_is_a_lead_with_a_consult() -> None:
    lead, event = items()
    assert isinstance(lead, IncomingLead)
    assert (lead.first_name, lead.email, lead.phone) == (
        ("Ari", "ari@example.com", "+15125550126")
    )
    assert isinstance(event, IncomingEvent)
    assert (event.what, event.object_id) == ("booked", fingerprint("6001"))
    assert event.scheduled_for
    assert event.scheduled_for.isoformat() == "2026-06-09T15:00:00+00:00"


def test_the_appointment_says_what_happened_not_the_delivery() -> None:
    assert event_of(canceled=True).what == "cancelled"
    assert event_of(canceled=True, noShow=True).what == "no_show"
    assert len(items(canceled=True)) == 1


def test_two_changes_within_a_second_are_two_deliveries() -> None:
    later = NOW + timedelta(microseconds=1)
    first, second = (
        take(DOOR, signed(DOOR, hint("changed", received_at=moment)))[0]
        for moment in (NOW, later)
    )
    assert first.key != second.key


def test_forms_notes_and_last_names_are_forgotten() -> None:
    kept = repr(items())
    for word in ("Epilepsy", "Latex", "migraines", "Fictional", "Sample Street"):
        assert word not in kept


def test_a_name_with_an_email_in_it_gives_no_name() -> None:
    event = event_of(firstName="ari.fictional@example.com")
    assert event.who.first_name == ""


def test_only_the_chosen_types_are_consults() -> None:
    assert items(settings=ConsultTypes(consult_types=("22",)))
    assert not items(settings=ConsultTypes(consult_types=("23",)))


def test_orders_and_unknown_actions_are_ignored() -> None:
    assert take(DOOR, signed(DOOR, hint("order.completed"))) == []
    assert take(DOOR, signed(DOOR, hint("appointment.changed")))
