"""Whom the clinic knows already by the email or phone that is being typed."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads.models import ContactPoint, Lead, PipelineStage
from leads.services.merging import MergeChoice, merge
from medspa.models import User
from tests import factories
from tests.leads.adding_forms import PHONE, add, desk, look_up, stage

__all__ = ["desk", "stage"]


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


def test_looking_up_costs_a_query_and_another_when_somebody_is_found(
    desk: Client, stage: PipelineStage
) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert look_up(desk, first_name="Talia", phone=PHONE) == ""
    # The session, the person, the ids of nobody.
    assert len(captured) == 3
    for name in ("Talia", "Rosa", "Ben"):
        factories.LeadFactory(first_name=name, phone="+16175550149", stage=stage)
    with CaptureQueriesContext(connection) as captured:
        page = look_up(desk, first_name="Talia", phone=PHONE, email="t@example.com")
    assert page.count("Add to ") == 3
    # The session, the person, the ids, the leads.
    assert len(captured) == 4


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


def test_older_leads_do_not_say_who_added_them(
    desk: Client, stage: PipelineStage
) -> None:
    factories.LeadFactory(
        phone="+16175550149",
        stage=stage,
        created_at=timezone.now() - timedelta(hours=1),
    )
    assert "Added" not in look_up(desk, phone=PHONE)
