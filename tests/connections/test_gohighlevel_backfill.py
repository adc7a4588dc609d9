"""The first filling with its dry run and pauses, and the nightly comparison."""

from datetime import timedelta

import pytest

from connections.gohighlevel.api.errors import Unavailable
from connections.gohighlevel.backfill import carry_out, dry_run
from connections.gohighlevel.comparing import compare
from connections.models import IntakeBatch, Stream, StreamState
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.jobs.progress import JobCanceled
from medspa.models import User
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.connections.undoing import undo_batch
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


class Steps:
    """Cancels after some steps, as a person does who pauses the job."""

    def __init__(self, cancel_after: int = 10**9) -> None:
        self.total = self.done = 0
        self.cancel_after = cancel_after

    def of(self, total: int, done: int = 0) -> None:
        self.total = total

    def step(self, count: int = 1) -> None:
        self.done += count
        if self.done >= self.cancel_after:
            raise JobCanceled


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch) -> ConnectedClinic:
    monkeypatch.setattr("connections.gohighlevel.api.listing.CONTACTS_PER_PAGE", 2)
    clinic = ConnectedClinic()
    for number in range(5):
        clinic.fake.add_contact(firstName="Nora", email=f"nora{number}@example.com")
        clinic.wait(1)
    clinic.fake.add_contact(firstName="Mia")
    clinic.wait(3)
    return clinic


def test_a_dry_run_counts_and_writes_nothing(clinic: ConnectedClinic) -> None:
    LeadFactory.create(first_name="Nora", email="nora0@example.com", external_id=None)
    preview = dry_run(clinic.connection, clinic.client)
    assert (preview.created, preview.updated, preview.contacts) == (5, 1, 6)
    assert Lead.objects.count() == 1
    kept = StreamState.objects.get(stream=Stream.CONTACTS).read_preview
    assert kept == preview


def test_a_backfill_goes_on_where_it_was_paused(clinic: ConnectedClinic) -> None:
    first = next(iter(clinic.fake.contacts.values()))
    clinic.fake.add_appointment(first.id, clinic.fake.time())
    clinic.fake.add_transaction(first.id, 250)
    with pytest.raises(JobCanceled):
        carry_out(clinic.connection, clinic.client, Steps(cancel_after=2))
    assert Lead.objects.count() == 2
    steps = Steps()
    carry_out(clinic.connection, clinic.client, steps)
    assert (steps.total, steps.done) == (6, 4)
    assert KpiEvent.objects.filter(lead__external_id=first.id).count() == 2
    assert not StreamState.objects.get(stream=Stream.CONTACTS).place_id
    again = carry_out(clinic.connection, clinic.client, Steps())
    assert not {"created", "updated"} & set(again)


def test_a_backfill_is_undone_as_a_whole_although_it_was_paused(
    clinic: ConnectedClinic, manager: User
) -> None:
    known = LeadFactory.create(first_name="Nora", email="nora0@example.com", phone="")
    first = next(iter(clinic.fake.contacts.values()))
    clinic.fake.edit_contact(first.id, phone="+12125550150")
    clinic.wait(3)
    clinic.fake.add_transaction(first.id, 250)
    with pytest.raises(JobCanceled):
        carry_out(clinic.connection, clinic.client, Steps(cancel_after=2))
    carry_out(clinic.connection, clinic.client, Steps())
    assert Lead.objects.count() == 6 and KpiEvent.objects.count() == 1
    undo_batch(IntakeBatch.objects.get(), manager)
    assert Lead.objects.get() == known and not KpiEvent.objects.exists()
    known.refresh_from_db()
    assert (known.external_id, known.phone) == (None, "")
    # The next poll and comparison do not bring back what a person undid.
    compare(clinic.connection, clinic.client)
    assert not KpiEvent.objects.exists()


def test_what_differs_is_counted_by_field_and_taken_over(
    clinic: ConnectedClinic,
) -> None:
    clinic.poll()
    one, two, *_ = clinic.fake.contacts
    Lead.objects.filter(external_id=one).update(first_name="Nory")
    clinic.fake.edit_contact(two, email="other@example.com")
    clinic.wait(3)
    compare(clinic.connection, clinic.client)
    state = StreamState.objects.get(stream=Stream.CONTACTS)
    assert state.drift["email"] == 1 and state.drift["first_name"] == 1
    assert clinic.lead(two).email == "other@example.com"
    compare(clinic.connection, clinic.client)
    state.refresh_from_db()
    assert "email" not in state.drift


def test_a_lead_is_deleted_when_its_contact_is_confirmed_to_be_gone(
    clinic: ConnectedClinic,
) -> None:
    clinic.poll()
    gone, hidden, *_ = clinic.fake.contacts
    clinic.fake.delete_contact(gone)
    clinic.wait(3)
    # The search lost it, the contact itself is there.
    del clinic.fake.searchable[hidden]
    before = Lead.objects.count()
    compare(clinic.connection, clinic.client)
    assert Lead.objects.count() == before - 1
    assert clinic.lead(hidden)
    drift = StreamState.objects.get(stream=Stream.CONTACTS).drift
    assert drift["missing_there"] == 2


def test_many_missing_at_once_delete_nobody(clinic: ConnectedClinic) -> None:
    LeadFactory.create_batch(21)
    for number, lead in enumerate(Lead.objects.all()):
        Lead.objects.filter(pk=lead.pk).update(
            external_id=f"seD4PfOuKoVM5555{number:04}"
        )
    compare(clinic.connection, clinic.client)
    drift = StreamState.objects.get(stream=Stream.CONTACTS).drift
    assert drift["missing_there"] == 21
    assert Lead.objects.filter(external_id__startswith="seD4PfOuKoVM5555").count() == 21


def test_an_interrupted_comparison_deletes_nobody(clinic: ConnectedClinic) -> None:
    clinic.poll()
    clinic.fake.delete_contact(next(iter(clinic.fake.contacts)))
    clinic.wait(3)
    before = Lead.objects.count()
    clinic.api.faults = [503] * 4
    with pytest.raises(Unavailable):
        compare(clinic.connection, clinic.client)
    assert Lead.objects.count() == before


def test_old_appointments_are_compared_at_night(clinic: ConnectedClinic) -> None:
    clinic.poll()
    first = next(iter(clinic.fake.contacts))
    long_ago = clinic.fake.time() - timedelta(days=60)
    row = clinic.fake.add_appointment(first, long_ago, appointmentStatus="showed")
    row.dateAdded = row.dateUpdated = row.startTime
    clinic.poll(Stream.APPOINTMENTS)
    assert not KpiEvent.objects.exists()
    compare(clinic.connection, clinic.client)
    assert KpiEvent.objects.count() == 2
