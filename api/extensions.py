"""What the API adds to the apps below it."""

from api.exports.exporting import begin_export, forget_files_of, forget_old_exports
from api.idempotency.answering import forget_old_answers
from api.keys import audit_kinds  # noqa: F401  (kinds of events)
from api.web import middleware  # noqa: F401  (how operations are answered)
from api.webhooks import audit_kinds as of_webhooks  # noqa: F401
from api.webhooks.delivering import keep_delivering
from api.webhooks.telling import webhooks_line
from leads.extension_points import erasers, long_exports
from medspa.extension_points import health_lines, minute_duties, worker_loops

erasers.extend(forget_files_of)
long_exports.extend(begin_export)
minute_duties.extend(forget_old_answers)
minute_duties.extend(forget_old_exports)
worker_loops.extend(keep_delivering)
health_lines.extend(webhooks_line)
