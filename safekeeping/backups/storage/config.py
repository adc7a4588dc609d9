"""What an installation says about its backups, read once and handed around."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError
from medspa.refusals import Refused

OWNER, ESCROW = "owner", "escrow"
RECIPIENT_NAMES = (OWNER, ESCROW)
REPLICATES = "with the REPLICATION attribute"
FILES, EXPORT = "files", "export"


class BackupRefused(Refused):
    """A backup, a restore or a drill can't be done; the sentence says why."""

    code = "backup_refused"


@dataclass(frozen=True)
class BackupConfig:
    """`first` and `second` are destinations: a folder, or s3://bucket/prefix.

    `work` is a folder on this computer for what is under way. `recipients` are age
    public keys, the owner's first, then the escrow's. `database_url` names a role with
    the REPLICATION attribute, for exports one that reads every table; it is empty where
    none is named. `identities` are files for drills only. Without `at`, a time of day,
    backups and drills are made by hand only. `method` is FILES or EXPORT.
    """

    first: str
    recipients: tuple[str, ...]
    signing_key: str
    work: Path
    database_url: str
    second: str = ""
    second_endpoint: str = ""
    second_lock_days: int = 0
    keep: str = "7 days, 5 weeks, 12 months"
    at: str = "02:00"
    identities: tuple[str, ...] = ()
    method: str = FILES

    @property
    def is_export(self) -> bool:
        """Whether nights make exports, since nobody may copy the database's files."""
        return self.method == EXPORT

    @property
    def is_scheduled(self) -> bool:
        return bool(self.at)

    @property
    def role_url(self) -> str:
        """`database_url`, for who copies the database; BackupRefused without one."""
        if not self.database_url:
            role = "that reads every table" if self.is_export else REPLICATES
            raise BackupRefused(
                f"Name a database role {role} in BACKUP_DATABASE_URL (see "
                "docs/backups.md)."
            )
        return self.database_url

    @property
    def spool(self) -> Path:
        """Where `pg_receivewal` writes segments until they are archived."""
        return self.work / "wal"

    def identity_file(self, name: str) -> Path | None:
        """The age identity that a drill may use, by the name of its recipient."""
        files = dict(zip(RECIPIENT_NAMES, self.identities, strict=False))
        return Path(files[name]) if files.get(name) else None


def is_configured() -> bool:
    return bool(settings.BACKUP_DIR)


def are_exports() -> bool:
    """Whether the site's backups are exports."""
    return str(settings.BACKUP_METHOD) == EXPORT


def current_config() -> BackupConfig:
    """The configuration in the settings; BackupRefused without one."""
    if not is_configured():
        raise BackupRefused(
            "Backups are not set up: name BACKUP_DIR, BACKUP_RECIPIENTS and "
            "BACKUP_SIGNING_KEY in the environment (see .env.example)."
        )
    return BackupConfig(
        first=settings.BACKUP_DIR,
        recipients=tuple(settings.BACKUP_RECIPIENTS),
        signing_key=settings.BACKUP_SIGNING_KEY,
        work=Path(settings.BACKUP_WORK_DIR),
        database_url=settings.BACKUP_DATABASE_URL or embedded_url(),
        second=settings.BACKUP_SECOND,
        second_endpoint=settings.BACKUP_SECOND_ENDPOINT,
        second_lock_days=settings.BACKUP_SECOND_LOCK_DAYS,
        keep=settings.BACKUP_KEEP,
        at=settings.BACKUP_AT,
        identities=tuple(settings.BACKUP_DRILL_IDENTITIES),
        method=settings.BACKUP_METHOD,
    )


def embedded_url() -> str:
    """The embedded server's superuser, who has the same password as our role.

    Empty without an embedded server.
    """
    if settings.IS_DATABASE_EXTERNAL:
        return ""
    try:
        return EMBEDDED.url().replace("postgres://medspa:", "postgres://postgres:")
    except EmbeddedPostgresError as error:
        raise BackupRefused(str(error)) from error
