"""What safekeeping adds to the apps below it."""

from medspa.extension_points import health_lines
from safekeeping.seals.health import seal_line

health_lines.extend(seal_line)
from safekeeping.backups import events  # noqa: F401  (its kinds)
from safekeeping.backups.health import backup_line, drill_line, log_line

for line in (backup_line, log_line, drill_line):
    health_lines.extend(line)
