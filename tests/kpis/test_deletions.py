"""Who may not void payments doesn't take them out of reports by deleting their lead."""

import pytest
from django.test import Client
from django.urls import reverse

from kpis.events.deletions import IS_COUNTED
from leads.bulk import BulkOrder, run_now
from leads.deleted_leads.restoring import restore
from leads.deletions.deleting import DeletionRefused
from leads.models import BulkAction, Lead
from leads.services.merging import MergeChoice, merge
from leads.services.undoing import undo
from medspa.audit.actors import acting
from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.factories import KpiEventFactory, LeadFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
ARE_YOU_SURE = "Delete the lead"


@pytest.fixture
def lead() -> Lead:
    return LeadFactory(admitted=True, first_name="Ana")


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def delete(client: Client, lead: Lead) -> str:
    address = reverse("admin:leads_lead_delete", args=[lead.pk])
    return text_of(client.post(address, {"post": "yes"}, follow=True))


def asked_to_delete(client: Client, lead: Lead) -> str:
    address = reverse("admin:leads_lead_delete", args=[lead.pk])
    return text_of(client.get(address, follow=True))


def is_deleted(lead: Lead) -> bool:
    return Lead.all_objects.get(pk=lead.pk).is_deleted


@pytest.mark.parametrize("what", [{"paid": True}, {"kind": "consult_show"}], ids=str)
def test_the_front_desk_deletes_no_lead_that_reports_count(
    desk: Client, lead: Lead, what: dict[str, object]
) -> None:
    KpiEventFactory(lead=lead, **what)
    assert IS_COUNTED in text_of(desk.get(f"/leads/{lead.pk}/"))
    assert IS_COUNTED in delete(desk, lead)
    assert not is_deleted(lead)
    told = asked_to_delete(desk, lead)
    assert IS_COUNTED in told
    assert ARE_YOU_SURE not in told


def test_the_front_desk_deletes_a_lead_whose_events_count_nowhere(
    desk: Client, lead: Lead
) -> None:
    KpiEventFactory(lead=lead, kind="consult_booked")
    KpiEventFactory(lead=lead, paid=True).delete()
    KpiEventFactory(lead=LeadFactory(admitted=True), paid=True)
    assert IS_COUNTED not in text_of(desk.get(f"/leads/{lead.pk}/"))
    assert ARE_YOU_SURE in asked_to_delete(desk, lead)
    delete(desk, lead)
    assert is_deleted(lead)


def test_a_manager_deletes_it(manager: User, client: Client, lead: Lead) -> None:
    KpiEventFactory(lead=lead, paid=True)
    client.force_login(manager)
    assert "Delete Ana" in text_of(client.get(f"/leads/{lead.pk}/"))
    delete(client, lead)
    assert is_deleted(lead)


def test_the_api_refuses_it_alike(front_desk: User, lead: Lead) -> None:
    KpiEventFactory(lead=lead, paid=True)
    api = ApiClient(key_of(front_desk))
    told = api.write("delete", f"/leads/{lead.pk}")
    assert (api.status, told["code"]) == (403, "deletion_refused")
    assert told["detail"] == IS_COUNTED
    assert not is_deleted(lead)


def test_a_bulk_deletion_leaves_them_and_says_why(
    front_desk: User, manager: User, lead: Lead
) -> None:
    KpiEventFactory(lead=lead, paid=True)
    other = LeadFactory(admitted=True)
    with acting(user=front_desk):
        run = run_now(BulkOrder(BulkAction.DELETE), [lead.pk, other.pk])
    assert (run.changed, run.failed, run.reasons) == (1, 1, [IS_COUNTED])
    assert (is_deleted(lead), is_deleted(other)) == (False, True)
    with acting(user=manager):
        assert run_now(BulkOrder(BulkAction.DELETE), [lead.pk]).changed == 1


def test_undoing_does_not_delete_it_either(front_desk: User, lead: Lead) -> None:
    with acting(user=front_desk):
        added = LeadFactory(admitted=True)
        restored = LeadFactory(admitted=True)
        restored.delete()
        restore(restored.pk)
    for one, source in ((added, "added"), (restored, "restored")):
        KpiEventFactory(lead=one, paid=True)
        with pytest.raises(DeletionRefused):
            undo(one, source, one.pk, front_desk)
        assert not is_deleted(one)


def test_a_merge_takes_its_events_along(lead: Lead) -> None:
    payment = KpiEventFactory(lead=lead, paid=True)
    survivor = LeadFactory(admitted=True)
    merge(survivor.pk, lead.pk, MergeChoice())
    payment.refresh_from_db()
    assert payment.lead == survivor
    assert is_deleted(lead)
