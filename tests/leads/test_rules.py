"""Every rule of leads, stages, tags, opportunities and activities, both ways."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models
from django.utils import timezone

from leads.contact import EMAIL_SENTENCE, PHONE_SENTENCE
from leads.models import Lead
from leads.models.tag import COLOR_SENTENCE
from medspa.clinic_time import clinic_today
from tests.factories import (
    ActivityFactory,
    BulkChunkFactory,
    BulkRunFactory,
    ExportLogFactory,
    LeadFactory,
    LeadMergeFactory,
    LeadStageFactory,
    LeadTagFactory,
    OpportunityFactory,
    StageFactory,
    TagFactory,
    TaskFactory,
)
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words, update

pytestmark = pytest.mark.django_db
Change = Callable[[models.Model], dict[str, object]]


def in_an_hour(field: str) -> Change:
    return lambda row: {field: timezone.now() + timedelta(hours=1)}


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
    other = LeadFactory(external_id="ghl-1")
    other.delete()
    return {"external_id": other.external_id}


def tag_in_another_case(row: models.Model) -> dict[str, object]:
    TagFactory(name="Peel")
    return {"name": "pEEL"}


def stage_in_another_case(row: models.Model) -> dict[str, object]:
    StageFactory(name="Éclair")
    return {"name": "éCLAIR"}


def taken_place(row: models.Model) -> dict[str, object]:
    return {"order": StageFactory().order}


def same_tag(row: models.Model) -> dict[str, object]:
    return {"tag": LeadTagFactory(lead=row.lead).tag}


def another_lead_with_one(row: models.Model) -> dict[str, object]:
    return {"lead": OpportunityFactory().lead}


def same_step(row: models.Model) -> dict[str, object]:
    """The step that is planned already, on a row of another kind until now."""
    other = TaskFactory(lead=row.lead, what="send_prices")
    return {"what": other.what}


def done_before_planned(row: models.Model) -> dict[str, object]:
    return {"done_at": row.created_at - timedelta(seconds=1)}


def already_merged(row: models.Model) -> dict[str, object]:
    return {"merged": LeadMergeFactory().merged}


YESTERDAY = clinic_today() - timedelta(days=1)
BULK = [
    Rule(
        "leads_bulkrun_act_is_known",
        BulkRunFactory,
        {"act": "shred"},
        "Value 'shred' is not a valid choice.",
        "act",
    ),
    Rule(
        "leads_bulkrun_adds_up",
        BulkRunFactory,
        {"chosen": 2, "changed": 3},
        "No more leads were changed than chosen.",
    ),
    Rule(
        "leads_bulkrun_counts_every_reason",
        BulkRunFactory,
        {"reasons": ["had the tag already"]},
        "Each reason needs how many leads it held up.",
    ),
    Rule(
        "leads_bulkchunk_number_is_unique",
        lambda: BulkChunkFactory(number=1),
        lambda chunk: {"number": BulkChunkFactory(run=chunk.run).number},
        "This part is there already.",
    ),
    Rule(
        "leads_bulkchunk_remembers_every_lead",
        BulkChunkFactory,
        {"changed_ids": ["cmdf00000lead000000000001"]},
        "Each lead needs what undo puts back.",
    ),
    Rule(
        "leads_bulkchunk_undoes_what_is_done",
        BulkChunkFactory,
        {"undone_at": timezone.now()},
        "Only what was done can be taken back.",
    ),
    Rule(
        "leads_exportlog_rows_are_counted",
        ExportLogFactory,
        {"row_count": -1},
        "There are no fewer than no rows.",
        "row_count",
    ),
]
LEADS = [
    Rule(
        "leads_lead_external_id_key",
        LeadFactory,
        taken_contact_id,
        "Another lead already has this contact id.",
        "external_id",
    ),
    Rule(
        "leads_lead_external_id_is_not_empty",
        LeadFactory,
        {"external_id": ""},
        "Leave the contact id out or fill it in.",
        "external_id",
    ),
    Rule(
        "leads_lead_first_name_is_one_given_name",
        LeadFactory,
        {"first_name": "Sarah Smith"},
        "Please enter only the first name: “Sarah”. Last names are not stored here.",
        "first_name",
    ),
    Rule(
        "leads_lead_source_is_known",
        LeadFactory,
        {"source": "gossip"},
        "Value 'gossip' is not a valid choice.",
        "source",
    ),
    Rule(
        "leads_lead_ad_platform_is_known",
        LeadFactory,
        {"ad_platform": "radio"},
        "Value 'radio' is not a valid choice.",
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
        "leads_tag_has_a_name",
        TagFactory,
        {"name": ""},
        "This field cannot be blank.",
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
        "This field cannot be blank.",
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
        "Another stage already has this place.",
        "order",
    ),
    Rule(
        "leads_pipelinestage_order_check",
        StageFactory,
        {"order": -1},
        "Ensure this value is greater than or equal to 0.",
        "order",
    ),
    Rule(
        "leads_pipelinestage_target_days_check",
        StageFactory,
        {"target_days": -1},
        "Ensure this value is greater than or equal to 0.",
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
        "Value 'maybe' is not a valid choice.",
        "outcome",
    ),
    Rule(
        "leads_pipelinestage_probability_is_a_share",
        StageFactory,
        {"win_probability_bps": 10_001},
        "The chance must be between 0 and 10000.",
        "win_probability_bps",
    ),
    Rule(
        "leads_pipelinestage_records_a_known_kind",
        StageFactory,
        {"records_kpi": "invoice_paid"},
        "Value 'invoice_paid' is not a valid choice.",
        "records_kpi",
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
        "A lead can't leave before it came.",
    ),
    Rule(
        "leads_leadstage_lost_reason_is_known",
        LeadStageFactory,
        {"lost_reason": "afraid of needles"},
        "Value 'afraid of needles' is not a valid choice.",
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
        "leads_opportunity_procedure_is_known",
        OpportunityFactory,
        {"procedure_code": "NOSE"},
        "Value 'NOSE' is not a valid choice.",
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
ACTIVITIES = [
    Rule(
        "leads_activity_type_is_known",
        ActivityFactory,
        {"type": "diagnosis"},
        "Value 'diagnosis' is not a valid choice.",
        "type",
        behind=("leads_activity_payload_has_known_keys",),
    ),
    Rule(
        "leads_activity_payload_is_an_object",
        ActivityFactory,
        {"payload_json": ["answered"]},
        "The value: Input should be an object.",
        "payload_json",
        behind=("leads_activity_payload_has_known_keys",),
    ),
    Rule(
        "leads_activity_payload_has_known_keys",
        ActivityFactory,
        {"payload_json": {"lastName": "Smith"}},
        "“lastName” may not be stored here. "
        "Allowed: automated, direction, outcome, duration_seconds.",
        "payload_json",
    ),
    Rule(
        "leads_activity_not_in_the_future",
        ActivityFactory,
        in_an_hour("created_at"),
        "An activity can't be in the future.",
        "created_at",
    ),
]
TASKS = [
    Rule(
        "leads_task_what_is_known",
        TaskFactory,
        {"what": "ask_about_allergies"},
        "Value 'ask_about_allergies' is not a valid choice.",
        "what",
    ),
    Rule(
        "leads_task_is_planned_once",
        TaskFactory,
        same_step,
        "This next step is already planned.",
    ),
    Rule(
        "leads_task_done_after_planned",
        TaskFactory,
        done_before_planned,
        "A step can't be done before it was planned.",
    ),
]
MERGES = [
    Rule(
        "leads_leadmerge_joins_two_leads",
        LeadMergeFactory,
        lambda row: {"merged": row.survivor},
        "A lead can't be merged with itself.",
    ),
    Rule(
        "leads_leadmerge_once",
        LeadMergeFactory,
        already_merged,
        "This lead was already merged.",
    ),
    Rule(
        "leads_leadmerge_moved_is_an_object",
        LeadMergeFactory,
        {"moved_json": ["c1"]},
        "What was moved must be a JSON object.",
        "moved_json",
    ),
    Rule(
        "leads_leadmerge_undone_after_merged",
        LeadMergeFactory,
        lambda row: {"undone_at": row.merged_at - timedelta(seconds=1)},
        "A merge can't be undone before it was made.",
    ),
]
RULES = (
    LEADS + TAGS + STAGES + STAYS + OPPORTUNITIES + ACTIVITIES + TASKS + MERGES + BULK
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


@pytest.mark.parametrize(
    "raw",
    [
        {"email": b"ana@example.com"},
        {"email": b""},
        {"email_index": b""},
        {"email": b"\x02" + bytes(60)},
    ],
    ids=["plain text", "index alone", "e-mail alone", "unknown version"],
)
def test_sql_can_store_neither_a_plain_email_nor_half_of_one(raw: dict) -> None:
    with pytest.raises(IntegrityError) as refusal:
        update_bytes(LeadFactory(), raw)
    assert constraint_of(refusal.value) == "leads_lead_email_is_sealed_and_indexed"


def update_bytes(lead: Lead, raw: dict[str, bytes]) -> None:
    columns = ", ".join(f"{name} = %s" for name in raw)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE leads_lead SET {columns} WHERE id = %s",  # noqa: S608
            [*raw.values(), lead.pk],
        )


@pytest.mark.parametrize(
    "name",
    ["", "Sarah Smith", "Sarah\u00a0Smith", "ana@example.com", "Ana7", "-", "a=b"],
)
def test_sql_can_store_only_one_given_name(name: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        update(LeadFactory(), {"first_name": name})
    assert constraint_of(refusal.value) == "leads_lead_first_name_is_one_given_name"


@pytest.mark.parametrize(
    "name", ["Mary Ann", "José", "O’Brien", "J.R.", "प्रिया", "山田"]
)
def test_sql_can_store_a_given_name_of_any_script(name: str) -> None:
    lead = LeadFactory()
    update(lead, {"first_name": name})
    lead.refresh_from_db()
    lead.full_clean()
    assert lead.first_name == name


def test_the_campaign_of_a_lead_must_exist() -> None:
    lead = LeadFactory()
    lead.campaign_id = "cnone"
    with pytest.raises(IntegrityError) as refusal, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET campaign_id = 'cnone' WHERE id = %s", [lead.pk]
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "campaign_id" in constraint_of(refusal.value)


def test_two_leads_may_share_an_email_a_phone_and_have_no_contact_id() -> None:
    first = LeadFactory()
    second = LeadFactory(email=first.email, phone=first.phone)
    second.full_clean()
    assert list(Lead.objects.with_email(first.email).order_by("id")) == [first, second]
