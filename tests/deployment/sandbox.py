"""A folder in place of a server, in which the documents' commands are run.

Real are PostgreSQL, Caddy, gunicorn, worker, archive and every command of ours. What
would change the computer under the test (apt-get, adduser, systemctl) has a stand-in in
tests/deployment/programs, and pip installs nothing: the environment is this checkout's,
without the embedded server.
"""

import os
import re
import socketserver
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings

from medspa.postgres.embedded.connection import free_port
from medspa.postgres.embedded.server import EmbeddedPostgres
from tests.in_memory import in_memory
from tests.tools import needs_tool

DOCS = settings.BASE_DIR / "docs"
PROGRAMS = Path(__file__).parent / "programs"
# The name that every computer has for itself: the doctor looks at the certificate.
HOST = "localhost"
UNITS = ("medspa-web", "medspa-receiver", "medspa-worker", "medspa-archive", "caddy")
CACHES = {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
LEFT_OUT = {".git", ".venv", "var", ".env", "tests", "bench", *CACHES}


def blocks(document: str, heading: str) -> str:
    """The commands under the headings that begin with it, in their order."""
    found = []
    for part in re.split(r"^## ", (DOCS / document).read_text(), flags=re.M):
        if part.startswith(heading):
            found += re.findall(r"```console\n(.*?)```", part, re.S)
    assert found, (document, heading)
    return "\n".join(found)


def exported(commands: str) -> set[str]:
    return set(re.findall(r"^export (\w+)=", commands, re.M))


class Sandbox:
    """`values`: what the documents export; everything else of them is run as it is."""

    def __init__(self, folder: Path, server: EmbeddedPostgres, mail_port: int) -> None:
        self.folder, self.server = folder, server
        # Units that systemctl leaves aside: nobody asks for them.
        self.idle: tuple[str, ...] = ()
        self.http = free_port(folder / "http")
        self.https = free_port(folder / "https")
        self.root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        for name in ("etc/systemd/system", "etc/caddy", "state"):
            (folder / name).mkdir(parents=True)
        app = free_port(folder / "app")
        receiver = free_port(folder / "receiver")
        lines = [f"{name}={value}" for name, value in self.where.items()]
        (folder / "ports.env").write_text(
            f"HTTP_PORT={self.http}\nHTTPS_PORT={self.https}\n"
            f"APP_ADDRESS=127.0.0.1:{app}\nGUNICORN_BIND=127.0.0.1:{app}\n"
            f"RECEIVER_ADDRESS=127.0.0.1:{receiver}\n"
            f"GUNICORN_RECEIVER_BIND=127.0.0.1:{receiver}\n"
            f"XDG_DATA_HOME={folder}\nXDG_CONFIG_HOME={folder}\nGUNICORN_WORKERS=1\n"
            + "\n".join(lines)
        )
        (folder / ".curlrc").write_text(
            f'connect-to = "{HOST}:443:127.0.0.1:{self.https}"\n'
            f'cacert = "{self.root}"\n'
        )
        [data] = folder.glob("**/data")
        self.values = {
            "SITE_HOST": HOST,
            "CADDY_TLS": "internal",
            "ARCHIVE": str(folder / "app.tar.gz"),
            "OWNER_KEY": "",
            "ESCROW_KEY": "",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "EMAIL_FROM": "crm@example.com",
            "ALERT_EMAILS": "it@example.com",
            "DEADMAN_PING_URL": f"http://127.0.0.1:{mail_port}/",
            "DISK_ENCRYPTED_BY_PROVIDER": "on",
            "BACKUPS": str(folder / "backups"),
            "MEDSPA": str(folder / "medspa"),
            "STATE": str(folder / "state"),
            "ETC": str(folder / "etc"),
            "DATABASE_URL": f"postgres://medspa@127.0.0.1:{server.port}/medspa",
            "PGPORT": str(server.port),
            "DATA": str(data),
            "IDENTITY": str(folder / "identity.txt"),
        }

    @property
    def where(self) -> dict[str, str]:
        """The site's own address, as programs on this computer reach it."""
        return {
            "SITE_URL": f"https://{HOST}:{self.https}",
            "SSL_CERT_FILE": str(self.root),
        }

    def follow(self, document: str, heading: str, ends: Collection[int] = (0,)) -> str:
        """Run the blocks as they stand; only what `export` says is ours."""
        commands = blocks(document, heading)
        assert exported(commands) <= set(self.values)
        return self.run(re.sub(r"^export .*\n", "", commands, flags=re.M), ends)

    def run(self, commands: str, ends: Collection[int] = (0,)) -> str:
        script = "".join(
            f"export {name}='{value}'\n" for name, value in self.values.items()
        )
        # Pipes of what systemctl starts would keep us waiting.
        log = self.folder / "followed.log"
        with log.open("w+") as said:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script + commands],
                cwd=self.folder,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=900,
                check=False,
            )
        logs = [path.read_text()[-2000:] for path in self.folder.glob("medspa-*.log")]
        assert done.returncode in ends, (log.read_text()[-4000:], logs)
        return log.read_text()

    @property
    def environment(self) -> dict[str, str]:
        postgres = self.server.binary("psql").parent
        return {
            "PATH": f"{PROGRAMS}:{postgres}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RUN": str(self.folder),
            "CHECKOUT": str(settings.BASE_DIR),
            "IDLE": " ".join(self.idle),
            "PGHOST": "127.0.0.1",
            "PGUSER": "postgres",
            **self.where,
        }

    def pack(self, extra: dict[str, str] | None = None) -> None:
        """The archive of a version: this checkout, and what it has more."""
        with tarfile.open(self.values["ARCHIVE"], "w:gz", compresslevel=1) as archive:
            for path in sorted(settings.BASE_DIR.iterdir()):
                if path.name not in LEFT_OUT:
                    archive.add(path, path.name)
            for name, text in (extra or {}).items():
                new = self.folder / "new.py"
                new.write_text(text)
                archive.add(new, name)

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.values["DATABASE_URL"]) as link:
            return link.execute(query.encode()).fetchall()

    def stop(self) -> None:
        self.run(f"systemctl stop {' '.join(UNITS)}")


@contextmanager
def sandboxed() -> Iterator[Sandbox]:
    """A server as Debian's installer leaves it; all that runs ends with the block."""
    needs_tool("caddy")
    with (
        tempfile.TemporaryDirectory(
            prefix="medspa-deployment-", dir=in_memory()
        ) as name,
        mail_server() as mail_port,
    ):
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder / "postgres")
        server.start()
        try:
            as_debian_leaves_it(server, folder)
            made = Sandbox(folder, server, mail_port)
            try:
                yield made
            finally:
                made.stop()
        finally:
            server.stop()


def as_debian_leaves_it(server: EmbeddedPostgres, folder: Path) -> None:
    """A server without our role and database, which believes who says who they are."""
    url = server.url().replace("medspa:", "postgres:").replace("/medspa", "/postgres")
    [rules] = folder.glob("**/data/pg_hba.conf")
    rules.write_text(
        "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"
    )
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("SELECT pg_reload_conf()")
        link.execute("DROP DATABASE medspa")
        link.execute("DROP ROLE medspa")


@contextmanager
def mail_server() -> Iterator[int]:
    """Takes every email, and answers a web request too; its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            for line in self.rfile:
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    while self.rfile.readline().strip() != b".":
                        pass
                self.wfile.write(b"250 fine\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
