"""Every constraint of job runs, by a form and by SQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from medspa.models import JobRun, RunState
from tests.factories import JobRunFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def begun_twice(run: JobRun) -> dict[str, object]:
    JobRunFactory(kind=run.kind, key="2026-10")
    return {"key": "2026-10"}


RULES = [
    Rule(
        "medspa_jobrun_state_is_known",
        JobRunFactory,
        {"state": "asleep"},
        "Choose from the list.",
        "state",
        behind=("medspa_jobrun_has_finished",),
    ),
    Rule(
        "medspa_jobrun_kind_and_title_are_given",
        JobRunFactory,
        {"title": ""},
        "This field is required.",
        "title",
    ),
    Rule(
        "medspa_jobrun_arguments_are_an_object",
        JobRunFactory,
        {"arguments": [1]},
        "The arguments are a JSON object.",
        "arguments",
    ),
    Rule(
        "medspa_jobrun_counts_fit",
        JobRunFactory,
        {"done": 3, "total": 2},
        "The progress can't exceed the total.",
    ),
    Rule(
        "medspa_jobrun_after_is_a_page_of_ours",
        JobRunFactory,
        {"after": "//example.com/"},
        "The result must be a page of this site.",
        "after",
    ),
    Rule(
        "medspa_jobrun_has_started",
        JobRunFactory,
        {"state": RunState.RUNNING.value},
        "A running job needs a start time.",
        "state",
    ),
    Rule(
        "medspa_jobrun_has_finished",
        JobRunFactory,
        lambda run: {"finished_at": timezone.now() + timedelta(hours=1)},
        "Only a finished job has an end time.",
        "state",
    ),
    Rule(
        "medspa_jobrun_failure_is_said",
        JobRunFactory,
        {"failure": "It broke."},
        "Only a failed job has an error message.",
    ),
    Rule(
        "medspa_jobrun_runs_once",
        JobRunFactory,
        begun_twice,
        "This is already running.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_is_told(rule: Rule) -> None:
    assert refusal_in_words(rule).get(rule.place) == [rule.sentence]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_sql_is_refused(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
