"""Adding a lead by hand: what is saved, whom it may be already, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import ContactPoint, Lead, PipelineStage
from leads.services.merging import MergeChoice, merge
from medspa.clinic_time import clinic_today
from medspa.ids import new_id
from medspa.models import User
from tests import factories

PHONE = "(617) 555-0149"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def stage(db: None) -> PipelineStage:
    return factories.StageFactory(name="New", order=1)


@pytest.fixture
def desk(front_desk: User, client: Client, stage: PipelineStage) -> Client:
    client.force_login(front_desk)
    return client


def entered(**changes: Any) -> dict[str, Any]:
    stage = PipelineStage.objects.order_by("order").first()
    return {
        "row_key": new_id(),
        "first_name": "Talia",
        "phone": PHONE,
        "source": "walk_in",
        "stage": stage.pk if stage else "",
    } | changes


def add(client: Client, *, htmx: bool = False, **changes: Any) -> Any:
    headers = HTMX if htmx else {}
    return client.post(reverse("lead_add"), entered(**changes), headers=headers)


def look_up(client: Client, **typed: str) -> str:
    answer = client.post(reverse("lead_same"), typed, headers=HTMX)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


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
    assert Lead.objects.get().pk == key
    assert first["Location"] == again["Location"]
    Lead.objects.get().delete()
    assert "deleted since" in add(desk, row_key=key).content.decode()


def test_whoever_has_the_phone_or_the_email_is_shown_while_one_types(
    desk: Client, stage: PipelineStage
) -> None:
    factories.LeadFactory(
        first_name="Talia", phone="+16175550149", email="", stage=stage
    )
    other = factories.LeadFactory(first_name="Rosa", email="r@example.com", stage=stage)
    ContactPoint.objects.create(lead=other, email="rosa@example.com")
    page = look_up(desk, first_name="talia", phone=PHONE)
    assert "Same person?</strong> Talia, " in page
    assert f"{PHONE}, New" in page
    assert "Same contact:" in look_up(desk, first_name="Ben", phone=PHONE)
    assert "Rosa" in look_up(desk, email="ROSA@example.com")
    # Unfinished, or a name alone, which is no sign.
    assert look_up(desk, first_name="Talia", phone="617 555") == ""


def test_two_extensions_of_one_number_are_two_people(
    desk: Client, stage: PipelineStage
) -> None:
    factories.LeadFactory(first_name="Talia", phone="+16175550149;ext=7", stage=stage)
    assert look_up(desk, first_name="Talia", phone=f"{PHONE} ext 8") == ""
    assert "Same person?" in look_up(desk, first_name="Talia", phone=PHONE)


def test_looking_up_costs_one_query(desk: Client, stage: PipelineStage) -> None:
    for name in ("Talia", "Rosa", "Ben"):
        factories.LeadFactory(first_name=name, phone="+16175550149", stage=stage)
    with CaptureQueriesContext(connection) as captured:
        page = look_up(desk, first_name="Talia", phone=PHONE, email="t@example.com")
    assert page.count("Add to ") == 3
    # The session, the person, the leads.
    assert len(captured) == 3


def test_the_sheet_costs_six_queries(desk: Client) -> None:
    for _ in range(5):
        factories.TagFactory()
        factories.CampaignFactory()
        factories.UserFactory(is_superuser=True)
    with CaptureQueriesContext(connection) as captured:
        desk.get(reverse("lead_add"), headers=HTMX)
    # The session, the person; campaigns, people, tags, stages.
    assert len(captured) == 6, "\n".join(query["sql"][:150] for query in captured)


def test_who_was_added_meanwhile_is_told_before_a_second_lead_is_made(
    desk: Client, manager: User
) -> None:
    boss = Client()
    boss.force_login(manager)
    add(boss)
    refused = add(desk, htmx=True)
    page = " ".join(refused.content.decode().split())
    assert refused.status_code == 422
    assert "Talia: Added by manager just now. Nothing was added yet." in page
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
    assert "has all of this already" in desk.get(again["Location"]).content.decode()


def test_a_deleted_lead_is_offered_to_those_who_may_restore_it(
    desk: Client, manager: User, stage: PipelineStage
) -> None:
    lead = factories.LeadFactory(phone="+16175550149", stage=stage)
    lead.delete()
    assert look_up(desk, phone=PHONE) == ""
    add(desk, add_to=lead.pk)
    assert not Lead.objects.exists()
    desk.force_login(manager)
    assert f"Restore and add to {lead}" in look_up(desk, phone=PHONE)
    add(desk, add_to=lead.pk)
    assert Lead.objects.get() == lead


def test_a_merged_lead_is_found_as_the_one_that_it_is_part_of(
    desk: Client, manager: User, stage: PipelineStage
) -> None:
    into, gone = (factories.LeadFactory(stage=stage) for _ in range(2))
    merge(into.pk, gone.pk, MergeChoice())
    desk.force_login(manager)
    page = look_up(desk, email=gone.email)
    assert page.count("same-person-acts") == 1
    assert reverse("lead", args=[into.pk]) in page


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


def test_add_another_begins_with_an_empty_form(desk: Client) -> None:
    page = add(desk, htmx=True, another="yes").content.decode()
    assert "Talia added." in page
    assert 'value="Talia"' not in page


def test_older_leads_do_not_say_who_added_them(
    desk: Client, stage: PipelineStage
) -> None:
    factories.LeadFactory(
        phone="+16175550149",
        stage=stage,
        created_at=timezone.now() - timedelta(hours=1),
    )
    assert "Added" not in look_up(desk, phone=PHONE)
