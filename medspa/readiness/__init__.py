"""What must be true before this process serves anybody: migrations, and its keys.

New code on old tables would answer every page with an error, and wrong keys would write
rows that nobody can read.
"""

import logging

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from medspa.encryption import key_checks

log = logging.getLogger(__name__)
NOT_MIGRATED = (
    "The app is newer than its database. An administrator must run `manage.py upgrade`"
)
NOT_KNOWN = (
    "The database is newer than the app. Install the version that upgraded it, or go "
    "back with that version: `manage.py upgrade --back`"
)
WRONG_KEYS = "The app's keys don't match its database"


def pending_migrations() -> list[str]:
    """What `migrate` would do, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """What a newer version of the app did to the database, as `app.name`."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    replaced = {key for one in loader.disk_migrations.values() for key in one.replaces}
    known = set(loader.disk_migrations) | replaced
    unknown = set(loader.applied_migrations) - known
    return sorted(
        f"{app}.{name}" for app, name in unknown if app in loader.migrated_apps
    )


def problem() -> str:
    """Why nothing may be served, in one sentence; empty when all is well."""
    if unknown := unknown_migrations():
        log.error("Unknown migrations: %s", ", ".join(unknown))
        return NOT_KNOWN
    if pending := pending_migrations():
        log.error("Not migrated: %s", ", ".join(pending))
        return NOT_MIGRATED
    try:
        key_checks.verify()
    except key_checks.WrongKeys as error:
        log.error("%s.", error)
        return WRONG_KEYS
    return ""


def refuse_wrong_keys() -> None:
    """For the start of a server: ImproperlyConfigured, where the database can tell.

    A database that is away or not migrated yet is asked again with the first page
    (`medspa.web.readiness`).
    """
    try:
        if not pending_migrations():
            key_checks.verify()
    except key_checks.WrongKeys as error:
        raise ImproperlyConfigured(f"{WRONG_KEYS}: {error}.") from None
    except DatabaseError as error:
        log.warning("The keys could not be verified yet: %s", type(error).__name__)
    finally:
        if not connection.in_atomic_block:
            connection.close()


class Readiness:
    """Whether this process has been found ready; once it is, it stays so."""

    def __init__(self) -> None:
        self.is_ready = False

    def problem(self) -> str:
        if self.is_ready:
            return ""
        found = problem()
        self.is_ready = not found
        return found


READINESS = Readiness()


def refuse_unready() -> None:
    """For a command that is about to write: CommandError with the sentence."""
    if found := READINESS.problem():
        raise CommandError(f"{found}.")
