"""Polls of contacts, stages, consults and money, against the double."""

from datetime import timedelta

import pytest

from connections.gohighlevel.api.errors import TokenRefused
from connections.models import (
    ExternalId,
    ItemOutcome,
    Stream,
    StreamState,
    UnmatchedEvent,
)
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> ConnectedClinic:
    return ConnectedClinic()


def amounts(lead: Lead) -> list[tuple[str, int]]:
    events = KpiEvent.objects.filter(lead=lead).order_by("occurred_at", "kind")
    money = (Kind.INVOICE_PAID, Kind.INVOICE_REFUNDED)
    return [(one.kind, one.value_cents) for one in events if one.kind in money]


def test_a_contact_becomes_a_lead_and_the_same_again_changes_nothing(
    clinic: ConnectedClinic,
) -> None:
    contact = clinic.fake.add_contact(
        firstName="Nora", lastName="Hale", email="nora@example.com", source="Facebook"
    )
    clinic.wait(3)
    assert clinic.poll() == {"created": 1}
    lead = clinic.lead(contact.id)
    assert (lead.first_name, lead.email) == ("Nora", "nora@example.com")
    assert lead.source == "facebook"
    assert clinic.poll() == {"unchanged": 1}
    clinic.fake.edit_contact(contact.id, email="hale@example.com")
    clinic.wait(3)
    assert clinic.poll() == {"updated": 1}
    assert clinic.lead(contact.id).email == "hale@example.com"


def test_the_bookmark_is_the_greatest_change_seen_less_ten_minutes(
    clinic: ConnectedClinic,
) -> None:
    clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    seen = clinic.fake.time()
    # Written, but not found by the search yet: the overlap finds it the next time.
    clinic.wait(2)
    late = clinic.fake.add_contact(firstName="Mia", email="mia@example.com")
    clinic.wait(2)
    clinic.poll()
    state = StreamState.objects.get(stream=Stream.CONTACTS)
    assert state.bookmark == seen - timedelta(minutes=10)
    assert not Lead.objects.filter(external_id=late.id)
    clinic.wait(2)
    clinic.poll()
    assert clinic.lead(late.id).first_name == "Mia"


