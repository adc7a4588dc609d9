"""The admin's list of leads holds the deleted, for those who may bring them back."""

from typing import Any

import pytest
from django.test import Client

from leads.models import Lead
from medspa.models import User
from tests import factories

LIST = "/admin/leads/lead/"


def names(client: Client, **params: Any) -> list[str]:
    page = client.get(LIST, {"deleted": "yes"} | params)
    assert page.status_code == 200
    return sorted(lead.first_name for lead in page.context["cl"].result_list)


@pytest.fixture
def three(db: None) -> None:
    for name in ("Emery", "Emma", "Zoë"):
        factories.LeadFactory(first_name=name, admitted=True)
    Lead.objects.get(first_name="Emma").delete()


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


def test_the_living_are_on_the_page_of_the_list(three: None, office: Client) -> None:
    answer = office.get(LIST)
    assert answer.status_code == 302
    assert answer["Location"] == "/leads/"


def test_the_deleted_are_found_by_name(three: None, office: Client) -> None:
    assert names(office) == ["Emma"]
    assert names(office, q="em") == ["Emma"]
    assert names(office, q="zo") == []


def test_the_front_desk_never_sees_the_deleted(
    three: None, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    assert client.get(LIST, {"deleted": "yes"}).status_code == 403


def test_many_are_restored_at_once(three: None, office: Client) -> None:
    for lead in Lead.objects.all():
        lead.delete()
    chosen = [lead.pk for lead in Lead.all_objects.all()]
    data = {"action": "restore_selected", "_selected_action": chosen}
    office.post(f"{LIST}?deleted=yes", data)
    assert Lead.objects.count() == 3


def test_nothing_is_deleted_here(three: None, office: Client) -> None:
    chosen = [lead.pk for lead in Lead.objects.all()]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    office.post(f"{LIST}?deleted=yes", data)
    assert Lead.objects.count() == 2
