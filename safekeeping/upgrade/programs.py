"""pg_dump, pg_restore and psql: those that fit the server, and how they connect."""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection
from psycopg.conninfo import make_conninfo

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError
from medspa.postgres.plain_connection import plain_parameters

# Debian and Ubuntu keep each version in a folder of its own.
INSTALLED_VERSIONS = Path("/usr/lib/postgresql")


def find(name: str) -> Path:
    """The program of that name, of the server's version or a later one."""
    needed = server_version()
    for path in _candidates(name):
        if version_of(path) >= needed:
            return path
    raise CommandError(
        f"{name} of PostgreSQL {needed} or later is needed here, and there is none: "
        f"apt-get install postgresql-client-{needed}"
    )


def server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version: int = cursor.fetchone()[0]
        return version


def version_of(program: Path) -> int:
    said = subprocess.run(  # noqa: S603
        [program, "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found[1]) if found else 0


def _candidates(name: str) -> list[Path]:
    found = sorted(
        INSTALLED_VERSIONS.glob(f"*/bin/{name}"), key=lambda path: path.parts[-3]
    )
    if on_path := shutil.which(name):
        found.append(Path(on_path))
    with suppress(EmbeddedPostgresError):  # production has no embedded server
        found.append(EMBEDDED.binary(name))
    return found


def connecting() -> tuple[str, dict[str, str]]:
    """The connection string for `--dbname`, and an environment with the password.

    Arguments of a program can be read by everybody on the computer.
    """
    parameters = plain_parameters()
    # A copy takes as long as it takes; the limits are those of pages and commands.
    parameters.pop("options", None)
    password = parameters.pop("password", "")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PG")
    }
    if password:
        environment["PGPASSWORD"] = password
    return make_conninfo(**parameters), environment
