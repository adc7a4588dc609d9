"""docs/deployment.md, followed block by block: from nothing to a site, and back.

Real are PostgreSQL, Caddy, gunicorn, the worker and every command of ours. What would
change the computer under the test (apt-get, adduser, systemctl) has a stand-in in
tests/deployment/programs, and pip installs nothing: the environment is this checkout's.
"""

import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from medspa.postgres.embedded.connection import free_port
from medspa.postgres.embedded.server import EmbeddedPostgres
from tests.tools import needs_tool

DOCUMENT = settings.BASE_DIR / "docs" / "deployment.md"
PROGRAMS = Path(__file__).parent / "programs"
HOST = "crm.localhost"
LEFT_OUT = {".git", ".venv", "var", ".env", "tests", "bench"}
NEXT_MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "%s")]
    operations = [migrations.RunSQL("CREATE TABLE of_the_next_version (id int)")]
"""


def blocks(heading: str) -> str:
    """The commands under the headings that begin with it, in their order."""
    found = []
    for part in re.split(r"^## ", DOCUMENT.read_text(), flags=re.M):
        if part.startswith(heading):
            found += re.findall(r"```console\n(.*?)```", part, re.S)
    assert found, heading
    return "\n".join(found)


class Sandbox:
    """A folder in place of the computer, and a shell that stays the same."""

    def __init__(self, folder: Path, server: EmbeddedPostgres) -> None:
        self.folder, self.server = folder, server
        self.https = free_port(folder / "https")
        self.root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        for name in ("etc/systemd/system", "etc/caddy", "state"):
            (folder / name).mkdir(parents=True)
        app = free_port(folder / "app")
        (folder / "ports.env").write_text(
            f"HTTP_PORT={free_port(folder / 'http')}\nHTTPS_PORT={self.https}\n"
            f"APP_ADDRESS=127.0.0.1:{app}\nGUNICORN_BIND=127.0.0.1:{app}\n"
            f"XDG_DATA_HOME={folder}\nXDG_CONFIG_HOME={folder}\nGUNICORN_WORKERS=1\n"
        )
        (folder / ".curlrc").write_text(
            f'connect-to = "{HOST}:443:127.0.0.1:{self.https}"\n'
            f'cacert = "{self.root}"\n'
        )
        self.values = {
            "SITE_HOST": HOST,
            "CADDY_TLS": "internal",
            "ARCHIVE": str(folder / "app.tar.gz"),
            "MEDSPA": str(folder / "medspa"),
            "STATE": str(folder / "state"),
            "ETC": str(folder / "etc"),
            "DATABASE_URL": f"postgres://medspa@127.0.0.1:{server.port}/medspa",
        }

    def follow(self, heading: str) -> str:
        """Run the blocks as they stand; only what `export` says is ours."""
        script = "".join(
            f"export {name}='{value}'\n" for name, value in self.values.items()
        )
        script += blocks(heading)
        # Pipes of what systemctl starts would keep us waiting.
        log = self.folder / "followed.log"
        with log.open("w+") as said:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=self.folder,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=240,
                check=False,
            )
        logs = [path.read_text()[-2000:] for path in self.folder.glob("medspa-*.log")]
        assert done.returncode == 0, (log.read_text()[-4000:], logs)
        return log.read_text()

    @property
    def environment(self) -> dict[str, str]:
        postgres = self.server.binary("psql").parent
        return {
            "PATH": f"{PROGRAMS}:{postgres}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RUN": str(self.folder),
            "CHECKOUT": str(settings.BASE_DIR),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
        }

    def pack(self, extra: dict[str, str] | None = None) -> None:
        """The archive of a version: this checkout, and what it has more."""
        with tarfile.open(self.values["ARCHIVE"], "w:gz", compresslevel=1) as archive:
            for path in sorted(settings.BASE_DIR.iterdir()):
                if path.name not in LEFT_OUT:
                    archive.add(path, path.name, filter=without_compiled)
            for name, text in (extra or {}).items():
                new = self.folder / "new.py"
                new.write_text(text)
                archive.add(new, name)

    def tables(self) -> set[str]:
        with psycopg.connect(self.values["DATABASE_URL"]) as link:
            found = link.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
            return {name for (name,) in found}


def without_compiled(file: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in file.name else file


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    needs_tool("caddy")
    with tempfile.TemporaryDirectory(prefix="medspa-deployment-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        try:
            as_debian_leaves_it(server, Path(folder))
            made = Sandbox(Path(folder), server)
            yield made
            stop = ["systemctl", "stop", "medspa-web", "medspa-worker", "caddy"]
            subprocess.run(
                [PROGRAMS / stop[0], *stop[1:]],
                env=made.environment | made.values,
                check=True,
            )
        finally:
            server.stop()


def as_debian_leaves_it(server: EmbeddedPostgres, folder: Path) -> None:
    """A server without our role and database, which believes who says who they are."""
    url = server.url().replace("medspa:", "postgres:").replace("/medspa", "/postgres")
    [rules] = folder.glob("**/data/pg_hba.conf")
    rules.write_text("host all all 127.0.0.1/32 trust\n")
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("SELECT pg_reload_conf()")
        link.execute("DROP DATABASE medspa")
        link.execute("DROP ROLE medspa")


def test_the_document_leads_from_nothing_to_a_site_an_upgrade_and_back(
    sandbox: Sandbox,
) -> None:
    named = re.findall(r"^export (\w+)=", blocks("1"), re.M)
    assert set(named) == set(sandbox.values)
    sandbox.pack()
    sandbox.follow("2")
    sandbox.follow("3")
    said = sandbox.follow("4")
    assert "A new database: making its tables." in said
    assert "Upgraded." in said
    said = sandbox.follow("5")
    assert "HTTP/2 200" in said
    assert "strict-transport-security" in said
    assert f"https://{HOST}/welcome/" in said
    [(app, last)] = MigrationLoader(None).graph.leaf_nodes("campaigns")
    migration = f"{app}/migrations/9999_next_version.py"
    sandbox.pack({migration: NEXT_MIGRATION % last})
    said = sandbox.follow("A new version")
    assert "Copying the database, to be able to go back." in said
    assert "Verified: totals, KPIs, encryption" in said
    assert "of_the_next_version" in sandbox.tables()
    said = sandbox.follow("Back to the version before")
    assert "The database is as it was on" in said
    assert "of_the_next_version" not in sandbox.tables()
