"""Numbers of /metrics behind the lines of the Status page."""

from collections.abc import Callable

from django.conf import settings

from medspa.clock import DATABASE_CLOCK
from medspa.health.application_lines import recent_requests
from medspa.health.measuring import CERTIFICATE
from medspa.health.models import Measurement
from medspa.health.security_lines import key_age
from medspa.health.server_lines import free_space
from medspa.postgres.replica import has_replica, replica_state
from medspa.probes.gauges import Gauge


def error_ratio() -> Gauge:
    requests, errors = recent_requests()
    return Gauge(
        "medspa_request_error_ratio",
        "The share of requests that failed (5xx) in the last ten minutes, 0 to 1.",
        errors / requests if requests else 0,
    )


def disk_free_ratio() -> Gauge:
    percent, _ = free_space(settings.VAR_DIR)
    return Gauge(
        "medspa_disk_free_ratio",
        "What is free on the disk of the app's files, 0 to 1.",
        percent / 100,
    )


def clock_skew() -> Gauge:
    return Gauge(
        "medspa_clock_skew_seconds",
        "How far the database's clock is ahead of this computer's.",
        DATABASE_CLOCK.skew().total_seconds(),
    )


def key_age_gauge() -> Gauge:
    age = key_age()
    return Gauge(
        "medspa_encryption_key_age_seconds",
        "Since the newest encryption key came into use.",
        age.total_seconds() if age else None,
    )


def certificate_end() -> Gauge:
    known = Measurement.objects.filter(name=CERTIFICATE).first()
    return Gauge(
        "medspa_certificate_not_after_timestamp_seconds",
        "Until when the site's certificate is good, in seconds since 1970.",
        known.value if known else None,
    )


def replica_lag() -> Gauge:
    state = replica_state() if has_replica() else None
    return Gauge(
        "medspa_replica_lag_seconds",
        "How far the replica is behind the primary.",
        state.seconds_behind if state else None,
    )


SITE_GAUGES: tuple[Callable[[], Gauge], ...] = (
    error_ratio,
    disk_free_ratio,
    clock_skew,
    key_age_gauge,
    certificate_end,
    replica_lag,
)
