"""Adding a lead by hand: what is saved, what is refused, and what is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from medspa.clinic_time import clinic_today
from medspa.ids import new_id
from medspa.models import User
from tests import factories
from tests.leads.adding_forms import HTMX, add, desk, entered, stage
from tests.page_text import text_of

__all__ = ["desk", "stage"]


def test_a_walk_in_is_added_with_all_that_is_known(
    desk: Client, front_desk: User
) -> None:
    tag, campaign = factories.TagFactory(), factories.CampaignFactory()
    answer = add(
        desk,
        email="Talia@Example.com",
        campaign=campaign.pk,
        tags=[tag.pk],
        procedure_code="BTX",
        expected_value_cents="$1,450.50",
        assigned_to=front_desk.pk,
        step="send_prices",
        step_due="tomorrow",
    )
    lead = Lead.objects.get()
    assert answer["Location"] == reverse("lead", args=[lead.pk])
    assert (lead.phone, lead.email) == ("+16175550149", "Talia@example.com")
    assert (lead.source, lead.campaign) == ("walk_in", campaign)
    assert lead.stage_periods.get().stage.name == "New"
    assert lead.lead_tags.get().tag == tag
    assert lead.opportunity.expected_value_cents == 145_050
    assert lead.tasks.get().assigned_to == front_desk
    assert lead.history.get().history_user == front_desk


def test_a_consult_takes_the_new_lead_to_its_stage(desk: Client) -> None:
    booked = factories.StageFactory(order=3, records_kpi="consult_booked")
    add(desk, consult_at=f"{clinic_today() + timedelta(days=1)}T10:00")
    lead = Lead.objects.get()
    assert lead.stage_periods.get().stage == booked
    assert KpiEvent.objects.get(lead=lead).metadata_json["scheduled_for"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": "Talia Smith"}, "Enter only the first name: “Talia”"),
        ({"source": ""}, "Choose a source."),
        ({"phone": "555"}, "Enter a phone number with area code"),
        ({"procedure_code": "BTX"}, "Enter the expected value."),
        ({"expected_value_cents": "90"}, "Choose what the value is for."),
        (
            {"procedure_code": "BTX", "expected_value_cents": "0"},
            "The expected value must be above zero.",
        ),
        ({"consult_at": "2020-01-01T10:00"}, "The consult can&#x27;t be before today."),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_nothing_is_lost(
    changes: dict[str, str], sentence: str, desk: Client
) -> None:
    answer = add(desk, htmx=True, **changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "<html" not in page
    assert f'value="{changes.get("first_name", "Talia")}"' in page
    assert not Lead.all_objects.exists()


def test_no_source_is_chosen_beforehand(desk: Client) -> None:
    page = desk.get(reverse("lead_add"), headers=HTMX).content.decode()
    source = page.split('name="source"')[1].split("</select>")[0]
    assert '<option value="" selected>Choose…</option>' in source


def test_a_form_that_is_sent_twice_adds_one_lead(desk: Client) -> None:
    key = new_id()
    first, again = (add(desk, row_key=key) for _ in range(2))
    assert Lead.objects.count() == 1
    assert first["Location"] == again["Location"]
    Lead.objects.get().delete()
    assert "deleted since" in add(desk, row_key=key).content.decode()


def test_a_form_that_is_sent_again_with_another_name_adds_that_lead_too(
    desk: Client,
) -> None:
    key, nobodys = new_id(), {"email": "", "phone": ""}
    for name in ("Wanda", "Wendy"):
        page = add(desk, row_key=key, first_name=name, **nobodys)
        assert Lead.objects.filter(first_name=name).exists(), page.content.decode()


def test_the_sheet_costs_six_queries(desk: Client) -> None:
    for _ in range(5):
        factories.TagFactory()
        factories.CampaignFactory()
        factories.UserFactory(is_superuser=True)
    with CaptureQueriesContext(connection) as captured:
        desk.get(reverse("lead_add"), headers=HTMX)
    # The session, the person with the clinic's lists; campaigns, people, tags, stages.
    assert len(captured) == 6, "\n".join(query["sql"][:150] for query in captured)


def test_who_was_added_meanwhile_is_told_before_a_second_lead_is_made(
    desk: Client, manager: User
) -> None:
    boss = Client()
    boss.force_login(manager)
    add(boss)
    refused = add(desk, htmx=True)
    page = text_of(refused)
    assert refused.status_code == 422
    assert "Talia was added by manager just now. Nothing was added yet." in page
    assert Lead.objects.count() == 1
    # It is somebody else after all: this one has been shown.
    add(desk, seen=[Lead.objects.get().pk])
    assert Lead.objects.count() == 2


def test_adding_to_a_known_lead_overwrites_nothing(desk: Client) -> None:
    booked = factories.StageFactory(order=3, records_kpi="consult_booked")
    lead = factories.LeadFactory(
        first_name="Talia",
        phone="+16175550149",
        email="",
        source="google",
        stage=PipelineStage.objects.get(name="New"),
    )
    tag = factories.TagFactory(name="Botox")
    changes = {
        "phone": "(617) 555-0150",
        "email": "t@example.com",
        "tags": [tag.pk],
        "procedure_code": "BTX",
        "expected_value_cents": "900",
        "step": "send_prices",
        "consult_at": f"{clinic_today() + timedelta(days=1)}T10:00",
        "add_to": lead.pk,
    }
    answer = add(desk, **changes)
    told = desk.get(answer["Location"]).content.decode()
    words = "email, another phone, Botox, expected value, next step, consult."
    assert f"Added to Talia: {words}" in told
    saved = Lead.objects.get()
    assert (saved.phone, saved.email) == ("+16175550149", "t@example.com")
    assert saved.source == "google"
    assert saved.contact_points.get().phone == "+16175550150"
    assert saved.stage_periods.get(left_at=None).stage == booked
    changes["consult_at"] = ""
    again = add(desk, **changes)
    assert "already has all of this" in desk.get(again["Location"]).content.decode()


def test_the_board_goes_on_and_other_pages_load_anew(desk: Client) -> None:
    address = "http://testserver/leads/board/?mine=on"
    headers = HTMX | {"HX-Current-URL": address}
    answer = desk.post(reverse("lead_add"), entered(), headers=headers)
    assert answer.content == b""
    assert "Talia added." in answer["HX-Trigger"]
    headers["HX-Current-URL"] = "http://testserver/leads/today/"
    data = entered(phone="", first_name="Ben")
    answer = desk.post(reverse("lead_add"), data, headers=headers)
    assert answer["HX-Refresh"] == "true"
    assert "Ben added." in desk.get("/leads/today/").content.decode()


def test_what_one_has_just_added_is_undone(desk: Client, manager: User) -> None:
    add(desk)
    lead = Lead.objects.get()
    undo = reverse("lead_undo", args=[lead.pk])
    data = {"source": "added", "row": lead.pk}
    boss = Client()
    boss.force_login(manager)
    assert "undo this" in boss.post(undo, data, follow=True).content.decode()
    answer = desk.post(undo, data, headers={"Accept": "application/json"})
    assert answer.json() == {"message": "Talia removed."}
    assert not Lead.objects.exists()


def test_what_was_added_a_while_ago_is_deleted_on_its_page(desk: Client) -> None:
    add(desk)
    lead = Lead.objects.get()
    earlier = lead.created_at - timedelta(minutes=11)
    Lead.objects.filter(pk=lead.pk).update(created_at=earlier)
    undo = reverse("lead_undo", args=[lead.pk])
    answer = desk.post(undo, {"source": "added", "row": lead.pk}, follow=True)
    assert "Delete it on its page." in answer.content.decode()
    assert Lead.objects.exists()


def test_the_list_says_who_was_added_with_undo(desk: Client) -> None:
    headers = HTMX | {"HX-Current-URL": "http://testserver/leads/"}
    desk.post(reverse("lead_add"), entered(), headers=headers)
    page = desk.get("/leads/").content.decode()
    lead = Lead.objects.get()
    assert "Talia added." in page
    assert f'<button name="row" value="{lead.pk}">Undo</button>' in page
    undo = reverse("lead_undo", args=[lead.pk])
    answer = desk.post(undo, {"source": "added", "row": lead.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == "/leads/"
    assert "Talia removed." in answer.content.decode()


def test_add_another_begins_with_an_empty_form(desk: Client) -> None:
    page = add(desk, htmx=True, another="yes").content.decode()
    assert "Talia added." in page
    assert 'value="Talia"' not in page
