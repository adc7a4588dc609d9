"""What safekeeping adds to the apps below it."""

from medspa.extension_points import health_lines
from safekeeping.seals.health import seal_line

health_lines.extend(seal_line)
