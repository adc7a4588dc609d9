"""Two nodes of PostgreSQL under Patroni, and one etcd, with the files of deploy/ha."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from bench.scratch_server import PASSWORD, wait_for_port
from medspa.postgres.embedded.connection import HOST, free_port
from medspa.postgres.embedded.home import Home

DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "ha"
STARTS_WITHIN = 60
REST_PORTS_BEGIN = 15_000


class Node:
    """One Patroni, which starts and stops the PostgreSQL of its data folder."""

    def __init__(self, place: Home, name: str, etcd_port: int) -> None:
        self.place, self.name, self.etcd_port = place, name, etcd_port
        self.port = free_port(place.folder / name)
        self.rest_port = self.port - REST_PORTS_BEGIN
        self.data = place.folder / f"{name}-data"
        self.log = place.folder / f"{name}.log"
        self.patroni: subprocess.Popen | None = None

    def start(self) -> None:
        configuration = str(self.place.folder / "patroni.yml")
        with self.log.open("a") as log:
            self.patroni = subprocess.Popen(
                [*self._as_account(), sys.executable, "-m", "patroni", configuration],
                env=self._environment(),
                stdout=log,
                stderr=log,
                cwd=self.place.folder,
            )

    def kill(self) -> None:
        """`kill -9` of Patroni and of everything that it has started."""
        processes = self.processes()
        if self.patroni:
            self.patroni.kill()
            self.patroni.wait()
            self.patroni = None
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def processes(self) -> list[int]:
        """The server and its children."""
        try:
            server = int((self.data / "postmaster.pid").read_text().split()[0])
            children = Path(f"/proc/{server}/task/{server}/children").read_text()
        except (OSError, ValueError):
            return []
        return [server, *map(int, children.split())]

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """As the superuser."""
        with psycopg.connect(
            host=HOST,
            port=self.port,
            user="postgres",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
            connect_timeout=3,
        ) as link:
            cursor = link.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def _as_account(self) -> list[str]:
        """For root: as the server's account, which may read our Python all the same."""
        if not (account := self.place.account):
            return []
        may = "-all,+dac_read_search"
        who = f"--reuid={account.user}", f"--regid={account.group}", "--clear-groups"
        return ["setpriv", *who, f"--inh-caps={may}", f"--ambient-caps={may}"]

    def _environment(self) -> dict[str, str]:
        """The lines of patroni.env.example, with what is true here."""
        there = f"{HOST}:{self.port}", f"{HOST}:{self.rest_port}"
        values = (
            ("NAME", self.name),
            ("POSTGRESQL_DATA_DIR", str(self.data)),
            ("POSTGRESQL_BIN_DIR", str(self.place.programs / "bin")),
            ("POSTGRESQL_PGPASS", str(self.place.folder / f"{self.name}.pgpass")),
            ("POSTGRESQL_LISTEN", there[0]),
            ("POSTGRESQL_CONNECT_ADDRESS", there[0]),
            ("RESTAPI_LISTEN", there[1]),
            ("RESTAPI_CONNECT_ADDRESS", there[1]),
            ("ETCD3_HOSTS", f"{HOST}:{self.etcd_port}"),
            ("SUPERUSER_PASSWORD", PASSWORD),
            ("REPLICATION_PASSWORD", PASSWORD),
        )
        ours = {f"PATRONI_{name}": value for name, value in values}
        assert ours.keys() == _names_in("patroni.env.example"), (
            "the example is complete"
        )
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", **ours}


class Cluster:
    """Both nodes."""

    def __init__(self, place: Home, etcd_port: int) -> None:
        self.nodes = [Node(place, name, etcd_port) for name in ("one", "two")]

    def url(self, user: str = "medspa", database: str = "medspa", **more: str) -> str:
        """Both hosts: whoever may be written to answers."""
        hosts = ",".join(f"{HOST}:{node.port}" for node in self.nodes)
        query = "&".join(
            f"{name}={value}"
            for name, value in ({"target_session_attrs": "read-write"} | more).items()
        )
        return f"postgres://{user}:{PASSWORD}@{hosts}/{database}?{query}"

    def roles(self) -> dict[str, tuple[str, str]]:
        """Node → its role and state, as whichever Patroni answers knows them."""
        for node in self.nodes:
            with suppress(OSError, ValueError):
                address = f"http://{HOST}:{node.rest_port}/cluster"
                with urllib.request.urlopen(address, timeout=2) as answer:
                    members = json.load(answer)["members"]
                return {one["name"]: (one["role"], one["state"]) for one in members}
        return {}

    @property
    def leader(self) -> Node:
        """The one that may be written to, once a Patroni answers."""
        until(lambda: self._leaders() != [], STARTS_WITHIN)
        [found] = self._leaders()
        return found

    def _leaders(self) -> list[Node]:
        leader = ("leader", "running")
        roles = self.roles()
        return [node for node in self.nodes if roles.get(node.name) == leader]

    def await_both(self, seconds: float = STARTS_WITHIN) -> None:
        """Until one leads and the other has every commit at once."""
        wanted = [("leader", "running"), ("sync_standby", "streaming")]
        until(lambda: sorted(self.roles().values()) == wanted, seconds)


@contextmanager
def cluster(etcd: Path, place: Home) -> Iterator[Cluster]:
    """Running, with the role and the database "medspa"; gone at the end."""
    with ExitStack() as stack:
        etcd_port = stack.enter_context(_etcd(etcd, place))
        text = (DEPLOYED / "patroni.yml").read_text()
        # The loopback's addresses have no network of their own.
        (place.folder / "patroni.yml").write_text(text.replace("samenet", "samehost"))
        made = Cluster(place, etcd_port)
        for node in made.nodes:
            stack.callback(node.kill)
        first, second = made.nodes
        first.start()
        until(lambda: made.roles().get("one") == ("leader", "running"), STARTS_WITHIN)
        second.start()
        first.ask(f"CREATE ROLE medspa LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        first.ask("CREATE DATABASE medspa OWNER medspa")
        made.await_both()
        yield made


@contextmanager
def _etcd(program: Path, place: Home) -> Iterator[int]:
    port = free_port(place.folder / "etcd")
    client, peer = f"http://{HOST}:{port}", f"http://{HOST}:{port - REST_PORTS_BEGIN}"
    folder = place.folder / "etcd"
    ours = {
        "ETCD_NAME": "one",
        "ETCD_DATA_DIR": str(folder),
        "ETCD_LISTEN_CLIENT_URLS": client,
        "ETCD_ADVERTISE_CLIENT_URLS": client,
        "ETCD_LISTEN_PEER_URLS": peer,
        "ETCD_INITIAL_ADVERTISE_PEER_URLS": peer,
        "ETCD_INITIAL_CLUSTER": f"one={peer}",
        "ETCD_INITIAL_CLUSTER_STATE": "new",
        "ETCD_INITIAL_CLUSTER_TOKEN": "medspa",
    }
    assert ours.keys() == _names_in("etcd.env.example"), "the example is complete"
    running = subprocess.Popen(
        [program],
        env=ours | {"PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(running, port)
        yield port
    finally:
        running.kill()
        running.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _names_in(example: str) -> set[str]:
    lines = (DEPLOYED / example).read_text().splitlines()
    return {line.partition("=")[0] for line in lines if line and line[0] != "#"}


def until(is_so: Callable[[], bool], seconds: float) -> float:
    """How long it took; RuntimeError when it takes longer."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"not within {seconds} seconds")
        time.sleep(0.2)
    return time.monotonic() - began
