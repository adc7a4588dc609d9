"""Every rule of what is done with leads and kept of it, both ways."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from tests.factories import (
    ActivityFactory,
    BulkChunkFactory,
    BulkRunFactory,
    ExportLogFactory,
    LeadMergeFactory,
    TaskFactory,
)
from tests.rules import Rule, in_an_hour, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def same_step(row: models.Model) -> dict[str, object]:
    """The step that is planned already, on a row of another kind until now."""
    other = TaskFactory(lead=row.lead, what="send_prices")
    return {"what": other.what}


def done_before_planned(row: models.Model) -> dict[str, object]:
    return {"done_at": row.created_at - timedelta(seconds=1)}


def already_merged(row: models.Model) -> dict[str, object]:
    return {"merged": LeadMergeFactory().merged}


ACTIVITIES = [
    Rule(
        "leads_activity_type_is_known",
        ActivityFactory,
        {"type": "diagnosis"},
        "Choose from the list.",
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
        "“lastName” can't be stored here. "
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
        "Choose from the list.",
        "what",
    ),
    Rule(
        "leads_task_is_planned_once",
        TaskFactory,
        same_step,
        "This next step already exists.",
    ),
    Rule(
        "leads_task_done_after_planned",
        TaskFactory,
        done_before_planned,
        "A step can't be done before it was created.",
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
        "The moved rows must be a JSON object.",
        "moved_json",
    ),
    Rule(
        "leads_leadmerge_undone_after_merged",
        LeadMergeFactory,
        lambda row: {"undone_at": row.merged_at - timedelta(seconds=1)},
        "A merge can't be undone before it was made.",
    ),
]
BULK = [
    Rule(
        "leads_bulkrun_act_is_known",
        BulkRunFactory,
        {"act": "shred"},
        "Choose from the list.",
        "act",
    ),
    Rule(
        "leads_bulkrun_adds_up",
        BulkRunFactory,
        {"chosen": 2, "changed": 3},
        "More leads were changed than selected.",
    ),
    Rule(
        "leads_bulkrun_counts_every_reason",
        BulkRunFactory,
        {"reasons": ["already had the tag"]},
        "Each reason needs a count of leads.",
    ),
    Rule(
        "leads_bulkchunk_number_is_unique",
        lambda: BulkChunkFactory(number=1),
        lambda chunk: {"number": BulkChunkFactory(run=chunk.run).number},
        "This part already exists.",
    ),
    Rule(
        "leads_bulkchunk_remembers_every_lead",
        BulkChunkFactory,
        {"changed_ids": ["cmdf00000lead000000000001"]},
        "Each lead needs the values to restore.",
    ),
    Rule(
        "leads_bulkchunk_undoes_what_is_done",
        BulkChunkFactory,
        {"undone_at": timezone.now()},
        "Only what was done can be undone.",
    ),
    Rule(
        "leads_exportlog_rows_are_counted",
        ExportLogFactory,
        {"row_count": -1},
        "The number of rows can't be negative.",
        "row_count",
    ),
]
RULES = ACTIVITIES + TASKS + MERGES + BULK


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_sentence(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_raw_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
