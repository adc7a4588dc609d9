"""Sending the messages about alerts, not by the queue of jobs: it may be what is stuck.

A message that could not be sent is tried again, after longer and longer waits.
"""

import json
import logging
import time
import urllib.request
from collections.abc import Callable, Collection
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from django.conf import settings
from django.db import transaction

from medspa import clock
from medspa.alerts.models import Alert, AlertMessage, Channel, MessageKind
from medspa.emails.message import compose
from medspa.emails.sending import UNREACHABLE
from medspa.health.lines import Severity
from medspa.health.version import VERSION

log = logging.getLogger(__name__)
FIRST_ALERT_RETRY = timedelta(minutes=1)
LONGEST_ALERT_RETRY = timedelta(hours=1)
# About a day.
MOST_ALERT_ATTEMPTS = 30
# In one look of a worker; the rest goes with the next one. A worker that is told to end
# waits no longer than this and one timeout.
MOST_SECONDS = 15
WEB_TIMEOUT_SECONDS = 10
FAILURES = (*UNREACHABLE, HTTPException, ValueError)

ALERT_SUBJECTS = {
    MessageKind.BEGAN.value: "{level}: {name}",
    MessageKind.REMINDER.value: "Still {level}: {name}",
    MessageKind.OVER.value: "Resolved: {name}",
}


def send_due() -> None:
    """A channel that fails is left out until the next look.

    So a webhook that hangs doesn't hold up the emails.
    """
    begun, failed = time.monotonic(), set[str]()
    while time.monotonic() - begun < MOST_SECONDS and (message := send_next(failed)):
        if message.problem:
            failed.add(message.channel)


@transaction.atomic
def send_next(leave_out: Collection[str] = ()) -> AlertMessage | None:
    """Send the message that has waited longest and that no other worker has.

    None of the channels `leave_out`. Returns the message, sent or with its problem.
    """
    due = AlertMessage.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    due = due.exclude(channel__in=leave_out)
    locked = due.select_for_update(skip_locked=True, of=("self",))
    message = locked.select_related("alert").first()
    if message is None:
        return None
    message.attempts += 1
    try:
        SENDERS[message.channel](message)
    except FAILURES as error:
        postpone(message, error)
    else:
        message.sent_at, message.due_at, message.problem = clock.now(), None, ""
    message.save()
    return message


def postpone(message: AlertMessage, error: Exception) -> None:
    """After twice as long each time; in the end it is given up."""
    message.problem = problem_of(error)
    log.warning(
        "An alert could not be sent by %s: %s", message.channel, message.problem
    )
    wait = min(
        FIRST_ALERT_RETRY * 2 ** min(message.attempts - 1, 10), LONGEST_ALERT_RETRY
    )
    is_over = message.attempts >= MOST_ALERT_ATTEMPTS
    message.due_at = None if is_over else clock.now() + wait


def problem_of(error: Exception) -> str:
    """Without what the other side said, which may quote the address."""
    code = f" {error.code}" if isinstance(error, HTTPError) else ""
    return f"{type(error).__name__}{code}"


def subject_of(message: AlertMessage) -> str:
    level = Severity(message.alert.severity).word
    subject = ALERT_SUBJECTS[message.kind].format(level=level, name=message.alert.name)
    return subject[0].upper() + subject[1:]


def send_email(message: AlertMessage) -> None:
    context = {
        "alert": message.alert,
        "is_over": message.kind == MessageKind.OVER,
        "address": status_page(),
    }
    compose("alert", message.target, subject_of(message), context).send()


def send_webhook(message: AlertMessage) -> None:
    body = json.dumps(webhook_body(message)).encode()
    request = urllib.request.Request(  # noqa: S310 (settings.py takes https only)
        settings.ALERT_WEBHOOK_URL, body, {"Content-Type": "application/json"}
    )
    open_url(request)


def webhook_body(message: AlertMessage) -> dict[str, Any]:
    """`text` is what chat programs show; the rest is for programs."""
    alert: Alert = message.alert
    is_over = message.kind == MessageKind.OVER
    return {
        "text": " ".join(
            [f"{subject_of(message)}.", "It was:", alert.words]
            if is_over
            else [f"{subject_of(message)}.", alert.words, alert.to_do]
        ),
        "event": message.kind,
        "id": message.pk,
        "alert": alert.pk,
        "name": alert.name,
        "severity": "ok" if is_over else Severity(alert.severity).word,
        "words": alert.words,
        "to_do": "" if is_over else alert.to_do,
        "began_at": alert.began_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "site": settings.SITE_URL,
        "version": VERSION,
    }


def ping_deadman() -> None:
    """Tell a service elsewhere that a worker lives; it tells people when that ends."""
    if settings.DEADMAN_PING_URL:
        try:
            open_url(settings.DEADMAN_PING_URL)
        except FAILURES as error:
            log.warning("The dead-man's ping failed: %s", problem_of(error))


def status_page() -> str:
    return f"{settings.SITE_URL.rstrip('/')}/health/" if settings.SITE_URL else ""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead anywhere, also into the server's own network."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def open_url(request: urllib.request.Request | str) -> None:
    """Raises an OSError unless the answer is a success."""
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(request, timeout=WEB_TIMEOUT_SECONDS) as answer:
        answer.read(1)


SENDERS: dict[str, Callable[[AlertMessage], None]] = {
    Channel.EMAIL.value: send_email,
    Channel.WEBHOOK.value: send_webhook,
}
