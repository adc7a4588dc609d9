"""Every constraint of counts and alerts, by a form and by SQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from medspa import clock
from medspa.models import Alert, AlertMessage, RequestMinute, RequestTotal
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db


def alert(**changes: Any) -> Alert:
    now = clock.now()
    facts = {"name": "Disk", "severity": 1, "words": "Full.", "to_do": "Delete."}
    times = {"began_at": now, "told_at": now}
    return Alert.objects.create(**{**facts, **times, **changes})


def message() -> AlertMessage:
    return AlertMessage.objects.create(
        alert=alert(),
        kind="began",
        channel="email",
        target="it@example.com",
        created_at=clock.now(),
        due_at=clock.now(),
    )


def total(status: int = 200) -> RequestTotal:
    return RequestTotal.objects.create(view="board", status=status, buckets=[0] * 10)


def another_open(row: models.Model) -> dict[str, Any]:
    alert(name="Queue")
    return {"name": "Queue"}


def another_total(row: models.Model) -> dict[str, Any]:
    total(404)
    return {"status": 404}


RULES = [
    Rule(
        "medspa_alert_severity_is_known",
        alert,
        {"severity": 3},
        "Choose from the list.",
        "severity",
    ),
    Rule(
        "medspa_alert_ends_after_it_began",
        alert,
        lambda row: {"ended_at": clock.now() - timedelta(hours=1)},
        "An alert ends after it began.",
    ),
    Rule(
        "medspa_alert_is_open_once",
        alert,
        another_open,
        "There is an open alert about this.",
    ),
    Rule(
        "medspa_alertmessage_kind_is_known",
        message,
        {"kind": "maybe"},
        "Choose from the list.",
        "kind",
    ),
    Rule(
        "medspa_alertmessage_email_has_an_address",
        message,
        {"target": ""},
        "An email needs an address, a webhook none.",
    ),
    Rule(
        "medspa_alertmessage_is_due_or_over",
        message,
        lambda row: {"sent_at": clock.now()},
        "What was sent is not sent again.",
    ),
    Rule(
        "medspa_requestminute_errors_are_requests",
        lambda: RequestMinute.objects.create(minute=clock.now(), requests=2),
        {"errors": 3},
        "More errors than requests.",
    ),
    Rule(
        "medspa_requesttotal_once_a_view_and_status",
        total,
        another_total,
        "These requests are counted already.",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_says_the_rule_in_words(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule)[rule.place]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_what_gets_past_a_form(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
