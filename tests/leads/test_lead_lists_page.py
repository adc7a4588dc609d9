"""The clinic's own sources and lost reasons: set up, offered, counted by meaning."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from leads.answered import answered_sql
from leads.intake.lookups import read_clinic_names
from leads.models import Lead, LeadLostReason, LeadSource, LeadStage
from leads.models.lead_lists import free_slug
from leads.move_refusals import ReasonNeeded
from leads.services.pipeline import move
from medspa.models import User
from tests import factories
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
LISTS = [(LeadSource, "leadsource"), (LeadLostReason, "leadlostreason")]


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def page(desk: Client, name: str, **kwargs: Any) -> str:
    return text_of(desk.get(reverse(name, **kwargs)))


@pytest.mark.parametrize(("model", "name"), LISTS)
def test_a_row_is_added_with_what_it_means_and_that_stays(
    model: Any, name: str, desk: Client
) -> None:
    meaning = model._meta.get_field("meaning").choices[0][0]
    form = {"name": "Radio, 99 FM", "meaning": meaning}
    desk.post(reverse(f"admin:leads_{name}_add"), form)
    made = model.objects.get(name="Radio, 99 FM")
    assert (made.code, made.meaning) == ("radio_99_fm", meaning)
    assert made.history.get().history_user.username == "manager"
    other = model._meta.get_field("meaning").choices[-1][0]
    change = reverse(f"admin:leads_{name}_change", args=[made.pk])
    desk.post(change, {"name": "Radio", "meaning": other})
    made.refresh_from_db()
    assert (made.name, made.meaning) == ("Radio", meaning)
    assert "Radio</a>" in page(desk, f"admin:leads_{name}_changelist")


@pytest.mark.parametrize(("model", "name"), LISTS)
def test_no_meaning_is_chosen_before_a_person_chooses_one(
    model: Any, name: str, desk: Client
) -> None:
    address = reverse(f"admin:leads_{name}_add")
    [first, *_] = re.findall(r"<option value=\"(\w*)\"", desk.get(address).text)
    assert first == ""
    desk.post(address, {"name": "Radio", "meaning": ""})
    assert not model.objects.filter(name="Radio").exists()


@pytest.mark.parametrize("name", ["leadsource", "leadlostreason", "procedure"])
def test_a_name_that_somebody_else_changed_is_not_overwritten(
    name: str, desk: Client
) -> None:
    model = apps.get_model("leads", name)
    row = model.objects.first()
    address = reverse(f"admin:leads_{name}_change", args=[row.pk])
    fields = r'name="(seen_history|category)"[^>]* value="(\w+)"'
    form = {"category": "service", **dict(re.findall(fields, desk.get(address).text))}
    desk.post(address, form | {"name": "Theirs"})
    answer = desk.post(address, form | {"name": "Mine"})
    assert "Changed by someone else" in answer.text
    assert model.objects.get(pk=row.pk).name == "Theirs"


def test_a_source_of_the_clinic_is_chosen_filtered_and_named(desk: Client) -> None:
    factories.LeadSourceFactory(name="Radio", code="radio")
    stage = factories.StageFactory().pk
    assert '<option value="radio">Radio</option>' in page(desk, "lead_add")
    form = {"first_name": "Ana", "source": "radio", "stage": stage}
    desk.post(reverse("lead_add"), form)
    lead = Lead.objects.get(source="radio")
    assert "Radio" in page(desk, "lead", args=[lead.pk])
    assert "Radio" in page(desk, "board")
    found = desk.get(reverse("leads"), {"source": "radio"}).content.decode()
    assert ">Ana</a>" in found


def test_who_came_by_a_source_that_means_a_walk_in_waits_for_nobody() -> None:
    factories.LeadSourceFactory(code="open_house", meaning="walk_in")
    factories.LeadSourceFactory(code="radio", meaning="other")
    met = factories.LeadFactory(source="open_house", admitted=True)
    factories.LeadFactory(source="radio", admitted=True)
    found = Lead.objects.raw(
        f"SELECT id FROM leads_lead lead WHERE {answered_sql()}"  # noqa: S608
    )
    assert [lead.pk for lead in found] == [met.pk]


def test_imports_know_the_clinics_own_sources_first() -> None:
    factories.LeadSourceFactory(name="Friend", code="friend", meaning="referral")
    names = read_clinic_names()
    words = ("friend", "FB", "gossip", "")
    assert [names.source_of(word) for word in words] == [
        "friend",
        "facebook",
        "other",
        "",
    ]
    LeadSource.objects.get(code="friend").delete()
    assert read_clinic_names().source_of("friend") == "referral"


def test_a_lead_is_lost_for_a_reason_of_the_clinic(desk: Client) -> None:
    factories.LeadLostReasonFactory(name="Moved away", code="moved")
    lead = factories.LeadFactory(admitted=True)
    lost = factories.StageFactory(outcome="lost")
    with pytest.raises(ReasonNeeded):
        move(lead.pk, lost.pk, lost_reason="gossip")
    move(lead.pk, lost.pk, lost_reason="moved")
    assert LeadStage.objects.current().get().lost_reason == "moved"
    shown = page(desk, "lead", args=[lead.pk])
    assert f"to {lost}: moved away" in shown
    LeadLostReason.objects.get(code="moved").delete()
    assert f"to {lost}: moved away" in page(desk, "lead", args=[lead.pk])
    other = factories.LeadFactory(admitted=True)
    offered = page(desk, "lead", args=[other.pk])
    assert 'value="price"' in offered
    assert 'value="moved"' not in offered


@pytest.mark.parametrize(
    ("name", "code"),
    [("Radio", "radio"), ("Phone", "phone2"), ("99 FM", "x99_fm"), ("é", "x")],
)
def test_a_code_is_made_from_the_name(name: str, code: str) -> None:
    assert free_slug(LeadSource, name) == code


def test_what_uses_a_source_is_told(desk: Client) -> None:
    factories.LeadFactory(source="phone", stage=factories.StageFactory())
    row = LeadSource.objects.get(code="phone")
    shown = page(desk, "admin:leads_leadsource_delete", args=[row.pk])
    assert "<li>1 open lead uses it.</li>" in shown
