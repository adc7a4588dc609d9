"""Every constraint of job runs, by a form and by SQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from medspa.models import LongRun, RunState
from tests.factories import LongRunFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def begun_twice(run: LongRun) -> dict[str, object]:
    LongRunFactory(kind=run.kind, key="2026-10")
    return {"key": "2026-10"}


RULES = [
    Rule(
        "medspa_longrun_state_is_known",
        LongRunFactory,
        {"state": "asleep"},
        "Value 'asleep' is not a valid choice.",
        "state",
        behind=("medspa_longrun_has_finished",),
    ),
    Rule(
        "medspa_longrun_kind_and_title_are_given",
        LongRunFactory,
        {"title": ""},
        "This field cannot be blank.",
        "title",
    ),
    Rule(
        "medspa_longrun_arguments_are_an_object",
        LongRunFactory,
        {"arguments": [1]},
        "The arguments are a JSON object.",
        "arguments",
    ),
    Rule(
        "medspa_longrun_counts_fit",
        LongRunFactory,
        {"done": 3, "total": 2},
        "No more can be done than there is.",
    ),
    Rule(
        "medspa_longrun_after_is_a_page_of_ours",
        LongRunFactory,
        {"after": "//example.com/"},
        "The result is shown on a page of this site.",
        "after",
    ),
    Rule(
        "medspa_longrun_has_started",
        LongRunFactory,
        {"state": RunState.RUNNING.value},
        "What is running has started.",
        "state",
    ),
    Rule(
        "medspa_longrun_has_finished",
        LongRunFactory,
        lambda run: {"finished_at": timezone.now() + timedelta(hours=1)},
        "What is over has finished, and only that.",
        "state",
    ),
    Rule(
        "medspa_longrun_failure_is_said",
        LongRunFactory,
        {"failure": "It broke."},
        "A failure is said in words, and only that.",
    ),
    Rule(
        "medspa_longrun_runs_once",
        LongRunFactory,
        begun_twice,
        "This is being done already.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_is_told(rule: Rule) -> None:
    assert refusal_in_words(rule).get(rule.place) == [rule.sentence]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
