"""What safekeeping adds to the apps below it."""

from medspa.extension_points import health_lines
from safekeeping.backups.health import backup_line, drill_line, log_line
from safekeeping.backups.records import events  # noqa: F401  (its kinds)

for line in (backup_line, log_line, drill_line):
    health_lines.extend(line)
