"""Whether new lines of the audit trail are sealed in time."""

from datetime import datetime, timedelta

from medspa import clock
from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.models import AuditEvent
from medspa.probes.gauges import Gauge
from medspa.templatetags.clinic import moment
from safekeeping.seals.models import Seal

# The job comes every three minutes; long transactions hold it back.
LATE_AFTER = timedelta(minutes=20)


def oldest_unsealed() -> datetime | None:
    """When the first line was written that no seal covers yet."""
    last = Seal.objects.first()
    unsealed = AuditEvent.objects.order_by("occurred_at")
    if last:
        unsealed = unsealed.filter(occurred_at__gt=last.made_at)
    oldest: datetime | None = unsealed.values_list("occurred_at", flat=True).first()
    return oldest


def seal_lag() -> Gauge:
    oldest = oldest_unsealed()
    waited = (clock.now() - oldest).total_seconds() if oldest else 0
    return Gauge(
        "medspa_seal_lag_seconds",
        "How long the oldest line of the audit trail has waited for its seal.",
        max(waited, 0),
    )


def seal_line() -> HealthLine:
    oldest = oldest_unsealed()
    if oldest and oldest < clock.now() - LATE_AFTER:
        return HealthLine(
            "Audit trail",
            f"Nothing has been sealed since {moment(oldest)}.",
            Severity.WARNING,
            "Start the worker; if it runs, look for a transaction that doesn't end.",
            HealthGroup.SECURITY,
        )
    last = Seal.objects.first()
    words = f"Sealed at {moment(last.made_at)}." if last else "Nothing to seal."
    return HealthLine("Audit trail", words, group=HealthGroup.SECURITY)
