"""Loading an export by pg_dump into an empty scratch server."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from psycopg import sql

from safekeeping.backups.making.programs import ProgramFailed
from safekeeping.backups.restoring.scratch import UNSAFE, ScratchServer
from safekeeping.backups.storage.checking import check_stored
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import Manifest
from safekeeping.backups.storage.sealing import CantOpen, open_sealed


def load_export(
    place: Destination,
    made: Manifest,
    identities: list[Any],
    server: ScratchServer,
    *,
    is_kept: bool,
) -> None:
    """Fetch and check the export, and load it: all of it or a refusal."""
    [file] = made.files
    sealed = server.folder / "fetched"
    with sealed.open("w+b") as copy:
        check_stored(place, made, file, copy)
        copy.seek(0)
        server.create({} if is_kept else UNSAFE)
        role = str(settings.DATABASES["default"]["USER"])
        with server.connected("postgres") as link:
            for statement in ("CREATE ROLE {} LOGIN", "CREATE DATABASE {1} OWNER {0}"):
                names = map(sql.Identifier, (role, made.database))
                link.execute(sql.SQL(statement).format(*names))
        _load(server, made.database, role, copy, identities)
    sealed.unlink()


def _load(
    server: ScratchServer,
    database: str,
    role: str,
    sealed: IO[bytes],
    identities: list[Any],
) -> None:
    """Through a pipe: the export is on no disk unencrypted."""
    said = server.folder / "pg_restore.log"
    options = ["--exit-on-error", "--no-owner", "--no-privileges", f"--role={role}"]
    with said.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            [server.tools / "pg_restore", *options, f"--dbname={database}"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={"LC_ALL": "C", **server.superuser()},
        )
        pipe = cast(IO[bytes], process.stdin)
        # It stops reading when it fails; then its own words count.
        with process, suppress(BrokenPipeError, CantOpen):
            open_sealed(sealed, pipe, identities)
            pipe.close()
    if process.returncode:
        raise ProgramFailed(f"pg_restore failed: {_first_error(said)}")


def _first_error(said: Path) -> str:
    lines = said.read_text(errors="replace").splitlines()
    return next((line for line in lines if "error" in line), "(it said nothing)")