def test_a_long_list_is_read_behind_its_last_row(
    clinic: ConnectedClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connections.gohighlevel.api.listing.CONTACTS_PER_PAGE", 2)
    for number in range(5):
        clinic.fake.add_contact(firstName="Nora", email=f"nora{number}@example.com")
        clinic.wait(1)
    clinic.wait(3)
    assert clinic.poll() == {"created": 5}


def test_a_failing_poll_is_noted_and_keeps_its_bookmark(
    clinic: ConnectedClinic,
) -> None:
    clinic.poll()
    clinic.fake.token = "revoked"
    with pytest.raises(TokenRefused):
        clinic.poll()
    state = StreamState.objects.get(stream=Stream.CONTACTS)
    assert state.failure == "token_refused" and state.failing_since
    clinic.fake.token = clinic.client.token
    clinic.poll()
    state.refresh_from_db()
    assert not state.failure and state.failing_since is None


def test_a_stage_follows_the_table_of_stages(clinic: ConnectedClinic) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    clinic.poll()
    row = clinic.fake.add_opportunity(contact.id, stage=0)
    # The lead came in a moment ago, and its stage here is as new.
    clinic.fake.time.sleep(7_200)
    clinic.fake.edit_opportunity(row.id, pipelineStageId=clinic.fake.stage_id(2))
    assert clinic.poll(Stream.OPPORTUNITIES) == {"updated": 1}
    assert clinic.stage_of(clinic.lead(contact.id)) == clinic.stages[2]
    assert clinic.poll(Stream.OPPORTUNITIES) == {"unchanged": 1}


def test_a_pipeline_that_is_renamed_there_changes_nothing(
    clinic: ConnectedClinic,
) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    clinic.poll()
    for pipeline in clinic.fake.pipelines:
        pipeline.name = "New name"
        for stage in pipeline.stages:
            stage.name = f"{stage.name} (old)"
    row = clinic.fake.add_opportunity(contact.id, stage=0)
    clinic.fake.time.sleep(7_200)
    clinic.fake.edit_opportunity(row.id, pipelineStageId=clinic.fake.stage_id(2))
    assert clinic.poll(Stream.OPPORTUNITIES) == {"updated": 1}
    assert clinic.stage_of(clinic.lead(contact.id)) == clinic.stages[2]


def test_a_stage_that_is_not_in_the_table_moves_nobody(clinic: ConnectedClinic) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    clinic.poll()
    before = clinic.stage_of(clinic.lead(contact.id))
    clinic.wait(7_200)
    clinic.fake.add_opportunity(contact.id, stage=4)
    assert clinic.poll(Stream.OPPORTUNITIES) == {"unchanged": 1}
    assert ItemOutcome.objects.get(what="stage").reason == "not_mapped"
    assert clinic.stage_of(clinic.lead(contact.id)) == before


def test_a_later_move_here_stays(clinic: ConnectedClinic) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.fake.add_opportunity(contact.id, stage=2)
    clinic.wait(3)
    clinic.poll()
    before = clinic.stage_of(clinic.lead(contact.id))
    clinic.poll(Stream.OPPORTUNITIES)
    assert ItemOutcome.objects.get(what="stage").reason == "changed_here_later"
    assert clinic.stage_of(clinic.lead(contact.id)) == before


def test_an_appointment_is_booked_moved_and_held_once(clinic: ConnectedClinic) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    row = clinic.fake.add_appointment(
        contact.id, clinic.fake.time() + timedelta(minutes=20)
    )
    clinic.wait(3)
    clinic.poll()
    assert clinic.poll(Stream.APPOINTMENTS) == {"created": 1}
    clinic.wait(30)
    later = clinic.fake.time() + timedelta(minutes=25)
    clinic.fake.edit_appointment(row.id, startTime=later.isoformat())
    assert clinic.poll(Stream.APPOINTMENTS) == {"updated": 1}
    clinic.wait(30)
    clinic.fake.edit_appointment(row.id, appointmentStatus="showed")
    clinic.poll(Stream.APPOINTMENTS)
    clinic.poll(Stream.APPOINTMENTS)
    events = KpiEvent.objects.filter(lead__external_id=contact.id)
    kinds = sorted(events.values_list("kind", flat=True))
    assert kinds == [Kind.CONSULT_BOOKED, Kind.CONSULT_SHOW]


def test_partial_refunds_are_recorded_once_each(clinic: ConnectedClinic) -> None:
    contact = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    clinic.poll()
    paid = clinic.fake.add_transaction(contact.id, 250)
    clinic.wait(10)
    clinic.poll(Stream.TRANSACTIONS)
    for amount in (50, 70.5):
        clinic.wait(60)
        clinic.fake.refund(paid.id, amount)
        clinic.poll(Stream.TRANSACTIONS)
        clinic.poll(Stream.TRANSACTIONS)
    assert amounts(clinic.lead(contact.id)) == [
        (Kind.INVOICE_PAID, 25_000),
        (Kind.INVOICE_REFUNDED, 5_000),
        (Kind.INVOICE_REFUNDED, 7_050),
    ]


def test_money_of_nobody_waits_and_its_refunds_add_up(clinic: ConnectedClinic) -> None:
    paid = clinic.fake.add_transaction("seD4PfOuKoVM99999999", 250)
    for amount in (50, 70):
        clinic.wait(60)
        clinic.fake.refund(paid.id, amount)
        clinic.poll(Stream.TRANSACTIONS)
        clinic.poll(Stream.TRANSACTIONS)
    assert UnmatchedEvent.objects.count() == 3
    lead = LeadFactory.create(external_id="seD4PfOuKoVM99999999")
    clinic.poll(Stream.TRANSACTIONS)
    refunds = [cents for kind, cents in amounts(lead) if kind == Kind.INVOICE_REFUNDED]
    assert refunds == [5_000, 7_000]


def test_a_merge_there_is_a_merge_here(clinic: ConnectedClinic) -> None:
    kept = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    merged = clinic.fake.add_contact(firstName="Nora", email="n@example.com")
    clinic.fake.add_transaction(merged.id, 250)
    clinic.wait(3)
    clinic.poll()
    clinic.poll(Stream.TRANSACTIONS)
    clinic.fake.merge_contacts(kept.id, merged.id)
    clinic.poll(Stream.TRANSACTIONS)
    assert not Lead.objects.filter(external_id=merged.id)
    assert amounts(clinic.lead(kept.id)) == [(Kind.INVOICE_PAID, 25_000)]
    clinic.poll(Stream.TRANSACTIONS)
    assert ExternalId.objects.filter(kind="payment").count() == 1


def test_a_merged_contact_without_a_lead_of_the_other_gets_its_id(
    clinic: ConnectedClinic,
) -> None:
    merged = clinic.fake.add_contact(firstName="Nora", email="n@example.com")
    clinic.wait(3)
    clinic.poll()
    lead = clinic.lead(merged.id)
    kept = clinic.fake.add_contact(firstName="Nora", email="n@example.com")
    clinic.fake.add_transaction(merged.id, 250)
    clinic.fake.merge_contacts(kept.id, merged.id)
    clinic.poll(Stream.TRANSACTIONS)
    assert clinic.lead(kept.id) == lead
    clinic.wait(3)
    clinic.poll()
    assert Lead.objects.count() == 1


def test_a_lead_deleted_here_stays_deleted_and_one_deleted_there_comes_back(
    clinic: ConnectedClinic,
) -> None:
    here = clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    there = clinic.fake.add_contact(firstName="Mia", email="mia@example.com")
    clinic.receive()
    clinic.lead(here.id).delete()
    clinic.fake.delete_contact(there.id)
    clinic.receive()
    assert not Lead.objects.exists()
    clinic.fake.edit_contact(here.id, source="facebook")
    clinic.fake.add_contact(id=there.id, firstName="Mia", email="mia@example.com")
    clinic.receive()
    assert [lead.first_name for lead in Lead.objects.all()] == ["Mia"]
