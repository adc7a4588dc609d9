"""What a worker does for alerts every minute."""

from medspa.alerts.sending import ping_deadman, send_due
from medspa.alerts.watching import watch
from medspa.extension_points import minute_duties
from medspa.health.measuring import measure_due


@minute_duties.extend
def watch_and_tell() -> None:
    """The ping comes last: a worker that fails before it is as good as dead."""
    measure_due()
    watch()
    send_due()
    ping_deadman()
