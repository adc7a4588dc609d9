"""The leader is killed while writers write: what was acknowledged, and when it went on.

Just before, the leader stops sending its log and writes rows that it alone has: what
comes back from a crash with more than the others is rewound.
"""

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from bench.failover.cluster import Cluster, Node, until

WRITERS = 4
ACTS_BEFORE = 200
GOES_ON_WITHIN = 60
COMES_BACK_WITHIN = 90
# In a database of its own, so that a clinic's may be restored beside it.
LEDGER = "ledger"
TABLE = "CREATE TABLE ledger (id bigint PRIMARY KEY, writer int NOT NULL)"
ALONE = "CREATE TABLE alone AS SELECT generate_series(1, 1000)"


@dataclass
class Acknowledged:
    """The numbers of rows whose commit was acknowledged, and when."""

    ids: list[int] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def longest_pause(self) -> float:
        pairs = zip(self.moments, self.moments[1:], strict=False)
        return max((later - earlier for earlier, later in pairs), default=0.0)


class Writers:
    """Threads that insert one row after the other, and connect again when cut off."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.acknowledged = Acknowledged()
        self._numbers, self._lock = iter(range(1, 1 << 40)), threading.Lock()
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(number,), daemon=True)
            for number in range(WRITERS)
        ]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(GOES_ON_WITHIN)

    def await_more(self, acts: int, seconds: float) -> float:
        wanted = len(self.acknowledged.ids) + acts
        return until(lambda: len(self.acknowledged.ids) >= wanted, seconds)

    def _write(self, writer: int) -> None:
        while not self._is_over.is_set():
            with (
                suppress(psycopg.Error),
                psycopg.connect(self.url, autocommit=True) as link,
            ):
                while not self._is_over.is_set():
                    self._write_one(link, writer)
            time.sleep(0.2)

    def _write_one(self, link: psycopg.Connection, writer: int) -> None:
        with self._lock:
            number = next(self._numbers)
        link.execute("INSERT INTO ledger VALUES (%s, %s)", [number, writer])
        with self._lock:
            self.acknowledged.ids.append(number)
            self.acknowledged.moments.append(time.monotonic())
        time.sleep(0.005)


@dataclass(frozen=True)
class Outcome:
    acknowledged: int
    lost: int
    # Seconds in which no commit was acknowledged, and until two nodes stood again.
    pause: float
    back: float
    is_rewound: bool
    # Rows that only the killed leader had and that nobody was told of.
    alone: int

    @property
    def sentence(self) -> str:
        how = "by pg_rewind" if self.is_rewound else "without a rewind"
        return (
            f"{self.acknowledged:,} commits acknowledged, {self.lost} lost; writing "
            f"went on after {self.pause:.1f} s; the old leader was back {how} "
            f"{self.back:.1f} s after its start."
        )


def prepare(cluster: Cluster) -> None:
    leader = cluster.leader
    leader.ask(f"CREATE DATABASE {LEDGER} OWNER medspa")
    leader.ask(f"SET ROLE medspa; {TABLE}", LEDGER)


def drill(cluster: Cluster, writers: Writers) -> Outcome:
    """Kill the leader, and let it come back."""
    writers.await_more(ACTS_BEFORE, GOES_ON_WITHIN)
    old = cluster.leader
    rewound_before = _rewinds(old)
    _write_alone(old)
    old.kill()
    writers.await_more(ACTS_BEFORE, GOES_ON_WITHIN)
    pause = writers.acknowledged.longest_pause()
    new = cluster.leader
    assert new is not old
    old.start()
    began = time.monotonic()
    cluster.await_both(COMES_BACK_WITHIN)
    back = time.monotonic() - began
    writers.await_more(ACTS_BEFORE, GOES_ON_WITHIN)
    return Outcome(
        acknowledged=len(writers.acknowledged.ids),
        lost=len(_lost(new, writers)),
        pause=pause,
        back=back,
        is_rewound=_rewinds(old) > rewound_before,
        alone=len(old.ask("SELECT FROM pg_class WHERE relname = 'alone'", LEDGER)),
    )


def _write_alone(leader: Node) -> None:
    """Rows that the leader has and its replica doesn't get any more."""
    for (pid,) in leader.ask("SELECT pid FROM pg_stat_replication"):
        os.kill(pid, signal.SIGSTOP)
    leader.ask(f"SET synchronous_commit = local; {ALONE}", LEDGER)


def _lost(leader: Node, writers: Writers) -> set[int]:
    acknowledged = set(writers.acknowledged.ids)
    return acknowledged - {id for (id,) in leader.ask("SELECT id FROM ledger", LEDGER)}


def _rewinds(node: Node) -> int:
    return node.log.read_text(errors="replace").count("pg_rewind exit code=0")
