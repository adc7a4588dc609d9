"""What safekeeping adds to the apps below it."""

from leads import extension_points
from medspa.extension_points import health_lines
from safekeeping.audit_page.panel import read_panel
from safekeeping.backups import events  # noqa: F401  (its kinds)
from safekeeping.backups.health import backup_line, drill_line, log_line
from safekeeping.erasure import kinds  # noqa: F401  (audit events)
from safekeeping.erasure.suppression import suppressed_contacts
from safekeeping.retention.health import retention_line
from safekeeping.seals.health import seal_line

extension_points.suppressed_contacts.extend(suppressed_contacts)
extension_points.panels.extend(read_panel)
for line in (backup_line, log_line, drill_line, seal_line, retention_line):
    health_lines.extend(line)
