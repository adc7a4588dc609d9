"""A drill: restore a random minute, check everything that can be checked, report it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from medspa import clock
from medspa.audit.events import record_event
from medspa.formats import clinic_formats
from safekeeping.backups.making import programs
from safekeeping.backups.making.programs import Heartbeat, nothing
from safekeeping.backups.records.events import DRILLED, BackupDetails
from safekeeping.backups.restoring.acts import inspect
from safekeeping.backups.restoring.identities import drill_identities, name_of
from safekeeping.backups.restoring.plan import (
    Archive,
    NoBackup,
    OutsideWindow,
    RestorePlan,
    plan_of_export,
)
from safekeeping.backups.restoring.restore import Restored, restore
from safekeeping.backups.storage.config import (
    ESCROW,
    OWNER,
    BackupConfig,
    BackupRefused,
)
from safekeeping.backups.storage.destinations import Destination, first_of, second_of
from safekeeping.backups.storage.signing import public_key
from safekeeping.extension_points import Check
from safekeeping.models import BackupDrill

WINDOW = timedelta(days=7)
ESCROW_EVERY = 4
# A transaction that was open at the moment wrote rows of before it and isn't in it.
OPEN_TRANSACTIONS = timedelta(minutes=5)


@dataclass
class Drill:
    """What one drill is about; `target` None is a random minute."""

    config: BackupConfig
    place: Destination
    identities: list[Any]
    is_second: bool
    target: datetime | None = None
    remarks: list[Check] = field(default_factory=list)


def run_drill(
    config: BackupConfig,
    *,
    identities: list[Any] | None = None,
    target: datetime | None = None,
    heartbeat: Heartbeat = nothing,
) -> BackupDrill:
    """Run a drill; its row, also when it failed. A refusal is a failed drill."""
    row = BackupDrill(started_at=clock.now())
    try:
        drill = prepared(config, identities, target)
        row.is_second, row.source = drill.is_second, drill.place.name
        _carry_out(drill, row, heartbeat)
    except BackupRefused as refusal:
        row.problem = refusal.sentence[:300]
    row.finished_at = clock.now()
    _save(row)
    return row


def prepared(
    config: BackupConfig, identities: list[Any] | None, target: datetime | None
) -> Drill:
    """Every fourth drill is by the escrow's key, and from the second destination."""
    is_fourth = BackupDrill.objects.count() % ESCROW_EVERY == ESCROW_EVERY - 1
    second = second_of(config) if is_fourth else None
    remarks = []
    if identities is None and is_fourth:
        identities = drill_identities(config, ESCROW)
        if identities is None:
            words = "it isn't on this computer; run `manage.py drill --identity FILE`"
            remarks.append(Check("Escrow key", True, words))
    identities = identities or drill_identities(config, OWNER)
    if identities is None:
        raise BackupRefused(
            "A drill needs an age identity: name its file by --identity, or in "
            "BACKUP_DRILL_IDENTITIES on the computer where drills run."
        )
    place = second or first_of(config)
    return Drill(config, place, identities, second is not None, target, remarks)


def random_minute(first: datetime, last: datetime, now: datetime) -> datetime:
    """Any moment of the last seven days that can be restored."""
    first = max(first, min(now - WINDOW, last))
    return first + random.random() * (last - first)  # noqa: S311


def _carry_out(drill: Drill, row: BackupDrill, heartbeat: Heartbeat) -> None:
    key = public_key(drill.config.signing_key)
    plan, row.target = _chosen(drill, row, key)
    row.label = plan.label
    row.key_name = name_of(drill.identities, plan.chain[-1].recipients)
    restored = restore(
        drill.config, drill.place, plan, drill.identities, key, heartbeat=heartbeat
    )
    try:
        row.seconds = restored.seconds
        checks = [*drill.remarks, *_checks(drill.config, restored, row.target)]
    finally:
        restored.server.remove()
    row.report = "\n".join(
        f"{'ok' if check.is_right else 'wrong'}: {check.name}: {check.words}"
        for check in checks
    )
    wrong = [check.name for check in checks if not check.is_right]
    row.problem = f"Not as it should be: {', '.join(wrong)}."[:300] if wrong else ""


def _chosen(drill: Drill, row: BackupDrill, key: str) -> tuple[RestorePlan, datetime]:
    """A random minute; of a managed database the last export."""
    words, now = clinic_formats().full_moment, row.started_at
    try:
        archive = Archive(drill.place, key)
    except NoBackup as none:
        try:
            plan = plan_of_export(drill.place, key, drill.target, words)
        except NoBackup:
            raise none from None
        row.lost_seconds = max((now - plan.until).total_seconds(), 0)
        return plan, plan.until
    window = archive.window()
    row.lost_seconds = max((now - window.last).total_seconds(), 0)
    target = drill.target or random_minute(window.first, window.last, now)
    try:
        return archive.plan(target, words), target
    except OutsideWindow:
        if drill.target:
            raise
        # Between the end of the log and that of the last backup is only this backup.
        newest = archive.plan(None, words)
        return newest, newest.until


def _checks(
    config: BackupConfig, restored: Restored, target: datetime
) -> Iterator[Check]:
    database = str(settings.DATABASES["default"]["NAME"])
    yield _structure(restored, database)
    yield _history(restored, database, target - OPEN_TRANSACTIONS)
    inspected = inspect(config, restored.server, database, is_checked=True)
    for sentence in inspected.done:
        yield Check("After the restore", True, sentence)
    for check in inspected.checks:
        yield Check(**check)


def _structure(restored: Restored, database: str) -> Check:
    """PostgreSQL's own check of every table and index."""
    server = restored.server
    arguments = ["--install-missing", "--heapallindexed", f"--database={database}"]
    try:
        programs.run(server.tools / "pg_amcheck", *arguments, env=server.superuser())
    except programs.ProgramFailed as failure:
        return Check("Tables and indexes", False, failure.sentence)
    return Check("Tables and indexes", True, "pg_amcheck found no damage")


def _history(restored: Restored, database: str, until: datetime) -> Check:
    """History is only added to, so what it held at a moment is known later too."""
    short = rows = 0
    for table in history_tables():
        ours, theirs = _counts(restored, database, table, until)
        rows += theirs
        short += max(ours - theirs, 0)
    words = f"{short} rows are missing" if short else f"{rows:,} rows of history"
    return Check("Rows", not short, words)


def history_tables() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models()
        if any(f.name == "history_date" for f in model._meta.concrete_fields)
    ]


def _counts(
    restored: Restored, database: str, table: str, until: datetime
) -> tuple[int, int]:
    """Rows up to a moment in the clinic's database, and in the restored one."""
    name = connection.ops.quote_name(table)
    query = f"SELECT count(*) FROM {name} WHERE history_date <= %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [until])
        [ours] = cursor.fetchone()
    with restored.server.connected(database) as link:
        row = link.execute(query.encode(), [until]).fetchone()
    return ours, row[0] if row else 0


@transaction.atomic
def _save(row: BackupDrill) -> None:
    row.save()
    record_event(DRILLED, subject=row, details=BackupDetails(label=row.label or "none"))
