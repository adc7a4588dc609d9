"""What this app adds to its own extension points."""

from medspa.alerts.duties import watch_and_tell
from medspa.alerts.lines import alerts_line
from medspa.extension_points import health_lines, minute_duties

health_lines.extend(alerts_line)
minute_duties.extend(watch_and_tell)
