"""What forms are told: every sentence, by few questions to the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CheckConstraint, Q
from django.test.utils import CaptureQueriesContext

from leads.models import PipelineStage
from medspa.validation import all_hold
from tests.factories import StageFactory

pytestmark = pytest.mark.django_db


def questions(stage: PipelineStage) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        stage.validate_constraints()
    return [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]


def test_all_checks_of_a_valid_row_are_one_question() -> None:
    asked = questions(StageFactory())
    # all checks at once; the name is unique; the place is unique
    assert len(asked) == 3


def test_of_several_broken_rules_each_says_its_sentence() -> None:
    stage = StageFactory.build(name="", color="red", win_probability_bps=10_001)
    with pytest.raises(ValidationError) as refusal:
        stage.validate_constraints()
    assert refusal.value.message_dict == {
        "name": ["Give the stage a name."],
        "color": ["Enter a colour like #0f766e."],
        "win_probability_bps": ["The chance must be between 0 and 10000."],
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
