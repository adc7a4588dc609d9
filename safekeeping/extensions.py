"""What safekeeping adds to the apps below it."""

from leads.extension_points import panels
from medspa.extension_points import health_lines
from safekeeping.audit_page.panel import read_panel
from safekeeping.seals.health import seal_line

health_lines.extend(seal_line)
panels.extend(read_panel)
