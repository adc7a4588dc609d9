"""What the audit log says of backups, restores and drills."""

from medspa.audit.events import audit_kind
from medspa.json_columns import Schema


class BackupDetails(Schema):
    label: str


class RestoreDetails(Schema):
    moment: str
    label: str


BACKED_UP = audit_kind(
    "backup_made", "Backup made", "made backup {label}", BackupDetails
)
RESTORED = audit_kind(
    "backup_restored",
    "Backup restored beside the database",
    "restored {moment} from backup {label}",
    RestoreDetails,
)
RESTORED_IN_PLACE = audit_kind(
    "backup_restored_in_place",
    "Database restored from a backup",
    "put the database back to {moment} from backup {label}",
    RestoreDetails,
)
DRILLED = audit_kind(
    "backup_drilled", "Restore drill", "ran a drill with backup {label}", BackupDetails
)
