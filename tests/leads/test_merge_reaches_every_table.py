"""No table that hangs on a lead is forgotten when two leads become one."""

from connections.models import FieldDifference, KnownThere, OutgoingChange
from leads.extension_points import lead_tables
from leads.models import (
    Lead,
    LeadArrival,
    LeadMerge,
    LeadStage,
    LeadSummary,
    LeadTag,
    Opportunity,
    QueueClaim,
    Task,
)
from safekeeping.models import ErasureRequest, LegalHold

MOVED = {*lead_tables, LeadStage, LeadTag, Task, Opportunity}
# The merge tells of itself; who works a lead is over in minutes; triggers write the
# summaries of both. Holds and requests to erase reach all leads that became one, and
# so does the page that shows how they came. What a contact of GoHighLevel has belongs
# to that contact.
LEFT = {
    LeadArrival,
    LeadMerge,
    LeadSummary,
    QueueClaim,
    LegalHold,
    ErasureRequest,
    FieldDifference,
    KnownThere,
    OutgoingChange,
}


def test_every_table_with_a_lead_is_moved_or_left_on_purpose() -> None:
    hanging = {
        field.related_model
        for field in Lead._meta.get_fields(include_hidden=True)
        if field.auto_created
        and not field.concrete
        and not hasattr(field.related_model, "instance_type")  # a history table
    }
    assert hanging == MOVED | LEFT
