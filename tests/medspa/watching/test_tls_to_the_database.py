"""The way to the database is encrypted and checked, on a real PostgreSQL with TLS."""

import os
import pwd
import runpy
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from medspa.health.database_lines import transport_line
from medspa.health.lines import Severity
from medspa.postgres.embedded.connection import free_port
from tests.in_memory import in_memory
from tests.medspa.test_production_start import PRODUCTION
from tests.medspa.watching.certificates import make_authority
from tests.tools import needs_tool

# Everybody must come encrypted, as a managed database asks for.
ONLY_ENCRYPTED = "hostssl all all 127.0.0.1/32 trust\n"


@dataclass(frozen=True)
class TlsServer:
    port: int
    authority: Path
    stranger: Path

    def url(self, host: str, options: str) -> str:
        return f"postgres://postgres@{host}:{self.port}/postgres?{options}"


@pytest.fixture(scope="module")
def server() -> Iterator[TlsServer]:
    """PostgreSQL with a certificate for `localhost`, and for no address."""
    programs = needs_tool("initdb").parent
    folder = Path(tempfile.mkdtemp(prefix="medspa-tls-", dir=in_memory()))
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())

    def run(*command: object) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            capture_output=True,
            cwd="/",
            **({"user": account.pw_uid} if os.getuid() == 0 else {}),
        )

    try:
        authority, stranger = (make_authority(who, folder) for who in ("ours", "other"))
        certificate, key = authority.issue("localhost", folder)
        for path in (folder, key):
            os.chown(path, account.pw_uid, -1)
        folder.chmod(0o755)
        data, port = folder / "data", free_port(folder)
        run(programs / "initdb", "-D", data, "-U", "postgres", "-N", "-A", "trust")
        (data / "pg_hba.conf").write_text(ONLY_ENCRYPTED)
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(
                f"ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'\n"
                f"port = {port}\nlisten_addresses = '127.0.0.1'\nfsync = off\n"
                f"unix_socket_directories = ''\nshared_buffers = '1MB'\n"
            )
        control = programs / "pg_ctl"
        run(control, "-D", data, "-l", folder / "log", "-w", "start")
        yield TlsServer(port, authority.path, stranger.path)
        run(control, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


Settings = Callable[..., dict[str, Any]]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a real site with this DATABASE_URL, or its refusal."""

    def read(url: str, **changes: str) -> dict[str, Any]:
        monkeypatch.delenv("PGSSLMODE", raising=False)
        for name, value in (PRODUCTION | {"DATABASE_URL": url} | changes).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "medspa" / "settings.py"))

    return read


@pytest.fixture
def connected(
    production: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[str], Any]]:
    """A connection of Django's by this URL."""

    def connect(url: str) -> Any:
        database = production(url)["DATABASES"]["default"]
        del database["OPTIONS"]["pool"]
        return ConnectionHandler({"default": database})["default"]

    with django_db_blocker.unblock():
        yield connect


@pytest.mark.slow
def test_a_checked_connection_is_made_and_told(
    server: TlsServer, connected: Callable[[str], Any]
) -> None:
    options = f"sslmode=verify-full&sslrootcert={server.authority}"
    database = connected(server.url("localhost", options))
    line = transport_line(database)
    database.close()
    assert (line.severity, line.words) == (Severity.OK, "Encrypted by TLSv1.3.")


@pytest.mark.parametrize(
    ("host", "authority", "mode", "refusal"),
    [
        ("localhost", "stranger", "verify-full", "certificate verify failed"),
        ("127.0.0.1", "authority", "verify-full", "does not match host name"),
        ("localhost", "authority", "disable", "no encryption"),
    ],
)
def test_a_wrong_authority_a_wrong_host_and_no_encryption_are_refused(
    server: TlsServer,
    connected: Callable[[str], Any],
    host: str,
    authority: str,
    mode: str,
    refusal: str,
) -> None:
    options = f"sslmode={mode}&sslrootcert={getattr(server, authority)}"
    with pytest.raises(OperationalError, match=refusal):
        connected(server.url(host, options)).ensure_connection()


REMOTE = "postgres://medspa:secret@db.example.com/medspa"


@pytest.mark.parametrize(
    "url",
    [
        REMOTE,
        f"{REMOTE}?sslmode=require",
        f"{REMOTE}?sslmode=verify-ca",
        f"{REMOTE}?sslmode=disable",
        "postgres://medspa:secret@10.0.0.5/medspa",
        "postgres://medspa:secret@[fd00::5]/medspa",
        "postgres://medspa:secret@/medspa?host=db.example.com",
    ],
)
def test_a_real_site_refuses_another_computer_without_a_checked_certificate(
    url: str, production: Settings
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        production(url)
    assert "sslmode=verify-full" in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        (f"{REMOTE}?sslmode=verify-full", {}),
        (REMOTE, {"PGSSLMODE": "verify-full"}),
        (REMOTE, {"DATABASE_PRIVATE_NETWORK": "on"}),
        ("postgres://medspa:secret@127.0.0.1/medspa", {}),
        ("postgres://medspa:secret@localhost/medspa", {}),
        ("postgres://medspa:secret@[::1]/medspa", {}),
        ("postgres://medspa:secret@/medspa?host=/var/run/postgresql", {}),
        ("postgres://medspa:secret@/medspa", {}),
        (REMOTE, {"DEBUG": "on"}),
    ],
)
def test_it_starts_with_one_or_where_nobody_else_is(
    url: str, changes: dict[str, str], production: Settings
) -> None:
    assert production(url, **changes)["DATABASES"]["default"]["USER"] == "medspa"


def test_another_computer_without_encryption_is_an_error(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Elsewhere:
        """The tests' own database, as if it were another computer's."""

        cursor = connection.cursor
        connection = SimpleNamespace(info=SimpleNamespace(host="db.example.com"))

    line = transport_line(Elsewhere)
    assert (line.severity, line.to_do[:12]) == (Severity.ERROR, "Add ?sslmode")
    monkeypatch.setattr(settings, "DATABASE_PRIVATE_NETWORK", True)
    assert "no one else is there" in transport_line(Elsewhere).words


def test_a_database_on_this_computer_needs_none(db: None) -> None:
    assert transport_line().words == "Local to this computer."
