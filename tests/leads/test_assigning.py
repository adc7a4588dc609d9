"""Only people who can open leads are offered and accepted for assignment."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.lead_page.forms import LeadForm
from leads.models import BulkRun, Lead
from leads.selection.list_options import read_list_options
from leads.services.assigning import assignable_people
from medspa.models import User
from medspa.roles import FRONT_DESK, MANAGER, PROVIDER
from tests.factories import LeadFactory, StageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return {
        "desk": UserFactory(role=FRONT_DESK),
        "provider": UserFactory(role=PROVIDER),
        "gone": UserFactory(role=FRONT_DESK, is_active=False),
        "shut out": UserFactory(role=MANAGER, is_staff=False),
        "root": UserFactory(is_superuser=True),
        "nothing": UserFactory(),
    }


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_whoever_signs_in_and_opens_leads_can_be_assigned(
    people: dict[str, User],
) -> None:
    assert set(assignable_people()) == {people["desk"], people["root"]}


def test_the_form_offers_them_and_keeps_whoever_works_the_lead(
    people: dict[str, User],
) -> None:
    field: Any = LeadForm(instance=LeadFactory()).fields["assigned_to"]
    assert set(field.queryset) == {people["desk"], people["root"]}
    lead = LeadFactory(assigned_to=people["gone"])
    field = LeadForm(instance=lead).fields["assigned_to"]
    assert set(field.queryset) == {people["desk"], people["root"], people["gone"]}


@pytest.mark.parametrize("who", ["provider", "gone", "shut out", "nothing"])
def test_many_leads_are_not_assigned_to_others(
    who: str, people: dict[str, User], office: Client
) -> None:
    lead = LeadFactory(stage=StageFactory())
    fields = {"act": "assign", "person": people[who].pk, "lead": lead.pk}
    page = office.post(reverse("leads_do_many"), fields, follow=True)
    assert "be assigned to them" in page.content.decode()
    assert not BulkRun.objects.exists()
    assert Lead.objects.get(pk=lead.pk).assigned_to is None


def test_the_filter_has_whoever_still_has_leads_and_the_bulk_bar_has_not(
    people: dict[str, User], manager: User
) -> None:
    LeadFactory(assigned_to=people["gone"])
    LeadFactory(assigned_to=people["desk"])
    options = read_list_options(manager)
    assigned = dict(options.choices["assigned"])
    assert len(assigned) == len(options.choices["assigned"])
    assert assigned[people["desk"].pk] == people["desk"].username
    assert assigned[people["gone"].pk] == f"{people['gone'].username} (no access)"
    assert people["provider"].pk not in assigned
    names = [name for _, name in options.assignable]
    assert set(names) == {
        people["desk"].username,
        people["root"].username,
        manager.username,
    }


def test_a_past_person_is_put_back_only_if_they_can_open_the_lead(
    people: dict[str, User], office: Client
) -> None:
    lead = LeadFactory(assigned_to=people["gone"])
    lead.assigned_to = None
    lead.save()
    record = lead.history.first()
    fields = {"field": "assigned_to", "record": str(record.history_id)}
    address = reverse("admin:leads_lead_put_back", args=[lead.pk])
    page = office.post(address, fields, follow=True).content.decode()
    assert "be assigned to them" in page
    assert Lead.objects.get(pk=lead.pk).assigned_to is None


def test_a_next_step_goes_to_nobody_who_is_gone(
    people: dict[str, User], office: Client
) -> None:
    lead = LeadFactory(stage=StageFactory(), assigned_to=people["provider"])
    fields = {"what": "call_back", "when": "week", "for": "owner"}
    office.post(reverse("lead_plan", args=[lead.pk]), fields)
    assert not lead.tasks.exists()


@pytest.mark.parametrize(
    ("who", "is_offered"), [("desk", True), ("provider", False), ("shut out", False)]
)
def test_a_next_step_is_offered_to_whoever_has_the_lead_if_they_can_open_it(
    who: str, is_offered: bool, people: dict[str, User], office: Client
) -> None:
    lead = LeadFactory(admitted=True, assigned_to=people[who])
    page = office.get(reverse("lead", args=[lead.pk])).text
    assert ('<option value="owner">' in page) == is_offered
