"""Comparing the health lines with the open alerts: what began, goes on, is over.

Several workers may look at once: one at a time decides, and what it decided is
committed before the next one may, so nothing is told twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from medspa import clock
from medspa.accounts.models import User
from medspa.alerts.models import Alert, AlertMessage, Channel, MessageKind
from medspa.emails.message import is_email_set_up
from medspa.health.lines import HealthLine
from medspa.health.reading import read_health

REMINDED_EVERY = timedelta(days=1)
KEPT_FOR = timedelta(days=365)
# Whoever has it decides; it ends with the transaction.
DECIDE = "SELECT pg_try_advisory_xact_lock('medspa_alert'::regclass::oid::bigint)"

Target = tuple[Channel, str]


def watch() -> None:
    """Look at everything, and queue messages about what changed."""
    decide([line for line in read_health() if line.alerts])


@transaction.atomic
def decide(lines: Iterable[HealthLine], now: datetime | None = None) -> None:
    """`lines` that are missing were not looked at: their alerts stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(DECIDE)
        if not cursor.fetchone()[0]:
            return  # another worker does it
    now = now or clock.now()
    open_alerts = {alert.name: alert for alert in Alert.objects.filter(ended_at=None)}
    for line in lines:
        alert = open_alerts.get(line.name)
        if alert is None and not line.is_ok:
            begin(line, now)
        elif alert and line.is_ok:
            end(alert, now)
        elif alert:
            go_on(alert, line, now)


def begin(line: HealthLine, now: datetime) -> None:
    alert = Alert.objects.create(
        name=line.name,
        severity=line.severity.value,
        words=line.words[:500],
        to_do=line.to_do[:500],
        began_at=now,
        told_at=now,
    )
    queue(alert, MessageKind.BEGAN, now)


def go_on(alert: Alert, line: HealthLine, now: datetime) -> None:
    """Remind once a day; at once when it has become worse."""
    is_worse = line.severity > alert.severity
    alert.severity = line.severity.value
    alert.words, alert.to_do = line.words[:500], line.to_do[:500]
    if is_worse or now - alert.told_at >= REMINDED_EVERY:
        alert.told_at = now
        queue(alert, MessageKind.REMINDER, now)
    alert.save()


def end(alert: Alert, now: datetime) -> None:
    alert.ended_at = now
    alert.save()
    queue(alert, MessageKind.OVER, now)


def queue(alert: Alert, kind: MessageKind, now: datetime) -> None:
    AlertMessage.objects.bulk_create(
        AlertMessage(
            alert=alert,
            kind=kind,
            channel=channel,
            target=target,
            created_at=now,
            due_at=now,
        )
        for channel, target in targets()
    )


def targets() -> list[Target]:
    """Who is told: by webhook, and by email those of ALERT_EMAILS, else all
    administrators who have an email."""
    found: list[Target] = []
    if settings.ALERT_WEBHOOK_URL:
        found.append((Channel.WEBHOOK, ""))
    if is_email_set_up():
        found += [(Channel.EMAIL, email) for email in settings.ALERT_EMAILS or admins()]
    return found


def admins() -> list[str]:
    emails = (
        User.objects.administrators()
        .exclude(email="")
        .order_by("email")
        .values_list("email", flat=True)
    )
    return list(emails.distinct())


def forget_old_alerts(now: datetime) -> None:
    Alert.objects.filter(ended_at__lt=now - KEPT_FOR).delete()
