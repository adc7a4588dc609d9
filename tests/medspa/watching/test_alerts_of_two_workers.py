"""Two workers watch at once, and nothing is told twice."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from pytest_django import Settings

from medspa.alerts.models import Alert, AlertMessage
from medspa.alerts.sending import send_due, send_next
from medspa.alerts.watching import DECIDE, decide
from medspa.health.lines import HealthLine, Severity
from medspa.jobs.worker import do_minute_duties
from tests.locks import elsewhere, proves

pytestmark = pytest.mark.usefixtures("committed")
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LINE = HealthLine("Disk", "5 % is free.", Severity.ERROR, "Delete some.")


@pytest.fixture(autouse=True)
def told(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example.com"
    settings.ALERT_EMAILS = ["it@example.com"]


@proves("medspa.alerts.watching.DECIDE advisory lock")
def test_while_one_worker_decides_another_one_does_not() -> None:
    with elsewhere() as other:
        other.execute(DECIDE)
        decide([LINE], NOW)
        assert not Alert.objects.exists()
    decide([LINE], NOW)
    assert AlertMessage.objects.count() == 1


@proves(
    "medspa.alerts.sending.send_next row lock", "medspa.alerts.sending.send_next atomic"
)
def test_a_message_that_another_worker_sends_is_left_to_it() -> None:
    decide([LINE], NOW)
    with elsewhere() as other:
        other.execute("SELECT FROM medspa_alertmessage FOR UPDATE")
        assert not send_next()
        assert mail.outbox == []
    send_due()
    send_due()
    assert len(mail.outbox) == 1


def test_what_a_worker_does_every_minute_goes_through_from_end_to_end() -> None:
    do_minute_duties()
    subjects = [message.subject for message in mail.outbox]
    assert "Error: Worker (MedSpa Growth Hub)" in subjects
    do_minute_duties()
    assert len(mail.outbox) == len(subjects)
