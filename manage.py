#!/usr/bin/env python
"""The command line of MedSpa Growth Hub."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

from medspa.clinic.current import clinic_scope
from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError
from medspa.process.call_frames import with_room
from medspa.process.loading import loading


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    try:
        with clinic_scope():
            with loading():
                django.setup()
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedPostgresError, PermissionError) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(database_sentence(error))
    except ProgrammingError as error:
        sys.exit(tables_sentence(error))


def database_sentence(error: OperationalError) -> str:
    """What to do when the database does not answer; other errors come as they are."""
    if getattr(error.__cause__, "sqlstate", None):
        raise error
    if os.environ.get("DATABASE_URL"):
        return f"The database of DATABASE_URL does not answer: {error}"
    if EMBEDDED.is_running():
        raise error
    return f"{EMBEDDED.status()} Start it: `manage.py devdb start`."


def tables_sentence(error: ProgrammingError) -> str:
    """What to do when tables are older than the code; other errors come as they are."""
    from medspa.readiness import NOT_MIGRATED, pending_migrations

    is_unknown = isinstance(error.__cause__, UndefinedTable | UndefinedColumn)
    if not (is_unknown and pending_migrations()):
        raise error
    return f"{NOT_MIGRATED}."


if __name__ == "__main__":
    with_room(main)()
