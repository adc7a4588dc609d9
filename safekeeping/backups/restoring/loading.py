"""Loading an export by pg_dump into an empty scratch server."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
from safekeeping.dump_scripts import copy_script


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
    tools, environment = server.tools, {"LC_ALL": "C", **server.superuser()}
    read: list[str | Path] = [
        *(tools / "pg_restore", "--no-owner", "--no-privileges"),
        *(f"--role={role}", "--file=-"),
    ]
    write: list[str | Path] = [
        *(tools / "psql", "--no-psqlrc", "--quiet", "--output=/dev/null"),
        *("--set=ON_ERROR_STOP=1", f"--dbname={database}"),
    ]
    with said.open("wb") as log:
        reading = _started(read, environment, log, subprocess.PIPE)
        writing = _started(write, environment, log)
        with reading, writing, ThreadPoolExecutor(1) as pool:
            opening = pool.submit(_open_into, sealed, identities, reading)
            with suppress(BrokenPipeError):
                copy_script(_pipe(reading.stdout), _pipe(writing.stdin))
                _pipe(writing.stdin).close()
            _pipe(reading.stdout).close()
            opening.result()
    if reading.returncode or writing.returncode:
        raise ProgramFailed(f"The export can't be loaded: {_first_error(said)}")


def _started(
    command: Sequence[str | Path],
    environment: dict[str, str],
    log: IO[bytes],
    output: int | None = None,
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 (PostgreSQL's own program, no shell)
        command, stdin=subprocess.PIPE, stdout=output, stderr=log, env=environment
    )


def _open_into(
    sealed: IO[bytes], identities: list[Any], program: "subprocess.Popen[bytes]"
) -> None:
    """It stops reading when it fails; then its own words count."""
    pipe = _pipe(program.stdin)
    try:
        with suppress(BrokenPipeError, CantOpen):
            open_sealed(sealed, pipe, identities)
    finally:
        with suppress(BrokenPipeError):
            pipe.close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    return cast(IO[bytes], pipe)


def _first_error(said: Path) -> str:
    lines = said.read_text(errors="replace").splitlines()
    return next(
        (line for line in lines if "error" in line.lower()), "(it said nothing)"
    )
