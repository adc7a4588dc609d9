"""Email and the site's certificate, as the worker last found them."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

from medspa import clock
from medspa.emails.message import is_email_set_up
from medspa.formats.plurals import counted
from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.health.measuring import CERTIFICATE, MAIL
from medspa.health.models import Measurement

LEAST_DAYS = 14
FAILED_EMAILS = """
    SELECT count(*) FROM procrastinate_jobs job
    WHERE status = 'failed' AND task_name LIKE 'medspa.send!_%%' ESCAPE '!' AND EXISTS (
        SELECT FROM procrastinate_events event
        WHERE event.job_id = job.id AND event.type = 'failed'
            AND event.at > clock_timestamp() - interval '1 day'
    )
"""


def mail_line() -> HealthLine:
    if not is_email_set_up():
        return HealthLine(
            "Email",
            "None is sent: EMAIL_URL is not set. Pages show links instead.",
            Severity.WARNING,
            "Set EMAIL_URL and EMAIL_FROM.",
            HealthGroup.NETWORK,
            alerts=False,
        )
    known = Measurement.objects.filter(name=MAIL).first()
    if known and known.problem:
        return HealthLine(
            "Email",
            f"The mail server can't be used: {known.problem}.",
            Severity.ERROR,
            "Check EMAIL_URL, and whether this computer reaches that server.",
            HealthGroup.NETWORK,
        )
    if failed := failed_emails():
        return HealthLine(
            "Email",
            f"{counted(failed, 'email', 'emails')} could not be sent within the "
            "last 24 hours.",
            Severity.WARNING,
            "See in the worker's log why, and send the links again.",
            HealthGroup.NETWORK,
        )
    # Without a value it was measured before there was a mail server.
    has_answered = known is not None and known.value is not None
    words = "The mail server answers." if has_answered else "Not tried yet."
    return HealthLine("Email", words, group=HealthGroup.NETWORK)


def failed_emails() -> int:
    """Those that were given up within a day."""
    with connection.cursor() as cursor:
        cursor.execute(FAILED_EMAILS, [])
        return int(cursor.fetchone()[0])


def certificate_line(now: datetime | None = None) -> HealthLine:
    known = Measurement.objects.filter(name=CERTIFICATE).first()
    is_https = settings.SITE_URL.startswith("https://")
    if not is_https or known is None:
        words = (
            "Not checked yet." if is_https else "None: the site has no https address."
        )
        return HealthLine("Certificate", words, group=HealthGroup.NETWORK)
    if known.value is None:
        return HealthLine(
            "Certificate",
            f"{settings.SITE_URL}: {known.problem or 'not looked at'}.",
            Severity.ERROR,
            "Open the site in a browser, and look at the proxy and its certificate.",
            HealthGroup.NETWORK,
        )
    days = (datetime.fromtimestamp(known.value, UTC) - (now or clock.now())).days
    words = f"Good for {days} days." if days >= 0 else "It has expired."
    if days >= LEAST_DAYS:
        return HealthLine("Certificate", words, group=HealthGroup.NETWORK)
    return HealthLine(
        "Certificate",
        words,
        Severity.WARNING if days > 1 else Severity.ERROR,
        "Renew it; the proxy's log says why that did not happen by itself.",
        HealthGroup.NETWORK,
    )
