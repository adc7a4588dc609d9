"""What a person is told of what is kept about them, as JSON and as a PDF."""

import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from leads.models import Activity, Lead
from medspa.clinic_time import clinic_zone
from medspa.models import AuditEvent, User
from safekeeping.erasure.access import as_json, read_person
from safekeeping.erasure.access_pdf import as_pdf
from tests.clinics import ChangeClinic
from tests.factories import ActivityFactory, KpiEventFactory, LeadFactory, StageFactory
from tests.safekeeping.canary import EMAIL, OTHER_EMAIL, OTHER_PHONE, PHONE, canary

pytestmark = pytest.mark.django_db

# Nothing of a person: who claimed a lead, what was done to many, and our own figures.
NOT_OF_A_PERSON = {
    "connections.FieldDifference",  # names of fields
    "connections.ItemOutcome",  # ids, codes and names of fields
    "connections.KnownThere",  # keyed hashes
    "connections.OutgoingChange",  # names of fields
    "kpis.Change",
    "kpis.Fact",
    "leads.LeadSummary",
    "leads.QueueClaim",
    "safekeeping.ErasedLead",
    "safekeeping.ErasureRequest",
    "safekeeping.LegalHold",
    "safekeeping.SuppressedContact",
}


def told(lead: Lead) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(as_json(read_person(lead)))
    return {part["what"]: part for part in content["kept"]}


def test_everything_that_a_person_left_is_told(administrator: User) -> None:
    lead = canary(administrator)
    ActivityFactory(lead=lead, type="call", payload_json={"outcome": "answered"})
    parts = told(lead)
    assert set(parts) == {
        *("Lead", "Further contacts", "Stages", "Expected value", "Next steps"),
        *("Calls and messages", "Consults and payments", "Merged leads"),
        "Arrivals and consents",
        "Past values",
    }
    text = json.dumps(parts)
    for trace in ("Zenobia", "Quirina", EMAIL, OTHER_EMAIL, "click-of-canary"):
        assert trace in text
    digits = re.sub(r"\D", "", text)
    for phone in (PHONE, OTHER_PHONE):
        assert phone[2:] in digits
    assert "$650" in text
    assert "Answered" in text or "answered" in text


def test_the_person_reads_names_and_not_keys(administrator: User) -> None:
    lead = canary(administrator)
    text = as_json(read_person(lead))
    assert lead.pk not in text
    assert "_index" not in text
    assert "history_" not in text
    for part in told(lead).values():
        for row in part["rows"]:
            for label, value in row.items():
                assert label[0].isupper()
                assert value not in ("", "None", "b''")


def test_it_says_why_and_how_long_by_the_clinics_years(
    clinic_is: ChangeClinic,
) -> None:
    lead = LeadFactory()
    ActivityFactory(lead=lead)
    clinic_is(leads_kept_years=6, activities_kept_years=2)
    parts = told(lead)
    assert parts["Lead"]["kept_years"] == 6
    assert parts["Calls and messages"]["kept_years"] == 2
    assert all(part["why"].endswith(".") for part in parts.values())


def test_moments_have_their_year_and_answers_are_words() -> None:
    lead = LeadFactory()
    sent = {"outcome": "sent", "automated": True}
    ActivityFactory(lead=lead, type="sms_sent", payload_json=sent)
    parts = told(lead)
    year = f"{lead.created_at.astimezone(clinic_zone()):%Y}"
    assert year in parts["Lead"]["rows"][0]["Created"]
    assert year in parts["Past values"]["rows"][0]["When"]
    assert parts["Calls and messages"]["rows"][0]["Automated"] == "Yes"


def test_details_are_told_in_words_and_names() -> None:
    lead = LeadFactory()
    new, won = StageFactory(name="New"), StageFactory(name="Won")
    call = {"outcome": "no_answer", "direction": "outbound", "duration_seconds": 540}
    ActivityFactory(lead=lead, type="call", payload_json=call)
    moved = {"from_stage": new.pk, "to_stage": won.pk, "lost_reason": "no_response"}
    ActivityFactory(lead=lead, type="stage_change", payload_json=moved)
    paid = {"procedure": "LASER", "category": "service", "cost_cents": 5200}
    KpiEventFactory(lead=lead, paid=True, metadata_json=paid)
    booked = {"scheduled_for": "2025-05-20T13:30:00+00:00"}
    KpiEventFactory(lead=lead, kind="consult_booked", metadata_json=booked)
    KpiEventFactory(lead=lead, kind="ad_click", metadata_json={"click_id": "A1-b_C"})
    words = [
        f"{label}: {value}"
        for part in ("Calls and messages", "Consults and payments")
        for row in told(lead)[part]["rows"]
        for label, value in row.items()
    ]
    assert {
        *("Outcome: No answer", "Direction: Outbound", "Duration: 9\u00a0min"),
        *("From stage: New", "To stage: Won", "Lost reason: Could not be reached"),
        *("Procedure: Laser", "Category: Service"),
        *("Scheduled for: Tue, May 20, 2025, 9:30 AM", "Click id: A1-b_C"),
    } <= set(words)
    assert "$52" not in " ".join(words)


def test_nothing_of_somebody_else_is_told() -> None:
    lead = LeadFactory(first_name="Ana", email="ana@example.com")
    other = LeadFactory(first_name="Zoe", email="zoe@example.com")
    ActivityFactory(lead=other)
    text = as_json(read_person(lead))
    assert "Zoe" not in text
    assert "zoe@" not in text
    assert "Calls and messages" not in told(lead)


def test_every_table_that_names_a_lead_is_told_or_holds_no_person() -> None:
    """A new table with a lead needs an answer here."""
    told_tables = {
        *("leads.Lead", "leads.ContactPoint", "leads.LeadTag", "leads.LeadStage"),
        "leads.LeadArrival",
        *("leads.Opportunity", "leads.Task", "leads.Activity", "leads.LeadMerge"),
        *("kpis.KpiEvent", "commissions.LeadProvider", "connections.ExternalId"),
    }
    found = {
        model._meta.label
        for model in apps.get_models()
        if not hasattr(model, "instance_type")
        and any(field.related_model is Lead for field in model._meta.concrete_fields)
    }
    assert found <= told_tables | NOT_OF_A_PERSON, found - told_tables - NOT_OF_A_PERSON


@pytest.mark.slow
def test_the_pdf_grows_by_every_row() -> None:
    lead = LeadFactory(first_name="Zoë")
    short = as_pdf(read_person(lead))
    assert short.startswith(b"%PDF")
    for _ in range(120):
        ActivityFactory(lead=lead, type="call", payload_json={"outcome": "answered"})
    long = as_pdf(read_person(lead))
    assert pages(long) > pages(short) == 1
    assert Activity.objects.filter(lead=lead).count() == 120


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize(
    ("name", "kind"), [("person_json", "json"), ("person_pdf", "pdf")]
)
def test_a_download_is_an_administrators_and_in_the_audit_log(
    name: str, kind: str, administrator: User, manager: User, client: Client
) -> None:
    lead = LeadFactory()
    address = reverse(name, args=[lead.pk])
    client.force_login(manager)
    assert client.get(address).status_code == 403
    client.force_login(administrator)
    answer = client.get(address)
    assert answer.status_code == 200
    assert f".{kind}" in answer["Content-Disposition"]
    assert lead.first_name not in answer["Content-Disposition"]
    event = AuditEvent.objects.filter(kind="person_exported").get()
    assert event.person_id == administrator.pk
