"""deploy/pgbackrest.conf with Debian's pgBackRest and PostgreSQL: back to a point."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from medspa.postgres.embedded.connection import free_port
from tests.in_memory import in_memory
from tests.tools import needs_tool


@dataclass
class Server:
    """Debian's PostgreSQL under its own account, with our pgbackrest.conf."""

    folder: Path
    bin: Path
    port: int
    account: str | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, *command: str | Path, check: bool = True) -> str:
        # A file: a server that outlives pg_ctl would keep a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(part) for part in command],
                user=self.account,
                group=pwd.getpwnam(self.account).pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            said = output.read().strip()
        assert not check or done.returncode == 0, said
        return said

    def backrest(self, command: str, *options: str, check: bool = True) -> str:
        config = f"--config={self.folder}/pgbackrest.conf"
        ours = [config, "--stanza=medspa"]
        return self.run("pgbackrest", *ours, *options, command, check=check)

    def control(self, act: str, *, check: bool = True) -> None:
        options = f"-k {self.folder} -p {self.port} -c listen_addresses="
        log = f"--log={self.folder}/log"
        self.run(
            self.bin / "pg_ctl",
            act,
            "-w",
            "-D",
            self.data,
            log,
            "-o",
            options,
            check=check,
        )

    def ask(self, query: str) -> str:
        place = [f"--host={self.folder}", f"--port={self.port}", "--dbname=postgres"]
        return self.run(self.bin / "psql", "-XAtq", *place, f"--command={query}")


@pytest.fixture
def server() -> Iterator[Server]:
    needs_tool("pgbackrest")
    programs = needs_tool("initdb").resolve().parent
    # The path of a socket has to be short.
    parent = in_memory() or "/tmp"  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="medspa-pgbackrest-", dir=parent))
    account = "postgres" if os.geteuid() == 0 else None
    if account:
        shutil.chown(folder, account)
    server = Server(folder, programs, free_port(folder), account)
    server.run(programs / "initdb", "-D", server.data, "--auth=trust", "--no-sync")
    write_configuration(server)
    server.control("start")
    yield server
    server.control("stop", check=False)
    shutil.rmtree(folder)


def write_configuration(server: Server) -> None:
    """Ours, with the folders of this test in place of Debian's."""
    text = (settings.BASE_DIR / "deploy" / "pgbackrest.conf").read_text()
    for known, here in (
        ("/var/lib/postgresql/15/main", server.data),
        ("repo1-path=/var/lib/pgbackrest", f"repo1-path={server.folder}/repository"),
        ("[global]\n", f"[global]\nlock-path={server.folder}/lock\n"),
    ):
        assert known in text
        text = text.replace(known, str(here))
    place = f"pg1-socket-path={server.folder}\npg1-port={server.port}\n"
    (server.folder / "pgbackrest.conf").write_text(text + place)
    (server.folder / "repository").mkdir()
    command = (
        f"pgbackrest --config={server.folder}/pgbackrest.conf --stanza=medspa "
        "archive-push %p"
    )
    with (server.data / "postgresql.conf").open("a") as file:
        file.write(f"archive_mode=on\narchive_command='{command}'\nfsync=off\n")
    if server.account:
        shutil.chown(server.folder / "repository", server.account)
        shutil.chown(server.folder / "pgbackrest.conf", server.account)


def test_pgbackrest_brings_a_moment_back_and_notices_a_changed_byte(
    server: Server,
) -> None:
    server.backrest("stanza-create")
    server.backrest("check")
    server.ask("CREATE TABLE ledger AS SELECT 'canary-of-the-ledger'::text AS note")
    server.backrest("backup", "--type=full")
    # It compares whole seconds: the moment has to be in a later one.
    server.ask("SELECT pg_sleep(1.1)")
    server.ask("INSERT INTO ledger VALUES ('before')")
    moment = server.ask("SELECT clock_timestamp()")
    server.ask("INSERT INTO ledger VALUES ('after')")
    server.ask("SELECT pg_switch_wal()")
    server.backrest("check")

    server.control("stop")
    target = [f"--target={moment}", "--type=time", "--target-action=promote"]
    server.backrest("restore", "--delta", *target)
    server.control("start")
    assert server.ask("SELECT count(*), max(note) FROM ledger") == (
        "2|canary-of-the-ledger"
    )

    repository = server.folder / "repository"
    stored = [path for path in repository.rglob("*") if path.is_file()]
    assert not [path for path in stored if b"canary-of" in path.read_bytes()]
    files = repository.glob("backup/medspa/*F/**/*")
    biggest = max(files, key=lambda path: path.stat().st_size)
    data = bytearray(biggest.read_bytes())
    data[len(data) // 2] ^= 1
    biggest.write_bytes(data)
    server.control("stop")
    shutil.rmtree(server.data)
    server.run("mkdir", "--mode=700", server.data)
    # Asked again, it would only read the same byte, half a minute later.
    assert "ERROR" in server.backrest("restore", "--job-retry=0", check=False)
