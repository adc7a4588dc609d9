"""Every rule of leads, tags, stages, stays and opportunities, both ways."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from leads.contact import EMAIL_SENTENCE, PHONE_SENTENCE
from leads.models.tag import COLOR_SENTENCE
from medspa.clinic_time import clinic_today
from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.factories import (
    ContactPointFactory,
    LeadArrivalFactory,
    LeadFactory,
    LeadStageFactory,
    LeadTagFactory,
    OpportunityFactory,
    StageFactory,
    TagFactory,
    TagSuggestionFactory,
)
from tests.rules import Rule, in_an_hour, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def before_it_began(row: models.Model) -> dict[str, object]:
    return {"left_at": row.changed_at - timedelta(seconds=1)}


def second_current_stay() -> models.Model:
    """A stay that has ended, of a lead that is somewhere else now."""
    now = timezone.now()
    current = LeadStageFactory()
    return LeadStageFactory(
        lead=current.lead, changed_at=now - timedelta(days=2), left_at=now
    )


def taken_contact_id(row: models.Model) -> dict[str, object]:
    """The id of a lead that was deleted: it must be restored, not made again."""
    other = LeadFactory(external_id="ghl10000000000000000")
    other.delete()
    return {"external_id": other.external_id}


def tag_in_another_case(row: models.Model) -> dict[str, object]:
    TagFactory(name="Peel")
    return {"name": "pEEL"}


def suggested_in_another_case(row: models.Model) -> dict[str, object]:
    TagSuggestionFactory(name="Peel")
    return {"name": "pEEL"}


def stage_in_another_case(row: models.Model) -> dict[str, object]:
    StageFactory(name="Éclair")
    return {"name": "éCLAIR"}


def taken_place(row: models.Model) -> dict[str, object]:
    return {"order": StageFactory().order}


def second_open_stage() -> models.Model:
    StageFactory(is_entry=True)
    return StageFactory()


def same_tag(row: models.Model) -> dict[str, object]:
    return {"tag": LeadTagFactory(lead=row.lead).tag}


def another_lead_with_one(row: models.Model) -> dict[str, object]:
    return {"lead": OpportunityFactory().lead}


YESTERDAY = clinic_today() - timedelta(days=1)
LEADS = [
    Rule(
        "leads_lead_external_id_key",
        LeadFactory,
        taken_contact_id,
        "Another lead already has this contact ID.",
        "external_id",
    ),
    Rule(
        "leads_lead_external_id_is_of_gohighlevel",
        LeadFactory,
        {"external_id": "Livia Smith b.1990"},
        "A GoHighLevel contact ID has 20 letters and digits.",
        "external_id",
    ),
    Rule(
        "leads_lead_first_name_is_one_given_name",
        LeadFactory,
        {"first_name": "Sarah Smith"},
        "Enter only the first name: “Sarah”. Last names aren't stored.",
        "first_name",
    ),
    Rule(
        "leads_lead_heard_from_is_listed",
        LeadFactory,
        {"heard_from": "her sister"},
        "Choose from the list.",
        "heard_from",
    ),
    Rule(
        "leads_lead_source_is_listed",
        LeadFactory,
        {"source": "gossip"},
        "Choose from the list.",
        "source",
    ),
    Rule(
        "leads_lead_ad_platform_is_known",
        LeadFactory,
        {"ad_platform": "radio"},
        "Choose from the list.",
        "ad_platform",
    ),
    Rule(
        "leads_lead_email_is_sealed_and_indexed",
        LeadFactory,
        {"email": "not-an-email"},
        EMAIL_SENTENCE,
        "email",
        raw={"email_index": b""},
    ),
    Rule(
        "leads_lead_phone_is_sealed_and_indexed",
        LeadFactory,
        {"phone": "+1 555"},
        PHONE_SENTENCE,
        "phone",
        raw={"phone_last4_index": b"short"},
    ),
]
TAGS = [
    Rule(
        "leads_tag_name_is_no_persons",
        TagFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "leads_tag_has_a_name",
        TagFactory,
        {"name": ""},
        "This field is required.",
        "name",
    ),
    Rule(
        "leads_tag_name_is_unique",
        TagFactory,
        tag_in_another_case,
        "There is already a tag with this name.",
        "name",
    ),
    Rule(
        "leads_tag_color_is_hex", TagFactory, {"color": "red"}, COLOR_SENTENCE, "color"
    ),
    Rule(
        "leads_leadtag_is_unique",
        LeadTagFactory,
        same_tag,
        "The lead already has this tag.",
    ),
]
STAGES = [
    Rule(
        "leads_pipelinestage_has_a_name",
        StageFactory,
        {"name": ""},
        "This field is required.",
        "name",
    ),
    Rule(
        "leads_pipelinestage_name_is_unique",
        StageFactory,
        stage_in_another_case,
        "There is already a stage with this name.",
        "name",
    ),
    Rule(
        "leads_pipelinestage_order_is_unique",
        StageFactory,
        taken_place,
        "Another stage already has this position.",
        "order",
    ),
    Rule(
        "leads_pipelinestage_order_check",
        StageFactory,
        {"order": -1},
        "Enter 0 or more.",
        "order",
    ),
    Rule(
        "leads_pipelinestage_target_days_check",
        StageFactory,
        {"target_days": -1},
        "Enter 0 or more.",
        "target_days",
    ),
    Rule(
        "leads_pipelinestage_color_is_hex",
        StageFactory,
        {"color": "#12345g"},
        COLOR_SENTENCE,
        "color",
    ),
    Rule(
        "leads_pipelinestage_outcome_is_known",
        StageFactory,
        {"outcome": "maybe"},
        "Choose from the list.",
        "outcome",
    ),
    Rule(
        "leads_pipelinestage_probability_is_a_share",
        StageFactory,
        {"win_probability_bps": 10_001},
        "Enter a win probability from 0 to 100.",
        "win_probability_bps",
    ),
    Rule(
        "leads_pipelinestage_records_a_known_kind",
        StageFactory,
        {"records_kpi": "invoice_paid"},
        "Choose from the list.",
        "records_kpi",
    ),
    Rule(
        "leads_pipelinestage_one_entry",
        second_open_stage,
        {"is_entry": True},
        "New leads already start in another stage.",
    ),
    Rule(
        "leads_pipelinestage_entry_is_open",
        lambda: StageFactory(outcome="won"),
        {"is_entry": True},
        "New leads can only start in an open stage.",
        "outcome",
    ),
]
ARRIVALS = [
    Rule(
        "leads_leadarrival_door_is_a_name",
        LeadArrivalFactory,
        {"door": "Front door"},
        "A door has up to 20 small letters and digits.",
        "door",
    ),
    Rule(
        "leads_leadarrival_form_is_a_slug",
        LeadArrivalFactory,
        {"form": "For Ana only"},
        "Use only lowercase letters, digits and hyphens.",
        "form",
    ),
    Rule(
        "leads_leadarrival_ad_platform_is_known",
        LeadArrivalFactory,
        {"ad_platform": "myspace"},
        "Choose from the list.",
        "ad_platform",
    ),
    Rule(
        "leads_leadarrival_click_is_an_id",
        LeadArrivalFactory,
        {"click_kind": "gclid", "click_id": "allergic to lidocaine 2"},
        "A click ID has a known kind, and only letters and digits.",
    ),
    Rule(
        "leads_leadarrival_consent_has_its_wording",
        LeadArrivalFactory,
        {"agreed_to_text": True},
        "A consent needs the version of its wording.",
    ),
]
CONTACT_POINTS = [
    Rule(
        "leads_contactpoint_email_is_sealed_and_indexed",
        ContactPointFactory,
        {"email": "not-an-email"},
        EMAIL_SENTENCE,
        "email",
        raw={"email_index": b"short"},
    ),
    Rule(
        "leads_contactpoint_phone_is_sealed_and_indexed",
        lambda: ContactPointFactory(email="", phone="+12125550171"),
        {"phone": "+1 555"},
        PHONE_SENTENCE,
        "phone",
        raw={"phone_last4_index": b"short"},
    ),
    Rule(
        "leads_contactpoint_is_one_email_or_phone",
        ContactPointFactory,
        {"phone": "+12125550171"},
        "Enter either an email or a phone.",
        raw={"phone_index": b"sixteen bytes ok"},
        behind=("leads_contactpoint_phone_is_sealed_and_indexed",),
    ),
]
STAYS = [
    Rule(
        "leads_leadstage_one_current_stage",
        second_current_stay,
        {"left_at": None},
        "The lead is already in a stage.",
    ),
    Rule(
        "leads_leadstage_not_in_the_future",
        LeadStageFactory,
        in_an_hour("changed_at"),
        "A move can't be in the future.",
        "changed_at",
    ),
    Rule(
        "leads_leadstage_left_after_entered",
        LeadStageFactory,
        before_it_began,
        "A lead leaves a stage after entering it.",
    ),
    Rule(
        "leads_leadstage_lost_reason_is_listed",
        LeadStageFactory,
        {"lost_reason": "afraid of needles"},
        "Choose from the list.",
        "lost_reason",
    ),
]
OPPORTUNITIES = [
    Rule(
        "leads_opportunity_lead_id_key",
        OpportunityFactory,
        another_lead_with_one,
        "This lead already has an opportunity.",
        "lead",
    ),
    Rule(
        "leads_opportunity_value_is_positive",
        OpportunityFactory,
        {"expected_value_cents": -1},
        "The expected value must be above zero.",
        "expected_value_cents",
    ),
    Rule(
        "leads_opportunity_value_is_positive",
        OpportunityFactory,
        {"expected_value_cents": 0},
        "The expected value must be above zero.",
        "expected_value_cents",
    ),
    Rule(
        "leads_opportunity_procedure_is_listed",
        OpportunityFactory,
        {"procedure_code": "NOSE"},
        "Choose from the list.",
        "procedure_code",
    ),
    Rule(
        "leads_opportunity_date_was_not_past_when_set",
        OpportunityFactory,
        {"expected_date": YESTERDAY},
        "The expected date can't be in the past.",
        "expected_date",
        raw={"expected_date": YESTERDAY, "expected_date_set_on": clinic_today()},
    ),
    Rule(
        "leads_opportunity_date_was_not_past_when_set",
        OpportunityFactory,
        {"expected_date": YESTERDAY},
        "The expected date can't be in the past.",
        "expected_date",
        raw={"expected_date": clinic_today(), "expected_date_set_on": None},
    ),
]
SUGGESTIONS = [
    Rule(
        "leads_tagsuggestion_name_is_no_persons",
        TagSuggestionFactory,
        {"name": "born 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "leads_tagsuggestion_name_is_unique",
        TagSuggestionFactory,
        suggested_in_another_case,
        "This tag is suggested already.",
        "name",
    ),
    Rule(
        "leads_tagsuggestion_rows_are_counted",
        TagSuggestionFactory,
        {"row_count": 0},
        "A suggestion comes from at least one row.",
        "row_count",
    ),
]
RULES = (
    SUGGESTIONS
    + LEADS
    + ARRIVALS
    + CONTACT_POINTS
    + TAGS
    + STAGES
    + STAYS
    + OPPORTUNITIES
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
