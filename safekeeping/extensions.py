"""What safekeeping adds to the apps below it."""

from leads import extension_points
from medspa.extension_points import health_lines
from safekeeping.erasure import kinds  # noqa: F401  (audit events)
from safekeeping.erasure.suppression import suppressed_contacts
from safekeeping.retention.health import retention_line

extension_points.suppressed_contacts.extend(suppressed_contacts)
health_lines.extend(retention_line)
