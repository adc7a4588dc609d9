"""What takes a connection to somewhere else: the mail server, the site's certificate.

The worker measures now and then and keeps the result; pages read that.
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from medspa import clock
from medspa.emails.message import is_email_set_up
from medspa.emails.sending import UNREACHABLE
from medspa.health.cluster_lines import CLUSTER, cluster_problem
from medspa.health.models import Measurement

MAIL, CERTIFICATE = "mail", "certificate"
MEASURING_TIMEOUT_SECONDS = 5


@dataclass(frozen=True)
class Result:
    value: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class Measure:
    name: str
    every: timedelta
    take: Callable[[], Result]


def measure_mail() -> Result:
    """Sign in at the mail server as for an email; the value is when it answered."""
    if not is_email_set_up():
        return Result()
    server = get_connection()
    try:
        server.open()
    except UNREACHABLE as error:
        return Result(problem=type(error).__name__)
    finally:
        server.close()
    return Result(clock.now().timestamp())


def measure_certificate(
    url: str | None = None, trust: ssl.SSLContext | None = None
) -> Result:
    """Until when the certificate of SITE_URL is good, in seconds since 1970."""
    address = urlsplit(settings.SITE_URL if url is None else url)
    if address.scheme != "https" or not address.hostname:
        return Result()
    place = address.hostname, address.port or 443
    context = trust or ssl.create_default_context()
    try:
        with (
            socket.create_connection(place, MEASURING_TIMEOUT_SECONDS) as link,
            context.wrap_socket(link, server_hostname=address.hostname) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Result(problem=f"it is not accepted: {error.verify_message}")
    except OSError as error:
        return Result(problem=f"the site does not answer: {type(error).__name__}")
    return Result(float(ssl.cert_time_to_seconds(str(certificate["notAfter"]))))


def measure_cluster() -> Result:
    return Result(problem=cluster_problem() if settings.PATRONI_URLS else "")


MEASUREMENTS = (
    Measure(CLUSTER, timedelta(minutes=1), measure_cluster),
    Measure(MAIL, timedelta(minutes=10), measure_mail),
    Measure(CERTIFICATE, timedelta(hours=1), measure_certificate),
)


def measure_all() -> None:
    """Now, whenever the last time was."""
    for measure in MEASUREMENTS:
        keep(measure.name, measure.take())


def measure_due() -> None:
    """What was not measured for a while, by any worker."""
    known = dict(Measurement.objects.values_list("name", "measured_at"))
    for measure in MEASUREMENTS:
        last = known.get(measure.name, datetime.min.replace(tzinfo=UTC))
        if clock.now() - last >= measure.every:
            keep(measure.name, measure.take())


def keep(name: str, result: Result) -> None:
    Measurement.objects.update_or_create(
        name=name,
        defaults={
            "value": result.value,
            "problem": result.problem[:300],
            "measured_at": clock.now(),
        },
    )
