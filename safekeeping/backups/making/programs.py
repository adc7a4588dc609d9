"""PostgreSQL's own programs, in the version of the server that is backed up."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from medspa.postgres.embedded import EmbeddedPostgresError, programs
from safekeeping.backups.storage.config import BackupRefused

DEBIAN = Path("/usr/lib/postgresql")
SECONDS_BETWEEN_LOOKS = 0.05
VARIABLES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "host": "PGHOST",
}

Heartbeat = Callable[[], object]


def nothing() -> None:
    """For who need not be asked on the way."""


class ProgramFailed(BackupRefused):
    """One of PostgreSQL's programs ended with an error."""

    code = "program_failed"


def folder_of(major: int) -> Path:
    """The folder with `bin` of this version: Debian's, the wheel's, or that on PATH."""
    debian = DEBIAN / str(major)
    for folder in (debian, wheel(), _on_path()):
        has_tools = folder and (folder / "bin" / "pg_basebackup").exists()
        if folder and has_tools and (folder == debian or major_of(folder) == major):
            return folder
    raise BackupRefused(
        f"The programs of PostgreSQL {major} are not on this computer: install "
        f"postgresql-{major}, or run this where they are."
    )


def wheel() -> Path | None:
    """The embedded server's programs; a real site has none."""
    try:
        return programs.installed()
    except EmbeddedPostgresError:
        return None


def _on_path() -> Path | None:
    found = shutil.which("pg_basebackup")
    return Path(found).resolve().parent.parent if found else None


def major_of(folder: Path) -> int:
    said = subprocess.run(  # noqa: S603 (our own program, no shell)
        [folder / "bin" / "pg_basebackup", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(said.stdout.split()[2].partition(".")[0])


def environment(url: str) -> dict[str, str]:
    """libpq's variables for a database URL: a password is in no process list."""
    parts = urlsplit(url)
    found = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    for name, value in parse_qsl(parts.query):
        if name in VARIABLES:
            found[VARIABLES[name]] = value
    return {name: value for name, value in found.items() if value}


def run(
    program: Path,
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    heartbeat: Heartbeat = nothing,
) -> str:
    """Run a program to its end; what it said. `heartbeat` may raise to end it.

    pg_basebackup has a child that holds its connections: they end together.
    """
    process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
        umask=0o077,
        start_new_session=True,
    )
    try:
        said = _watched(process, heartbeat)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise ProgramFailed(f"{program.name} failed: {_last_line(said)}")
    return said


def _watched(process: "subprocess.Popen[str]", heartbeat: Heartbeat) -> str:
    """None of these programs says more than a pipe holds before it ends."""
    while process.poll() is None:
        heartbeat()
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return process.communicate()[0]


def _last_line(output: str) -> str:
    lines = [line for line in output.strip().splitlines() if "error" in line]
    return (lines or output.strip().splitlines() or ["(it said nothing)"])[0]
