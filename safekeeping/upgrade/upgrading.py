"""The upgrade step by step; whatever was cut off is gone on with, and that is said."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import errors

from medspa import clock
from medspa.postgres.plain_connection import plain_parameters
from medspa.postgres.table_owner import refuse_unless_owner
from medspa.readiness import pending_migrations, problem, unknown_migrations
from safekeeping.upgrade import copying, counts
from safekeeping.upgrade.programs import server_version
from safekeeping.upgrade.record import Phase, UpgradeRecord, folder

Say = Callable[[str], object]

OLDEST_POSTGRES = 15
# An advisory lock: one upgrade at a time, whichever computer it runs on.
UPGRADE_LOCK = 5_270_442
# The server lets go of a lock a moment after its process ended.
LETTING_GO = "2s"
# After a lock that could not be had; a job or a download may hold it for minutes.
PAUSES = (2, 5, 15, 30, 60)
VERIFYING = (
    ("verify_totals",),
    ("rebuild_kpis", "--missing"),
    ("verify_kpis",),
    ("verify_encryption",),
)
WAITED = (errors.LockNotAvailable, errors.DeadlockDetected)


def upgrade(say: Say, pauses: tuple[float, ...] = PAUSES) -> None:
    with only_one():
        refuse_unfit_server()
        record = _go_on(say)
        pending = pending_migrations()
        if record is None and not pending:
            say("Nothing to upgrade: the tables are those of this version.")
            return
        if record is None:
            record = _begin(pending, say)
        if record.phase is Phase.MIGRATING:
            _migrate(say, pauses)
            record.enter(Phase.VERIFYING)
        _verify(record, say)
        record.enter(Phase.DONE)
    say("Upgraded. Start the site and its worker again, if you stopped them.")


@contextmanager
def only_one() -> Iterator[psycopg.Connection[Any]]:
    """Gives the connection with the lock, which goes however this process ends."""
    with psycopg.connect(**plain_parameters(), autocommit=True) as holder:
        holder.execute("SELECT set_config('lock_timeout', %s, false)", [LETTING_GO])
        try:
            holder.execute("SELECT pg_advisory_lock(%s)", [UPGRADE_LOCK])
        except errors.LockNotAvailable:
            raise CommandError("Another upgrade of this database is running.") from None
        yield holder


def refuse_unfit_server() -> None:
    refuse_unless_owner()
    version = server_version()
    if version < OLDEST_POSTGRES:
        raise CommandError(
            f"This version needs PostgreSQL {OLDEST_POSTGRES} or later; the database "
            f"runs on {version}. Nothing was changed."
        )
    if unknown := unknown_migrations():
        raise CommandError(
            f"The database was upgraded by a newer version ({', '.join(unknown)}). "
            "Install that version again. Nothing was changed."
        )


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _go_on(say: Say) -> UpgradeRecord | None:
    """What a killed upgrade of this database left to do; None when there is nothing."""
    record = UpgradeRecord.load()
    ours = connection.settings_dict["NAME"]
    if record is None or not record.is_unfinished or record.database != ours:
        return None
    when = f"The upgrade of {record.when}"
    applied = applied_migrations()
    match record.phase:
        case Phase.COPYING:
            say(f"{when} was cut off before it changed anything. It begins again.")
            return None
        case Phase.GOING_BACK if applied == record.applied:
            record.enter(Phase.WENT_BACK)
            raise CommandError(
                f"{when} was undone, and only the record of that is missing: the "
                "database is as it was before. Run `manage.py upgrade` again to "
                "upgrade it."
            )
        case Phase.GOING_BACK:
            say(f"{when} was to be undone; that was cut off and did nothing.")
            record.enter(Phase.MIGRATING)
    done = len(set(applied) - set(record.applied))
    left = len(pending_migrations())
    say(
        f"{when} was cut off after {done} of {done + left} migrations. Going on; the "
        "copy from before it is kept."
    )
    return record


def _begin(pending: list[str], say: Say) -> UpgradeRecord:
    applied = applied_migrations()
    record = UpgradeRecord(
        begun_at=clock.now(),
        phase=Phase.COPYING,
        database=connection.settings_dict["NAME"],
        applied=applied,
        counts=counts.count_rows(),
    )
    record.enter(Phase.COPYING)
    if applied:
        _refuse_without_space()
        say("Copying the database, to be able to go back.")
        record.sha256 = copying.write_copy(record.dump)
        say(f"{record.dump}: {record.dump.stat().st_size / 1_000_000:,.1f} MB.")
    else:
        say("A new database: making its tables.")
    say(f"Migrations to do: {len(pending)}.")
    record.enter(Phase.MIGRATING)
    return record


def _refuse_without_space() -> None:
    """The compressed copy is a third of the database or less; half of it must fit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        needed = cursor.fetchone()[0] // 2
    free = shutil.disk_usage(folder()).free
    if free < needed:
        raise CommandError(
            f"The copy needs up to {needed / 1e9:,.1f} GB in {folder()}, and "
            f"{free / 1e9:,.1f} GB are free. Nothing was changed."
        )


def _migrate(say: Say, pauses: tuple[float, ...]) -> None:
    for pause in (*pauses, None):
        try:
            call_command("migrate", interactive=False, verbosity=1)
        except OperationalError as error:
            if not isinstance(error.__cause__, WAITED):
                raise
            if pause is None:
                raise CommandError(
                    "Something holds the tables for too long, a job or a download. "
                    "Stop the worker, then run `manage.py upgrade` again: it goes on "
                    "where it is now. Pages work."
                ) from error
            say(f"The tables are in use. Trying again in {pause:g} seconds.")
            time.sleep(pause)
        else:
            return


def _verify(record: UpgradeRecord, say: Say) -> None:
    """Every finding is said; any of them ends in a refusal."""
    found = list(counts.losses(record.counts, counts.count_rows()))
    if why := problem():
        found.append(f"{why}.")
    for command in VERIFYING if record.applied else ():
        try:
            call_command(*command)
        except CommandError as error:
            found.append(f"{command[0]}: {error}")
    for sentence in found:
        say(sentence)
    if found:
        raise CommandError(
            "The upgrade is done, but something is not as it should be (above). Repair "
            "it and run `manage.py upgrade` again, or go back: "
            "`manage.py upgrade --back`."
        )
    rows = sum(record.counts.values())
    say(f"Verified: totals, KPIs, encryption; none of {rows:,} rows is missing.")
