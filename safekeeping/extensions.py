"""What safekeeping adds to the apps below it."""

from leads import extension_points
from medspa.extension_points import health_lines, metric_gauges
from safekeeping.audit_page.panel import read_panel
from safekeeping.backups.gauges import backup_age, drill_age, log_lag
from safekeeping.backups.health import backup_line, drill_line, log_line
from safekeeping.backups.records import events  # noqa: F401  (its kinds)
from safekeeping.database_roles.health import role_line
from safekeeping.erasure import kinds  # noqa: F401  (audit events)
from safekeeping.erasure.outside import replay_after_restore
from safekeeping.erasure.suppression import suppressed_contacts
from safekeeping.extension_points import after_restore, restored_checks
from safekeeping.retention.health import retention_line
from safekeeping.seals.health import seal_lag, seal_line
from safekeeping.seals.outside import restored_seals

extension_points.suppressed_contacts.extend(suppressed_contacts)
for line in (
    backup_line,
    log_line,
    drill_line,
    seal_line,
    role_line,
    retention_line,
):
    health_lines.extend(line)
for gauge in (backup_age, drill_age, log_lag, seal_lag):
    metric_gauges.extend(gauge)
after_restore.extend(replay_after_restore)
extension_points.panels.extend(read_panel)
restored_checks.extend(restored_seals)
