"""What the audit log says of backups, restores and drills."""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class BackupDetails(Schema):
    label: str


class RestoreDetails(Schema):
    moment: str
    label: str


BACKED_UP = audit_kind("backup_made", "made backup {label}", BackupDetails)
RESTORED = audit_kind(
    "backup_restored", "restored {moment} from backup {label}", RestoreDetails
)
RESTORED_IN_PLACE = audit_kind(
    "backup_restored_in_place",
    "put the database back to {moment} from backup {label}",
    RestoreDetails,
)
DRILLED = audit_kind("backup_drilled", "ran a drill with backup {label}", BackupDetails)
