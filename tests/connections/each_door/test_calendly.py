"""Calendly's door: consults booked, canceled, moved and missed."""

from typing import Any

from connections.door_parts.consult_types import ConsultTypes
from connections.door_parts.foreign_ids import fingerprint
from connections.doors.calendly import DOOR
from connections.items import IncomingEvent, Item
from leads.intake.incoming import IncomingLead
from tests.connections.deliveries import (
    changed,
    delivery_of,
    fixture,
    items_of,
    signed,
    take,
)

EVENT = "https://api.calendly.com/scheduled_events/EVENTofLee2"


def items(*, settings: ConsultTypes | None = None, **values: object) -> list[Item]:
    body = changed(fixture("calendly", "invitee_created"), **values)
    return items_of(DOOR, delivery_of(body), settings=settings)


def event_of(**values: object) -> IncomingEvent:
    event = items(**values)[-1]
    assert isinstance(event, IncomingEvent)
    return event


def test_who_books_is_a_lead_with_a_consult() -> None:
    lead, event = items()
    assert isinstance(lead, IncomingLead)
    assert (lead.first_name, lead.email) == ("Lee", "lee@example.com")
    assert (lead.source, lead.campaign_name) == ("instagram", "Spring lips")
    assert lead.form == "calendly"
    assert isinstance(event, IncomingEvent)
    assert (event.what, event.object_id) == ("booked", fingerprint("INVITEEofLee1"))
    assert event.scheduled_for
    assert event.scheduled_for.isoformat() == "2026-06-09T15:00:00+00:00"


def test_a_cancellation_is_of_its_moment() -> None:
    event = event_of(
        event="invitee.canceled",
        payload__cancellation={
            "canceled_by": "Lee Madeup",
            "reason": "flu",
            "created_at": "2026-06-01T14:40:00.000000Z",
        },
    )
    assert (event.what, event.object_id) == ("cancelled", fingerprint("INVITEEofLee1"))
    assert event.occurred_at.isoformat() == "2026-06-01T14:40:00+00:00"


def test_a_rescheduled_consult_takes_the_old_ones_place() -> None:
    old = changed(
        fixture("calendly", "invitee_created"),
        event="invitee.canceled",
        payload__rescheduled=True,
        payload__new_invitee=f"{EVENT}/invitees/INVITEEofLee2",
    )
    assert take(DOOR, signed(DOOR, delivery_of(old))) == []
    (event,) = items(
        payload__uri=f"{EVENT}/invitees/INVITEEofLee2",
        payload__old_invitee=f"{EVENT}/invitees/INVITEEofLee1",
    )
    assert isinstance(event, IncomingEvent)
    assert (event.what, event.object_id, event.parent_id) == (
        ("booked", fingerprint("INVITEEofLee2"), fingerprint("INVITEEofLee1"))
    )


def test_a_consult_moved_twice_in_a_minute_is_a_chain() -> None:
    moved = [
        event_of(
            created_at=f"2026-06-01T14:31:{seconds}.000000Z",
            payload__uri=f"{EVENT}/invitees/INVITEEofLee{number}",
            payload__old_invitee=f"{EVENT}/invitees/INVITEEofLee{number - 1}",
        )
        for number, seconds in ((2, "10"), (3, "40"))
    ]
    assert moved[1].parent_id == moved[0].object_id
    assert moved[0].status_at
    assert moved[1].status_at
    assert moved[0].status_at < moved[1].status_at


def test_a_no_show_happened_when_the_consult_was() -> None:
    event = event_of(event="invitee_no_show.created")
    assert event.what == "no_show"
    assert event.occurred_at == event.scheduled_for
    assert event_of(event="invitee_no_show.deleted").what == "booked"


def test_questions_reasons_and_staff_are_forgotten() -> None:
    body = fixture("calendly", "invitee_created")
    (projection,) = take(DOOR, signed(DOOR, delivery_of(body)))
    kept = f"{projection.data}{items()}"
    for word in ("Diabetes", "Epilepsy", "Madeup", "Invented", "Sample Street"):
        assert word not in kept
    assert "questions_and_answers" in projection.dropped


def test_a_full_name_with_an_email_in_it_gives_no_name() -> None:
    event = event_of(payload__name="lee.madeup@example.com")
    assert event.who.first_name == ""


def test_utm_words_that_could_be_about_somebody_are_forgotten() -> None:
    lead = items(payload__tracking__utm_campaign="lee@example.com 512-555-0125")[0]
    assert isinstance(lead, IncomingLead)
    assert lead.campaign_name == ""


def test_only_the_chosen_event_types_are_consults() -> None:
    assert items(settings=ConsultTypes(consult_types=("TYPEconsult",)))
    assert not items(settings=ConsultTypes(consult_types=("TYPEother",)))


def test_other_events_are_ignored() -> None:
    def ignored(**values: Any) -> bool:
        body = changed(fixture("calendly", "invitee_created"), **values)
        return take(DOOR, signed(DOOR, delivery_of(body))) == []

    assert ignored(event="routing_form_submission.created", payload={})
    assert ignored(event="event_type.created")


def test_events_of_other_kinds_may_have_any_shape() -> None:
    for body in ({"event": "Organization-Changed"}, {"event": "x", "created_at": 5}):
        assert take(DOOR, signed(DOOR, delivery_of(body))) == []


def test_the_same_delivery_has_the_same_key() -> None:
    deliveries = [
        signed(DOOR, delivery_of(fixture("calendly", "invitee_created")))
        for _ in range(2)
    ]
    assert take(DOOR, deliveries[0])[0].key == take(DOOR, deliveries[1])[0].key
