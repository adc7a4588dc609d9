"""What the API adds to the apps below it."""

from api.idempotency.answering import forget_old_answers
from api.keys import audit_kinds  # noqa: F401  (kinds of events)
from medspa.extension_points import minute_duties

minute_duties.extend(forget_old_answers)
