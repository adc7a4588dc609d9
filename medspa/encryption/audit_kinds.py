"""What the audit log says of keys."""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class RotationDetails(Schema):
    rows: int


KEYS_ROTATED = audit_kind(
    "field_keys_rotated",
    "Encryption key rotated",
    "encrypted {rows:row|rows} with a new key",
    RotationDetails,
)
INDEX_KEY_ROTATED = audit_kind(
    "blind_index_rotated",
    "Search key rotated",
    "indexed {rows:row|rows} with a new key",
    RotationDetails,
)
KEYS_LOST = audit_kind(
    "keys_lost", "Loss of keys accepted", "accepted that former keys are lost"
)
