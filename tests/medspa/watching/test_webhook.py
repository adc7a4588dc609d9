"""Alerts by webhook, and the ping of which the end tells that a worker is dead."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from medspa import clock
from medspa.alerts.models import AlertMessage
from medspa.alerts.sending import (
    LONGEST_ALERT_RETRY,
    MOST_ALERT_ATTEMPTS,
    ping_deadman,
    send_due,
)
from medspa.alerts.watching import decide
from medspa.health.lines import HealthLine, Severity
from medspa.health.version import VERSION
from tests.medspa.watching.web_server import WebServer, web_server

pytestmark = pytest.mark.django_db
LINE = HealthLine("Queue", "It waits.", Severity.ERROR, "Look at it.")
SECRET = "aSecretPartOfTheAddress"


@pytest.fixture
def hook(settings: Settings) -> Iterator[WebServer]:
    with web_server() as server:
        settings.ALERT_WEBHOOK_URL = f"http://127.0.0.1:{server.port}/{SECRET}"
        yield server


def test_the_webhook_gets_the_alert_as_json(hook: WebServer) -> None:
    decide([LINE])
    decide([HealthLine("Queue", "Empty.")])
    send_due()
    (path, began), (_, over) = hook.received
    assert path == f"/{SECRET}"
    assert began["text"] == "Error: Queue. It waits. Look at it."
    assert (began["event"], began["severity"], began["version"]) == (
        "began",
        "error",
        VERSION,
    )
    assert began["id"] != over["id"]
    assert began["alert"] == over["alert"]
    assert (over["event"], over["severity"], over["to_do"]) == ("over", "ok", "")
    assert over["text"] == "Resolved: Queue. It was: It waits."


@pytest.mark.parametrize("status", [302, 307, 404, 500])
def test_a_refusal_and_a_redirect_are_no_success_and_tried_again(
    status: int, hook: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    hook.status = status
    decide([LINE])
    caplog.set_level(logging.DEBUG)
    send_due()
    send_due()
    assert [path for path, _ in hook.received] == [f"/{SECRET}"]
    message = AlertMessage.objects.get()
    assert (message.attempts, message.problem) == (1, f"HTTPError {status}")
    assert SECRET not in caplog.text
    AlertMessage.objects.update(due_at=clock.now())
    hook.status = 204
    send_due()
    message.refresh_from_db()
    assert (message.attempts, message.problem, message.due_at) == (2, "", None)
    assert message.sent_at


def test_a_webhook_that_fails_does_not_hold_up_the_emails(
    hook: WebServer, settings: Settings
) -> None:
    settings.EMAIL_URL, settings.ALERT_EMAILS = "smtp://x", ["it@example.com"]
    hook.status = 500
    lines = [
        HealthLine(name, "It waits.", Severity.ERROR, "Look at it.")
        for name in ("Queue", "Disk", "Worker")
    ]
    decide(lines)
    send_due()
    assert len(mail.outbox) == len(lines)
    assert len(hook.received) == 1, "the next ones wait for the next look"


def test_waits_grow_and_in_the_end_it_is_given_up(settings: Settings) -> None:
    settings.ALERT_WEBHOOK_URL = "http://127.0.0.1:9/nobody"
    decide([LINE])
    waits = []
    for _ in range(MOST_ALERT_ATTEMPTS):
        AlertMessage.objects.update(due_at=clock.now())
        send_due()
        due = AlertMessage.objects.get().due_at
        waits.append(due and round((due - clock.now()).total_seconds() / 60))
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-2] == LONGEST_ALERT_RETRY / timedelta(minutes=1)
    assert waits[-1] is None
    assert AlertMessage.objects.get().sent_at is None


def test_the_ping_is_sent_and_its_failure_is_only_logged(
    settings: Settings, hook: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEADMAN_PING_URL = f"http://127.0.0.1:{hook.port}/ping/{SECRET}"
    ping_deadman()
    assert hook.received == [(f"/ping/{SECRET}", None)]
    hook.status = 500
    ping_deadman()
    assert "The dead-man's ping failed: HTTPError 500" in caplog.text
    assert SECRET not in caplog.text
