"""A whole site for tests: its own database, the entrypoint scripts, Caddy in front."""

import os
import socket
import ssl
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Any

from django.conf import settings

from medspa.postgres.embedded.connection import free_port
from tests.tools import needs_tool

HOST = "crm.localhost"
DEPLOY = settings.BASE_DIR / "deploy"
START_SECONDS = 60


def production(database_url: str, folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a real site, with fresh keys and its files in `folder`."""

    def key() -> str:
        return urlsafe_b64encode(token_bytes(32)).decode()

    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return ours | {
        "DEBUG": "off",
        "SECRET_KEY": token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": key(),
        "BLIND_INDEX_KEY": key(),
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database_url,
        "STATIC_ROOT": str(folder / "static"),
        **changes,
    }


@contextmanager
def running(
    command: list[str | Path], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The program for the time of the block; what it says goes to `log`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=said, stderr=said
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < give_up_at, log.read_text()
        time.sleep(0.05)


@dataclass
class Proxy:
    """Caddy with our Caddyfile on ports of its own; `log` is its log."""

    http: int
    https: int
    folder: Path
    host: str = HOST
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "caddy.log"

    @property
    def trust(self) -> ssl.SSLContext:
        """Trusts the certificate authority that this Caddy made, and nobody else."""
        root = self.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        return ssl.create_default_context(cafile=root)

    def connection(self, source: str = "127.0.0.1") -> HTTPSConnection:
        """To the site's name, as a browser would; `source`: from which address."""
        connection = _ToLoopback(
            self.host,
            self.https,
            context=self.trust,
            timeout=10,
            source_address=(source, 0),
        )
        connection.connect()
        return connection

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: Any = None,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> HTTPResponse:
        connection = self.connection(source)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers={"Host": self.host} | named)
        return connection.getresponse()


class _ToLoopback(HTTPSConnection):
    """Connects to this computer, whatever the name of the site says."""

    def connect(self) -> None:
        link = socket.create_connection(
            ("127.0.0.1", self.port), self.timeout, self.source_address
        )
        context: ssl.SSLContext = self._context  # type: ignore[attr-defined]
        self.sock = context.wrap_socket(link, server_hostname=self.host)


@contextmanager
def proxied(app_port: int, folder: Path, **changes: str) -> Iterator[Proxy]:
    """Caddy in front of the app on `app_port`, which also takes deliveries."""
    caddy = needs_tool("caddy")
    # The search for a free port begins elsewhere for each name.
    proxy = Proxy(free_port(folder / "http"), free_port(folder / "https"), folder)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "SITE_HOST": HOST,
        "CADDY_TLS": "internal",
        "HTTP_PORT": str(proxy.http),
        "HTTPS_PORT": str(proxy.https),
        "APP_ADDRESS": f"127.0.0.1:{app_port}",
        "RECEIVER_ADDRESS": f"127.0.0.1:{app_port}",
    } | changes
    command: list[str | Path] = [caddy, "run", "--config", DEPLOY / "Caddyfile"]
    with running([*command, "--adapter", "caddyfile"], environment, proxy.log) as run:
        await_port(proxy.https, run, proxy.log)
        _await_certificate(proxy)
        yield proxy


def _await_certificate(proxy: Proxy) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError):
            proxy.connection().close()
            return
        assert time.monotonic() < give_up_at, proxy.log.read_text()
        time.sleep(0.1)
