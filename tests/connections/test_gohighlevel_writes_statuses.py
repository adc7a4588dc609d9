"""Do-not-contact, both ways, and what became of consults, are told to GoHighLevel."""

from datetime import datetime, timedelta

import pytest

from connections.models import OutgoingChange, Stream
from kpis.events.bookings import bookings, events_of
from kpis.events.consults import no_show, show
from kpis.events.reported import record_cancel
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services.contacting import allow_contact, stop_contact
from medspa import clock
from tests.connections.fake_gohighlevel.schemas import Appointment
from tests.connections.gohighlevel_clinic import ConnectedClinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> ConnectedClinic:
    return ConnectedClinic(writes=("do_not_contact", "appointment"))


@pytest.fixture
def lead(clinic: ConnectedClinic) -> Lead:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.receive()
    return clinic.lead(contact.id)


def booked(clinic: ConnectedClinic, lead: Lead, at: datetime) -> Appointment:
    row: Appointment = clinic.fake.add_appointment(lead.external_id, at)
    clinic.receive()
    return row


@pytest.fixture
def due(clinic: ConnectedClinic, lead: Lead) -> Appointment:
    """An appointment of a few minutes ago, known on both sides."""
    return booked(clinic, lead, clock.now() - timedelta(minutes=5))


def consult_of(lead: Lead) -> KpiEvent:
    return bookings(events_of(lead))[0].event


def there(clinic: ConnectedClinic, row: Appointment) -> str:
    return clinic.fake.appointments[row.id].appointmentStatus


def test_a_wish_there_marks_the_lead_and_is_not_sent_back(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    clinic.fake.edit_contact(lead.external_id, dnd=True)
    counts = clinic.receive()
    assert counts["updated"] >= 1
    assert clinic.lead(str(lead.external_id)).do_not_contact_at
    assert not OutgoingChange.objects.exists()
    clinic.fake.edit_contact(lead.external_id, dnd=False)
    clinic.receive()
    assert clinic.lead(str(lead.external_id)).do_not_contact_at


def test_a_wish_here_is_written_once_and_never_taken_back_there(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    stop_contact(lead)
    assert clinic.send() == {"sent": 1}
    assert clinic.fake.contacts[str(lead.external_id)].dnd
    clinic.receive()
    allow_contact(lead)
    assert not clinic.send()
    assert clinic.fake.contacts[str(lead.external_id)].dnd
    assert len(clinic.api.writes) == 1


def test_a_wish_that_is_there_already_is_not_written(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    clinic.fake.edit_contact(lead.external_id, dnd=True)
    stop_contact(lead)
    assert clinic.send() == {"same": 1}
    assert not clinic.api.writes


def test_showed_here_is_showed_there_without_a_notice(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    show(lead, consult_of(lead).pk)
    assert clinic.send() == {"sent": 1}
    assert there(clinic, due) == "showed"
    assert not clinic.fake.notified
    clinic.receive()
    clinic.poll(Stream.APPOINTMENTS)
    assert not clinic.send()
    assert len(clinic.api.writes) == 1


def test_undone_here_is_confirmed_again_there(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    shown = show(lead, consult_of(lead).pk)
    clinic.send()
    shown.delete()
    assert clinic.send() == {"sent": 1}
    assert there(clinic, due) == "confirmed"


def test_a_no_show_and_a_cancellation_are_told(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    no_show(lead, consult_of(lead).pk)
    clinic.send()
    assert there(clinic, due) == "noshow"
    record_cancel(lead, consult_of(lead).pk, clock.now())
    clinic.send()
    assert there(clinic, due) == "cancelled"


def test_a_later_change_there_counts(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    show(lead, consult_of(lead).pk)
    clinic.wait(60)
    clinic.fake.edit_appointment(due.id, appointmentStatus="cancelled")
    assert clinic.send() == {"same": 1}
    assert there(clinic, due) == "cancelled"
    assert not bookings(events_of(lead))[0].is_held


def test_what_gohighlevel_said_is_not_confirmed_over(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    """An old no-show plans no follow-up here, and stays one there."""
    old = booked(clinic, lead, clock.now() - timedelta(days=10))
    clinic.wait(60)
    clinic.fake.edit_appointment(old.id, appointmentStatus="noshow")
    clinic.receive()
    later = booked(clinic, lead, clock.now() - timedelta(minutes=1))
    show(lead, consult_of(lead).pk)
    clinic.send()
    assert there(clinic, old) == "noshow"
    assert there(clinic, later) == "showed"


def test_a_canceled_consult_is_not_booked_again_by_an_old_reading(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    record_cancel(lead, consult_of(lead).pk, clock.now())
    clinic.poll(Stream.APPOINTMENTS)
    assert bookings(events_of(lead))[0].is_canceled


def test_without_the_switches_nothing_is_noted(
    clinic: ConnectedClinic, lead: Lead, due: Appointment
) -> None:
    clinic.connection.settings_json |= {"writes": []}
    clinic.connection.save()
    stop_contact(lead)
    show(lead, consult_of(lead).pk)
    assert not OutgoingChange.objects.exists()
