"""Backups as the site makes them: with a row that people see, pruning, and the log."""

import logging
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder

from medspa import clock
from medspa.audit.events import record_event
from medspa.clinic_time import clinic_zone
from safekeeping.backups.making.base_backup import About, AlreadyRunning, make_backup
from safekeeping.backups.making.export import make_export
from safekeeping.backups.making.programs import Heartbeat, nothing
from safekeeping.backups.making.receiving import catch_up
from safekeeping.backups.records.events import BACKED_UP, BackupDetails
from safekeeping.backups.schedule import is_backup_due, is_full_due
from safekeeping.backups.storage.config import (
    EXPORT,
    BackupConfig,
    BackupRefused,
)
from safekeeping.backups.storage.destinations import DestinationFailed, every
from safekeeping.backups.storage.keeping import prune
from safekeeping.backups.storage.manifest import Manifest
from safekeeping.models import Backup, BackupKind, BackupState, LogArchive

log = logging.getLogger(__name__)


def back_up(
    config: BackupConfig, *, is_full: bool = False, heartbeat: Heartbeat = nothing
) -> Backup:
    """Make a backup by the site's method; the row of the backup.

    What an interrupted one left is marked as failed. Raises BackupRefused.
    """
    kind = BackupKind.FULL if is_full else BackupKind.INCREMENTAL
    row = Backup(
        kind=BackupKind.LOGICAL if config.is_export else kind, started_at=clock.now()
    )
    row.save()
    try:
        made = _made(config, is_full, heartbeat)
    except AlreadyRunning:
        row.delete()
        raise
    except BaseException as error:
        _failed(row, error)
        raise
    _abandoned(row)
    _done(row, made)
    _prune(config)
    return row


def export(config: BackupConfig, *, heartbeat: Heartbeat = nothing) -> Backup:
    """Make an export, whatever the site's method is. Raises BackupRefused."""
    return back_up(replace(config, method=EXPORT), heartbeat=heartbeat)


def _made(config: BackupConfig, is_full: bool, heartbeat: Heartbeat) -> Manifest:
    """The backup, with the log up to now if it is one of files."""
    if config.is_export:
        return make_export(config, about(), heartbeat=heartbeat)
    made = make_backup(config, about(), is_full=is_full, heartbeat=heartbeat)
    archive_now(config)
    return made


def archive_now(config: BackupConfig) -> None:
    """Archive the log unless `archive_wal` does; then it is archived within seconds."""
    if caught := catch_up(config):
        note_archived(*caught)


def note_archived(moment: datetime | None, position: str, problem: str = "") -> None:
    """Write down how far the log is archived, or why it isn't."""
    values: dict[str, Any] = {"looked_at": clock.now(), "problem": problem[:300]}
    if moment:
        values |= {"archived_at": moment, "position": position}
    LogArchive.objects.update_or_create(pk=1, defaults=values)


def note_copied(problem: str = "") -> None:
    """Write down that the second destination has everything, or why it hasn't."""
    values: dict[str, Any] = {"copy_problem": problem[:300]}
    if not problem:
        values["copied_at"] = clock.now()
        lacking = Backup.objects.done().filter(copied_at=None)
        lacking.update(copied_at=values["copied_at"])
    LogArchive.objects.update_or_create(pk=1, defaults=values)


def about() -> About:
    try:
        app_version = version("medspa-growth-hub")
    except PackageNotFoundError:
        app_version = ""
    # A squash is written down when what it replaces is there, whatever came after that.
    applied = MigrationRecorder.Migration.objects.exclude(name__contains="_squashed_")
    migrations = dict(applied.order_by("id").values_list("app", "name"))
    return About(app_version, migrations)


def is_due(config: BackupConfig, now: datetime) -> bool:
    rows = Backup.objects.of_method(is_export=config.is_export)
    tried = rows.order_by("-started_at").first()
    done = rows.done().order_by("-started_at").first()
    return is_backup_due(
        now,
        config.at,
        clinic_zone(),
        done.started_at if done else None,
        tried.started_at if tried else None,
    )


def should_be_full(now: datetime) -> bool:
    full = Backup.objects.done().filter(kind=BackupKind.FULL)
    last = full.order_by("-started_at").first()
    return is_full_due(now, last.started_at if last else None)


@transaction.atomic
def _done(row: Backup, made: Manifest) -> None:
    row.label, row.kind, row.parent = made.label, made.kind, made.parent
    row.size, row.database_bytes = made.size, made.database_bytes
    row.finished_at, row.state = made.finished_at, BackupState.DONE
    row.save()
    record_event(BACKED_UP, subject=row, details=BackupDetails(label=made.label))


def _failed(row: Backup, error: BaseException) -> None:
    problem = (
        error.sentence if isinstance(error, BackupRefused) else "It was interrupted."
    )
    row.state, row.problem = BackupState.FAILED, problem[:300]
    row.save()


def _abandoned(row: Backup) -> None:
    """Only one is made at a time, so another one that runs was killed."""
    Backup.objects.filter(state=BackupState.RUNNING).exclude(pk=row.pk).update(
        state=BackupState.FAILED, problem="It was interrupted."
    )


def _prune(config: BackupConfig) -> None:
    """A destination that is away is pruned after the next backup."""
    for number, place in enumerate(every(config)):
        try:
            deleted = prune(config, place, clock.now())
        except DestinationFailed as failure:
            log.warning("Old backups were not deleted: %s", failure)
            continue
        if number == 0:
            gone = Backup.objects.filter(label__in=deleted)
            gone.update(state=BackupState.DELETED)
