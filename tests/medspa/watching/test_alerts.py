"""What is wrong is told when it begins, once a day, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from medspa.alerts.lines import alerts_line
from medspa.alerts.models import Alert, AlertMessage, Channel, MessageKind
from medspa.alerts.sending import send_due
from medspa.alerts.watching import decide, forget_old_alerts, targets, watch
from medspa.health.lines import HealthLine, Severity
from medspa.models import User
from tests.locks import proves, refused

BEGAN, REMINDER, OVER = MessageKind
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def line(severity: Severity, name: str = "Disk") -> HealthLine:
    if not severity:
        return HealthLine(name, "60 % is free.")
    return HealthLine(name, f"{10 // severity} % is free.", severity, "Delete some.")


OK, WARNING, ERROR = map(line, Severity)


@pytest.fixture(autouse=True)
def told(db: None, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example.com"
    settings.ALERT_EMAILS = ["it@example.com"]
    settings.SITE_URL = "https://crm.example.com"


def queued() -> list[str]:
    return [message.kind for message in AlertMessage.objects.order_by("created_at")]


def test_an_alert_is_told_when_it_begins_once_a_day_and_when_it_is_over() -> None:
    decide([OK], NOW)
    assert queued() == []
    for hours in range(50):
        decide([WARNING, line(Severity.OK, "Clock")], NOW + hours * HOUR)
    assert queued() == [BEGAN, REMINDER, REMINDER]
    decide([OK], NOW + 50 * HOUR)
    decide([OK], NOW + 51 * HOUR)
    assert queued() == [BEGAN, REMINDER, REMINDER, OVER]
    alert = Alert.objects.get()
    assert (alert.began_at, alert.ended_at) == (NOW, NOW + 50 * HOUR)


def test_what_gets_worse_is_told_at_once_and_what_comes_again_is_new() -> None:
    decide([WARNING], NOW)
    decide([ERROR], NOW + HOUR)
    decide([WARNING], NOW + 2 * HOUR)
    assert queued() == [BEGAN, REMINDER]
    decide([OK], NOW + 3 * HOUR)
    decide([ERROR], NOW + 4 * HOUR)
    assert queued() == [BEGAN, REMINDER, OVER, BEGAN]
    assert Alert.objects.count() == 2


def test_what_was_not_looked_at_is_not_over() -> None:
    decide([WARNING], NOW)
    decide([], NOW + HOUR)
    assert queued() == [BEGAN]
    assert Alert.objects.get().ended_at is None


def test_all_lines_are_watched_but_those_of_the_installation() -> None:
    watch()
    names = set(Alert.objects.values_list("name", flat=True))
    assert "Worker" in names
    assert not {"Settings", "Alerts", "Disk encryption"} & names


@proves("medspa.alerts.watching.decide atomic")
def test_an_alert_without_its_messages_does_not_begin() -> None:
    with refused("medspa_alertmessage"):
        decide([WARNING], NOW)
    assert not Alert.objects.exists()


def test_the_email_says_what_it_is_what_to_do_and_where() -> None:
    decide([ERROR], NOW)
    decide([OK], NOW + HOUR)
    send_due()
    began, over = mail.outbox
    assert (began.to, began.subject) == (
        ["it@example.com"],
        "Error: Disk (MedSpa Growth Hub)",
    )
    html = began.alternatives[0].content  # type: ignore[attr-defined]
    for text in (began.body, html):
        assert "5 % is free." in text
        assert "Delete some." in text
        assert "https://crm.example.com/health/" in text
    assert over.subject == "Resolved: Disk (MedSpa Growth Hub)"
    assert "This is resolved: 5 % is free." in over.body
    assert "Delete some." not in over.body


def test_without_a_list_all_administrators_are_told(
    settings: Settings, administrator: User, manager: User
) -> None:
    settings.ALERT_EMAILS = []
    User.objects.filter(pk=administrator.pk).update(email="ada@example.com")
    User.objects.filter(pk=manager.pk).update(email="max@example.com")
    assert targets() == [(Channel.EMAIL, "ada@example.com")]
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    assert targets() == []


def test_the_status_says_who_is_told(settings: Settings) -> None:
    assert alerts_line().severity is Severity.WARNING
    settings.DEADMAN_PING_URL = "https://ping.example.com/1"
    assert alerts_line().words == (
        "Told by email to 1 person, a dead worker by the dead-man's ping."
    )
    assert alerts_line().is_ok
    settings.EMAIL_URL = ""
    assert "EMAIL_URL or ALERT_WEBHOOK_URL" in alerts_line().to_do


def test_alerts_of_last_year_are_forgotten_with_their_messages() -> None:
    decide([WARNING], NOW)
    decide([OK], NOW + HOUR)
    decide([line(Severity.ERROR, "Queue")], NOW)
    forget_old_alerts(NOW + timedelta(days=400))
    assert [alert.name for alert in Alert.objects.all()] == ["Queue"]
    assert AlertMessage.objects.count() == 1
