"""Every constraint of the audit log, by a form and by SQL."""

import pytest

from tests.factories import AuditEventFactory, HistoryChangeFactory
from tests.rules import Rule, let_change, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db

RULES = [
    Rule(
        "medspa_auditevent_kind_is_named",
        AuditEventFactory,
        {"kind": "Signed in"},
        "An event has the name of a kind.",
    ),
    Rule(
        "medspa_auditevent_says_who",
        AuditEventFactory,
        {"name": ""},
        "An event says who did it.",
    ),
    Rule(
        "medspa_auditevent_subject_is_whole",
        AuditEventFactory,
        {"subject_type": "leads.lead"},
        "A subject has a type and an id.",
    ),
    Rule(
        "medspa_auditevent_details_is_an_object",
        AuditEventFactory,
        {"details": [1]},
        "Details are a JSON object.",
    ),
    Rule(
        "medspa_historychange_act_is_known",
        HistoryChangeFactory,
        {"act": "forget"},
        "History is removed, overwritten or encrypted.",
        behind=("medspa_historychange_has_its_fingerprints",),
    ),
    Rule(
        "medspa_historychange_has_its_fingerprints",
        HistoryChangeFactory,
        {"fingerprints": []},
        "Each overwritten row has its fingerprint.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_why(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule).get(rule.place, [])


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses(rule: Rule) -> None:
    let_change(rule.make()._meta.model)
    assert refusal_in_sql(rule) == rule.name
