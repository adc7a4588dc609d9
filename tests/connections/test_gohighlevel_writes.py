"""Changes here are written to GoHighLevel, and echoes and loops end."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from connections.gohighlevel.known import release
from connections.models import ChangeState, KnownThere, OutgoingChange
from leads.models import Lead
from leads.services.pipeline import move
from leads.services.tagging import add_tag
from medspa import clock
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.factories import LeadFactory, TagFactory

pytestmark = pytest.mark.django_db
ALL = ("first_name", "email", "phone", "tags", "stage")


@pytest.fixture
def clinic() -> ConnectedClinic:
    return ConnectedClinic(writes=ALL)


@pytest.fixture
def lead(clinic: ConnectedClinic) -> Lead:
    """Known on both sides, with an opportunity there."""
    contact = clinic.fake.add_contact(
        firstName="Nora", email="nora@example.com", tags=["vip"]
    )
    clinic.receive()
    clinic.fake.add_opportunity(contact.id, stage=0)
    clinic.receive()
    return clinic.lead(contact.id)


def waiting() -> list[str]:
    rows = OutgoingChange.objects.filter(state=ChangeState.WAITING)
    return sorted(rows.values_list("field", flat=True))


def states() -> list[str]:
    return sorted(OutgoingChange.objects.values_list("state", flat=True))


def edit(lead: Lead, **values: str) -> None:
    for name, value in values.items():
        setattr(lead, name, value)
    lead.save(update_fields=[*values, "updated_at"])


def test_what_comes_from_there_is_not_written_back(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    TagFactory.create(name="VIP")
    clinic.fake.edit_contact(lead.external_id, email="hale@example.com")
    clinic.receive()
    assert clinic.lead(lead.external_id).email == "hale@example.com"
    assert clinic.tags_of(lead) == {"VIP"}
    assert not OutgoingChange.objects.exists()
    clinic.send()
    assert not clinic.api.writes


def test_a_changed_field_is_written_once(clinic: ConnectedClinic, lead: Lead) -> None:
    edit(lead, email="hale@example.com", first_name="Noor")
    assert waiting() == ["email", "first_name"]
    edit(lead, email="noor@example.com")
    assert clinic.send() == {"sent": 2}
    contact = clinic.fake.contacts[str(lead.external_id)]
    assert (contact.firstName, contact.email) == ("Noor", "noor@example.com")
    assert clinic.api.writes == [("PUT", f"/contacts/{lead.external_id}")]
    assert contact.tags == ["vip"]


def test_what_was_changed_back_is_not_written(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="hale@example.com")
    edit(lead, email="nora@example.com")
    assert clinic.send() == {"same": 1}
    assert not clinic.api.writes


def test_our_own_write_comes_back_as_an_echo(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="hale@example.com")
    clinic.send()
    edit(lead, email="third@example.com")
    assert clinic.receive()["echo"] == 1
    assert clinic.lead(lead.external_id).email == "third@example.com"
    clinic.send()
    clinic.receive()
    asked = len(clinic.api.writes)
    clinic.send()
    clinic.receive()
    assert len(clinic.api.writes) == asked
    assert clinic.fake.contacts[str(lead.external_id)].email == "third@example.com"


def test_an_edit_here_counts_for_two_minutes_against_one_there(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="here@example.com")
    clinic.fake.edit_contact(lead.external_id, email="there@example.com")
    clinic.receive()
    assert clinic.lead(lead.external_id).email == "here@example.com"
    clinic.send()
    assert clinic.fake.contacts[str(lead.external_id)].email == "here@example.com"


def test_after_two_minutes_an_edit_there_counts(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="here@example.com")
    OutgoingChange.objects.update(changed_at=clock.now() - timedelta(minutes=3))
    clinic.fake.edit_contact(lead.external_id, email="there@example.com")
    clinic.send()
    assert clinic.lead(lead.external_id).email == "there@example.com"
    assert clinic.fake.contacts[str(lead.external_id)].email == "there@example.com"
    assert states() == ["overruled"]


def test_tags_are_added_and_removed_on_both_sides(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    botox, filler = TagFactory.create(name="Botox"), TagFactory.create(name="Filler")
    add_tag(lead, botox)
    assert clinic.send() == {"sent": 1}
    assert set(clinic.fake.contacts[str(lead.external_id)].tags) == {"vip", "botox"}
    clinic.fake.edit_contact(lead.external_id, tags=["vip", "filler"])
    clinic.receive()
    assert clinic.tags_of(lead) == {"Filler"}
    lead.lead_tags.get(tag=filler).delete()
    clinic.send()
    assert clinic.fake.contacts[str(lead.external_id)].tags == ["vip"]
    clinic.receive()
    assert not clinic.tags_of(lead)


def test_a_tag_that_was_never_there_is_not_taken_away(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    add_tag(lead, TagFactory.create(name="Botox"))
    OutgoingChange.objects.all().delete()
    clinic.fake.edit_contact(lead.external_id, tags=["vip", "new"])
    clinic.receive()
    assert clinic.tags_of(lead) == {"Botox"}


def test_a_stage_is_written_and_the_later_move_counts(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    [row] = clinic.fake.opportunities.values()
    clinic.fake.time.now = clock.now()
    move(lead.pk, clinic.stages[1].pk)
    assert clinic.send() == {"sent": 1}
    assert clinic.fake.opportunities[row.id].pipelineStageId == clinic.fake.stage_id(1)
    assert clinic.receive()["echo"] >= 1
    # Moved here, and a moment later there: before ours is written, theirs is read.
    move(lead.pk, clinic.stages[2].pk)
    clinic.wait(60)
    clinic.fake.edit_opportunity(row.id, pipelineStageId=clinic.fake.stage_id(0))
    clinic.send()
    assert clinic.stage_of(lead) == clinic.stages[0]
    assert clinic.fake.opportunities[row.id].pipelineStageId == clinic.fake.stage_id(0)


def test_only_fields_that_are_switched_on_are_written(lead: Lead) -> None:
    connection = lead.known_there.first().connection
    connection.settings_json = connection.settings_json | {"writes": ["phone"]}
    connection.save()
    edit(lead, email="hale@example.com", phone="+12025550143")
    assert waiting() == ["phone"]
    connection.is_on = False
    connection.save()
    edit(lead, phone="+12025550144")
    assert OutgoingChange.objects.count() == 1


def test_leads_that_are_not_there_are_not_written(clinic: ConnectedClinic) -> None:
    edit(LeadFactory.create(external_id=None), email="hale@example.com")
    assert not OutgoingChange.objects.exists()


def test_during_an_outage_changes_wait_and_arrive_later(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="hale@example.com")
    clinic.api.faults = [503] * 4
    assert clinic.send() == {"failed": 1}
    change = OutgoingChange.objects.get()
    assert change.attempts == 1 and change.next_at > clock.now()
    assert clinic.send() == {}
    OutgoingChange.objects.update(next_at=clock.now())
    assert clinic.send() == {"sent": 1}


def test_a_change_for_a_contact_that_is_gone_is_parked(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    edit(lead, email="hale@example.com")
    del clinic.fake.contacts[str(lead.external_id)]
    assert clinic.send() == {"parked": 1}
    assert OutgoingChange.objects.get().reason == "not_there"


def test_a_parked_change_is_listed_and_tried_again_or_dismissed(
    clinic: ConnectedClinic, lead: Lead, admin_client: Client
) -> None:
    address = f"/connections/{clinic.connection.pk}/stuck/"
    contact = clinic.fake.contacts[str(lead.external_id)]
    edit(lead, email="hale@example.com")
    del clinic.fake.contacts[str(lead.external_id)]
    clinic.send()
    page = admin_client.get("/connections/").text
    assert "weren't saved in GoHighLevel" in page
    assert "The contact was deleted in GoHighLevel." in page and "hale@" not in page
    edit(lead, email="hall@example.com")
    clinic.fake.contacts[contact.id] = contact
    assert admin_client.post(address, {"act": "retry"}).status_code == 302
    assert states() == ["waiting"]
    clinic.send()
    assert states() == ["sent"]
    edit(lead, email="hill@example.com")
    del clinic.fake.contacts[contact.id]
    clinic.send()
    admin_client.post(address, {"act": "dismiss"})
    assert "parked" not in states()
    assert "weren't saved" not in admin_client.get("/connections/").text
    told = admin_client.post(address, {"act": "dismiss"}, follow=True).text
    assert "This is no longer waiting." in told


def test_a_field_that_was_stopped_is_listed_and_updated_again(
    clinic: ConnectedClinic, lead: Lead, admin_client: Client
) -> None:
    KnownThere.objects.filter(field="email").update(parked_at=clock.now(), changes=9)
    page = admin_client.get("/connections/").text
    assert "Fields that change too often in GoHighLevel" in page
    address = f"/connections/{clinic.connection.pk}/stuck/"
    admin_client.post(address, {"act": "release"})
    assert not KnownThere.objects.filter(parked_at__isnull=False).exists()
    assert "change too often" not in admin_client.get("/connections/").text


def test_a_field_that_changes_too_often_is_parked(
    clinic: ConnectedClinic, lead: Lead
) -> None:
    for number in range(8):
        clinic.fake.edit_contact(lead.external_id, email=f"n{number}@example.com")
        clinic.receive()
    assert KnownThere.objects.get(field="email").parked_at
    stopped_at = clinic.lead(lead.external_id).email
    assert stopped_at == "n5@example.com"
    assert release(clinic.connection) == 1
    clinic.fake.edit_contact(lead.external_id, email="last@example.com")
    clinic.receive()
    assert clinic.lead(lead.external_id).email == "last@example.com"


def test_what_is_known_holds_no_value(lead: Lead) -> None:
    rows = KnownThere.objects.values()
    assert rows and "nora" not in str(list(rows)).lower()


def test_a_rolled_back_change_is_not_written(lead: Lead) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        edit(lead, email="hale@example.com")
        raise RuntimeError
    assert not OutgoingChange.objects.exists()
