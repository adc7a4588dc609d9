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
    "erasure_requested",
    "Erasure requested",
    "requested an erasure ({reason})",
    WhyErased,
)
ERASURE_APPROVED = audit_kind(
    "erasure_approved",
    "Erasure approved",
    "approved an erasure: {rows:row|rows} changed",
    Rows,
)
ERASURE_DECLINED = audit_kind(
    "erasure_declined", "Erasure declined", "declined an erasure"
)
ERASURE_REPLAYED = audit_kind(
    "erasure_replayed",
    "Erasures repeated after a restore",
    "replayed the erasure ledger: {rows:person|people} erased again",
    Rows,
)
PERSON_EXPORTED = audit_kind(
    "person_exported", "Person's data exported", "exported a person's data"
)
CONTACT_ALLOWED = audit_kind(
    "contact_allowed",
    "Erased contact allowed again",
    "allowed {rows:contact|contacts} of an erased person again",
    Rows,
)
HOLD_PLACED = audit_kind(
    "hold_placed", "Legal hold placed", "placed a legal hold ({reason})", HoldDetails
)
HOLD_LIFTED = audit_kind(
    "hold_lifted", "Legal hold lifted", "lifted a legal hold ({reason})", HoldDetails
)
RETENTION_RUN = audit_kind(
    "retention_run",
    "Retention: records removed",
    "removed {rows:row|rows} by retention",
    Rows,
)
