"""What connections add to events, to leads and to the system's health."""

from connections import audit_kinds  # noqa: F401  (its kinds)
from connections.arrivals import keep_working_off, work_off_all_arrivals
from connections.models import ExternalId, ItemOutcome
from connections.page.timeline import TOLD_TWICE_SOURCE
from connections.taking_in.doubles import keep_ids, reporters_of
from connections.taking_in.ledger import note_import
from connections.views import receiving  # noqa: F401  (how deliveries are answered)
from connections.watching.forgetting import forget_person
from connections.watching.health import connections_line
from kpis.extension_points import payment_corrections, reporters
from leads.extension_points import (
    erasers,
    intake_ledgers,
    lead_tables,
    timeline_sources,
)
from medspa.extension_points import health_lines, waiting_work, worker_loops

lead_tables.extend(ExternalId)
lead_tables.extend(ItemOutcome)
erasers.extend(forget_person)
intake_ledgers.extend(note_import)
payment_corrections.extend(keep_ids)
reporters.extend(reporters_of)
timeline_sources.extend(TOLD_TWICE_SOURCE)
health_lines.extend(connections_line)
worker_loops.extend(keep_working_off)
waiting_work.extend(work_off_all_arrivals)
