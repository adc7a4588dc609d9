"""What safekeeping adds to the apps below it."""

from leads import extension_points
from safekeeping.erasure import kinds  # noqa: F401  (audit events)
from safekeeping.erasure.suppression import suppressed_contacts

extension_points.suppressed_contacts.extend(suppressed_contacts)
