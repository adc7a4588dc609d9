"""The crash loop's check finds an act that was lost, and one that was done twice."""

import pytest
from django.db import connection

from bench.crash.check import Findings, check
from bench.crash.writers import Acts
from leads.choices import NextStep
from leads.models import LeadTag
from leads.services.pipeline import create_lead, move
from leads.services.tagging import add_tag
from tests.factories import LeadFactory, StageFactory, TagFactory, TaskFactory

pytestmark = pytest.mark.django_db
# Leads are the writers' by their name, which factories give to every eighth lead.
SOMEBODY = "Ana"


def found(acts: Acts, leads: int = 0) -> Findings:
    with connection.cursor() as cursor:
        return check(cursor.connection, {"many": [""] * leads}, acts)


def test_what_is_there_once_is_neither_lost_nor_doubled() -> None:
    task = TaskFactory(lead__first_name=SOMEBODY)
    findings = found(Acts(keys={"leads_task": [task.pk]}))
    assert (findings.lost, findings.doubled) == ([], [])
    assert not findings.is_bad
    assert (
        findings.sentence
        == "1 acts acknowledged, 0 forms sent again: 0 lost, 0 doubled."
    )


def test_a_row_that_is_not_there_is_lost_with_its_history() -> None:
    lost = found(Acts(keys={"leads_task": ["cgone"]})).lost
    assert lost == ["leads_task cgone", "history of cgone"]


def test_a_row_that_no_form_named_is_doubled() -> None:
    task = TaskFactory(lead__first_name=SOMEBODY, what=NextStep.CALL_BACK)
    again = TaskFactory(lead=task.lead, what=NextStep.CHECK_IN)
    assert found(Acts(keys={"leads_task": [task.pk]})).doubled == [
        f"leads_task {again.pk}"
    ]


def test_moves_and_tags_are_counted() -> None:
    lead = LeadFactory.build(first_name=SOMEBODY)
    create_lead(lead, StageFactory())
    move(lead.pk, StageFactory().pk)
    tag = TagFactory()
    add_tag(lead, tag)
    assert not found(Acts(moves={lead.pk: 1}, tagged=[tag.pk]), 1).is_bad
    assert found(Acts(moves={lead.pk: 2})).lost == [f"move of {lead.pk}"]
    assert found(Acts(moves={lead.pk: 0})).doubled == [f"move of {lead.pk}"]
    LeadTag.objects.all().delete()
    assert found(Acts(tagged=[tag.pk]), 1).lost == [f"tags of {tag.pk}"]
