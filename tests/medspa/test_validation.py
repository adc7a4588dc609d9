"""Validation in forms: every sentence, by few queries."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from leads.models import PipelineStage
from medspa.validation import all_hold, fields_of
from tests.factories import LeadMergeFactory, StageFactory

pytestmark = pytest.mark.django_db


def questions(stage: PipelineStage) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        stage.validate_constraints()
    return [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]


def test_all_checks_of_a_valid_row_are_one_question() -> None:
    asked = questions(StageFactory())
    # all checks at once; the name, the place and the entry stage are unique
    assert len(asked) == 4


def test_of_several_broken_rules_each_says_its_sentence() -> None:
    stage = StageFactory.build(name="", color="red", win_probability_bps=10_001)
    with pytest.raises(ValidationError) as refusal:
        stage.validate_constraints()
    assert refusal.value.message_dict == {
        "name": ["Enter a name."],
        "color": ["Enter a color like #0f766e."],
        "win_probability_bps": ["Enter a win probability from 0 to 100."],
    }


def test_what_is_neither_true_nor_false_holds_as_in_the_database() -> None:
    check = CheckConstraint(name="days", condition=Q(target_days__gt=3))
    for days, holds in ((4, True), (3, False), (None, True)):
        stage = StageFactory.build(target_days=days)
        known = stage._get_field_expression_map(PipelineStage._meta)
        assert all_hold([check], known, "default") is holds


def test_a_question_that_the_database_refuses_proves_nothing() -> None:
    check = CheckConstraint(name="name", condition=Q(name__regex="("))
    known = StageFactory.build()._get_field_expression_map(PipelineStage._meta)
    assert not all_hold([check], known, "default")
    sound = CheckConstraint(name="name", condition=Q(name__regex="."))
    assert all_hold([sound], known, "default")
    assert PipelineStage.objects.count() == 0


def refusals(stage: PipelineStage, *exclude: str) -> dict[str, list[str]]:
    try:
        stage.validate_constraints(exclude)
    except ValidationError as refusal:
        return refusal.message_dict
    return {}


def test_what_a_form_lacks_is_not_judged_by_it() -> None:
    stage = StageFactory.build(name="", color="red")
    assert list(refusals(stage, "name")) == ["color"]
    assert refusals(stage, "name", "color") == {}


def test_a_field_that_nobody_edits_silences_no_rule() -> None:
    """`deleted_at` is in no form, and yet the name is free again when it is set."""
    first = StageFactory(name="New", order=501)
    again = StageFactory.build(name=first.name, order=502)
    assert list(refusals(again, "deleted_at")) == ["name"]
    first.delete()
    assert refusals(again, "deleted_at") == {}


def test_a_rule_about_two_fields_stands_above_the_form() -> None:
    merge = LeadMergeFactory()
    merge.merged = merge.survivor
    with pytest.raises(ValidationError) as refusal:
        merge.validate_constraints()
    assert refusal.value.message_dict == {
        "__all__": ["A lead can't be merged with itself."]
    }


def test_two_rules_about_one_field_both_say_their_sentence() -> None:
    taken = StageFactory(name="New", order=501)
    stage = StageFactory.build(name="New", order=taken.order, color="red")
    found = refusals(stage)
    assert sorted(found) == ["color", "name", "order"]
    assert all(len(sentences) == 1 for sentences in found.values())


def test_a_check_and_a_unique_rule_name_their_fields() -> None:
    check = CheckConstraint(name="a", condition=Q(order__gt=F("target_days")))
    unique = UniqueConstraint(
        Lower("name"), name="b", condition=Q(deleted_at__isnull=True)
    )
    plain = UniqueConstraint(fields=["order", "color"], name="c")
    assert fields_of(check) == {"order", "target_days"}
    assert fields_of(unique) == {"name", "deleted_at"}
    assert fields_of(plain) == {"order", "color"}
    assert fields_of(BaseConstraint(name="d")) == set()


def test_several_checks_hold_only_together() -> None:
    small = CheckConstraint(name="small", condition=Q(order__lt=10))
    large = CheckConstraint(name="large", condition=Q(order__gt=5))
    for order, holds in ((4, False), (7, True), (12, False)):
        known = StageFactory.build(order=order)._get_field_expression_map(
            PipelineStage._meta
        )
        assert all_hold([small, large], known, "default") is holds
    assert all_hold([], known, "default")
