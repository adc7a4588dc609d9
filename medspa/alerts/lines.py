"""Whether anybody would be told: a line of the Status page like the others."""

from django.conf import settings

from medspa.alerts.models import AlertMessage, Channel
from medspa.alerts.watching import targets
from medspa.extension_points import health_lines
from medspa.health.lines import HealthGroup, HealthLine, Severity


@health_lines.extend
def alerts_line() -> HealthLine:
    told = targets()
    emails = sum(channel is Channel.EMAIL for channel, _ in told)
    ways = [
        f"by email to {emails} {'person' if emails == 1 else 'people'}" * bool(emails),
        "by webhook" * (emails < len(told)),
        "a dead worker by the dead-man's ping" * bool(settings.DEADMAN_PING_URL),
    ]
    ways = [way for way in ways if way]
    missing = [
        "Set EMAIL_URL or ALERT_WEBHOOK_URL." * (not told),
        "Set DEADMAN_PING_URL: a worker that is dead sends no alerts."
        * (not settings.DEADMAN_PING_URL),
    ]
    missing = [sentence for sentence in missing if sentence]
    if told and unsent():
        missing.append("See in the worker's log why messages could not be sent.")
    words = f"Told {', '.join(ways)}." if ways else "No one gets alerts."
    return HealthLine(
        "Alerts",
        words,
        Severity.WARNING if missing else Severity.OK,
        " ".join(missing),
        HealthGroup.NETWORK,
        alerts=False,
    )


def unsent() -> bool:
    return AlertMessage.objects.filter(sent_at=None).exclude(problem="").exists()
