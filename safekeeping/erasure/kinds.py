"""The kinds of audit events of retention and erasure."""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema
from safekeeping.erasure.models import ErasureReason, HoldReason


class WhyErased(Schema):
    reason: ErasureReason


class Rows(Schema):
    rows: int


class HoldDetails(Schema):
    reason: HoldReason


ERASURE_REQUESTED = audit_kind(
    "erasure_requested", "requested an erasure ({reason})", WhyErased
)
ERASURE_APPROVED = audit_kind(
    "erasure_approved", "approved an erasure: {rows:row|rows} changed", Rows
)
ERASURE_DECLINED = audit_kind("erasure_declined", "declined an erasure")
ERASURE_REPLAYED = audit_kind(
    "erasure_replayed",
    "replayed the erasure ledger: {rows:person|people} erased again",
    Rows,
)
PERSON_EXPORTED = audit_kind("person_exported", "exported a person's data")
CONTACT_ALLOWED = audit_kind(
    "contact_allowed", "allowed {rows:contact|contacts} of an erased person again", Rows
)
HOLD_PLACED = audit_kind("hold_placed", "placed a legal hold ({reason})", HoldDetails)
HOLD_LIFTED = audit_kind("hold_lifted", "lifted a legal hold ({reason})", HoldDetails)
RETENTION_RUN = audit_kind(
    "retention_run", "removed {rows:row|rows} by retention", Rows
)
