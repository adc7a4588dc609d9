"""Creates the server's data folder, completely or not at all."""

import os
import shutil

from medspa.postgres.embedded.connection import DATABASE, ROLE, Connection
from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.home import Home

LOCALE = [
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]


def create(home: Home, connection: Connection, lock: int) -> None:
    """Make the data folder with our role and database in it.

    It is built under another name and renamed when it is complete; what a killed
    attempt left is removed by the next one. The programs inherit the file descriptor
    `lock`, so that the next attempt waits for them if this process is killed.
    """
    for leftover in home.folder.glob("data.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = home.folder / f"data.new-{os.getpid()}"
    draft.mkdir(mode=0o700)
    home.chown(draft)
    password_file = home.folder / "initdb.password"
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(connection.password)
    home.chown(password_file)
    try:
        made = home.run(
            "initdb",
            f"--pgdata={draft}",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--no-instructions",
            "--no-sync",
            *LOCALE,
            pass_fds=[lock],
        )
    finally:
        password_file.unlink()
    if made.returncode:
        raise EmbeddedPostgresError(f"initdb failed: {_last_line(made.stdout)}")
    _run_sql(
        home,
        draft,
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{connection.password}'",
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        lock=lock,
    )
    home.run("initdb", f"--pgdata={draft}", "--sync-only", pass_fds=[lock])
    remember_password(home, connection)
    draft.rename(home.data)


def reset_password(home: Home, connection: Connection, lock: int) -> None:
    """Give the existing data a new password, after connection.json was lost."""
    _run_sql(
        home,
        home.data,
        f"ALTER ROLE {ROLE} PASSWORD '{connection.password}'",
        f"ALTER ROLE postgres PASSWORD '{connection.password}'",
        lock=lock,
    )
    remember_password(home, connection)


def knows_password(home: Home, connection: Connection) -> bool:
    path = home.folder / "password.sha256"
    return path.exists() and path.read_text() == connection.digest


def remember_password(home: Home, connection: Connection) -> None:
    (home.folder / "password.sha256").write_text(connection.digest)


def _run_sql(home: Home, data: os.PathLike[str], *statements: str, lock: int) -> None:
    """Run statements as the superuser without a server (single-user mode)."""
    result = home.run(
        "postgres",
        "--single",
        "-D",
        os.fspath(data),
        "-c",
        "exit_on_error=on",
        "postgres",
        text="\n".join(statements) + "\n",
        pass_fds=[lock],
    )
    if result.returncode:
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL could not be set up: {_last_line(result.stdout)}"
        )


def _last_line(output: str) -> str:
    return (output.strip().splitlines() or ["(it said nothing)"])[-1]
