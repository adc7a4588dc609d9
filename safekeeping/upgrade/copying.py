"""The copy of the database that an upgrade can go back to.

It stays on this computer, readable only for us, and goes a week later: it is no backup.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import Any

from django.core.management.base import CommandError

from safekeeping.dump_scripts import copy_script
from safekeeping.upgrade import programs

# Everything goes and comes in one transaction, which only our last word commits:
# whoever ends one of the programs, or us, has changed nothing.
EMPTY = b"""
BEGIN;
SET client_min_messages = warning;
SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
COMMIT = b"\nCOMMIT;\n"


def write_copy(path: Path) -> str:
    """Write the whole database to `path`; the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    where, environment = programs.connecting()
    command: list[str | Path] = [
        *(programs.find("pg_dump"), "--format=custom", "--schema=public"),
        *("--no-owner", f"--file={draft}", f"--dbname={where}"),
    ]
    done = run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        draft.unlink(missing_ok=True)
        raise CommandError(f"The copy could not be written: {_last_line(done.stderr)}")
    draft.replace(path)
    return sha256_of(path)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_back(path: Path) -> None:
    """Make the database what it was when the copy was written, in one transaction."""
    where, environment = programs.connecting()
    restore: list[str | Path] = [programs.find("pg_restore"), "--schema=public"]
    restore += ["--no-owner", "--file=-", path]
    psql: list[str | Path] = [programs.find("psql"), "--no-psqlrc", "--quiet"]
    psql += ["--output=/dev/null", "--set=ON_ERROR_STOP=1", f"--dbname={where}"]
    with (
        _program(restore, environment, stdout=PIPE) as read,
        _program(psql, environment, stdin=PIPE) as write,
    ):
        unreadable = ""
        with suppress(BrokenPipeError):
            write.stdin.write(EMPTY)
            copy_script(read.stdout, write.stdin)
            if not (unreadable := _said(read)):
                write.stdin.write(COMMIT)
            write.stdin.close()
        read.stdout.close()
        problem = unreadable or _said(write)
    if problem:
        raise CommandError(f"Nothing was restored: {problem}")


@contextmanager
def _program(
    command: Sequence[str | Path], environment: dict[str, str], **pipes: int
) -> Iterator[Any]:
    with Popen(command, env=environment, stderr=PIPE, **pipes) as process:  # type: ignore[call-overload]  # noqa: S603
        yield process


def _said(process: Any) -> str:
    """The last words of a program that failed; empty if it did not."""
    said = process.stderr.read().decode()
    return _last_line(said) if process.wait() else ""


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["(it said nothing)"])[-1]
