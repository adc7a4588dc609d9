"""What connections add to leads and to the system's health."""

from connections import audit_kinds  # noqa: F401  (its kinds)
from connections.forgetting import forget_person
from connections.health import connections_line
from connections.models import ExternalId, ItemOutcome
from leads.extension_points import erasers, lead_tables
from medspa.extension_points import health_lines

lead_tables.extend(ExternalId)
lead_tables.extend(ItemOutcome)
erasers.extend(forget_person)
health_lines.extend(connections_line)
