"""Whether new lines of the audit trail are sealed in time."""

from datetime import timedelta

from medspa import clock
from medspa.health.lines import HealthGroup, HealthLine, Severity
from medspa.models import AuditEvent
from medspa.templatetags.clinic import moment
from safekeeping.seals.models import Seal

# The job comes every three minutes; long transactions hold it back.
LATE_AFTER = timedelta(minutes=20)


def seal_line() -> HealthLine:
    last = Seal.objects.first()
    unsealed = AuditEvent.objects.order_by("occurred_at")
    if last:
        unsealed = unsealed.filter(occurred_at__gt=last.made_at)
    oldest = unsealed.values_list("occurred_at", flat=True).first()
    if oldest and oldest < clock.now() - LATE_AFTER:
        return HealthLine(
            "Audit trail",
            f"Nothing has been sealed since {moment(oldest)}.",
            Severity.WARNING,
            "Start the worker; if it runs, look for a transaction that doesn't end.",
            HealthGroup.SECURITY,
        )
    words = f"Sealed at {moment(last.made_at)}." if last else "Nothing to seal."
    return HealthLine("Audit trail", words, group=HealthGroup.SECURITY)
