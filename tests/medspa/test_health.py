"""The health page tells what an administrator has to know."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from kpis.restatements.snapshots import snapshot_line, take_snapshots
from medspa.clinic_time import clinic_today
from medspa.health import HealthLine, Severity
from medspa.health.network_lines import failed_emails
from medspa.health.server_lines import clock_line
from medspa.models import User


def test_a_healthy_system_says_so(administrator: User, client: Client) -> None:
    client.force_login(administrator)
    page = client.get("/health/").content.decode()
    for words in (
        "In sync with the database, within",
        "Not running. Jobs waiting: 0.",
        "Start <code>manage.py worker</code>.",
        "Up to date.",
        "They match the database.",
        "1 session is open.",
        "Saved every evening.",
        "No one.",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("seconds", "words", "severity"),
    [
        (0.2, "within 0.2 s", Severity.OK),
        (30, "30 s behind the database's.", Severity.WARNING),
        (-90, "This computer's clock is 90 s ahead of the database's.", Severity.ERROR),
        (3600, "3,600 s behind the database's.", Severity.ERROR),
    ],
)
def test_a_clock_that_is_off_is_told_with_its_difference(
    seconds: float, words: str, severity: Severity
) -> None:
    line = clock_line(timedelta(seconds=seconds))
    assert words in line.words
    assert line.severity is severity


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.ERROR])
def test_a_line_that_is_not_ok_says_what_to_do(severity: Severity) -> None:
    with pytest.raises(ValueError, match="Backup: a line says what to do"):
        HealthLine("Backup", "None yet.", severity)
    with pytest.raises(ValueError, match="unless it is ok"):
        HealthLine("Backup", "An hour ago.", to_do="Take one.")


@pytest.mark.django_db
def test_evenings_that_nobody_kept_are_named_and_the_last_is_to_be_made_up_for() -> (
    None
):
    today = clinic_today()
    take_snapshots(today - timedelta(days=3))
    missed = [today - timedelta(days=days) for days in (2, 1)]
    days = ", ".join(f"{day:%b} {day.day}" for day in missed)
    line = snapshot_line()
    assert f"Not saved on the evening of {days}" in line.words
    assert line.severity is Severity.WARNING
    take_snapshots(missed[1])
    line = snapshot_line()
    assert f"evening of {missed[0]:%b} {missed[0].day}: no worker" in line.words
    assert line.is_ok


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "told"), [(1, 1), (30, 0)])
def test_an_email_that_was_given_up_is_told_for_a_day(hours: int, told: int) -> None:
    """Sending it again doesn't undo that, so it can't stay for longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH job AS (INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, status)"
            " VALUES ('default', 'medspa.send_link', 'failed') RETURNING id)"
            " INSERT INTO procrastinate_events (job_id, type, at)"
            " SELECT id, 'failed', now() - make_interval(hours => %s) FROM job",
            [hours],
        )
    assert failed_emails() == told
