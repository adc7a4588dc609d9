"""An upgrade of a filled database: python -m bench.upgrading landed --leads 100000

The older version (any name of a commit) is unpacked and fills a database of its own.
While `manage.py upgrade` runs, somebody takes the lock of a write on each big table a
hundred times a second, and the older version goes on serving pages and writing. Then
every row from before is looked for, and the older version is started anew. Versions
before 44ffd4ec with lead summaries are filled 13 times as fast by --loader 44ffd4ec.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench import kept_rows
from bench.scratch_server import ScratchServer, scratch_home

PROJECT = Path(__file__).parents[1]
BIG = (
    "leads_lead",
    "leads_leadhistory",
    "leads_activity",
    "leads_activityhistory",
    "leads_leadstage",
    "leads_leadtag",
    "leads_opportunity",
    "leads_contactpoint",
    "kpis_kpievent",
    "kpis_kpieventhistory",
    "commissions_credit",
)
LOADER = (
    "leads/services/summaries.py",
    "medspa/demo/sample/loading.py",
    "medspa/demo/sample/seeding.py",
)
OLD_CODE = Path(__file__).with_name("older_version.py").read_text()


@dataclass
class Writer:
    """Takes the lock of a write on one table, again and again."""

    url: str
    table: str
    done: threading.Event
    waits: list[float] = field(default_factory=list)

    def run(self) -> None:
        with psycopg.connect(self.url) as link:
            while not self.done.is_set():
                begun = time.monotonic()
                link.execute(f"LOCK TABLE {self.table} IN ROW EXCLUSIVE MODE")
                link.commit()
                self.waits.append(time.monotonic() - begun)
                time.sleep(0.01)


@contextmanager
def writing(url: str) -> Iterator[list[Writer]]:
    done = threading.Event()
    writers = [Writer(url, table, done) for table in BIG]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        done.set()
        for thread in threads:
            thread.join()


def unpack(commit: str, folder: Path, *paths: str) -> None:
    """All of it, or only `paths`."""
    archive = subprocess.run(
        ["git", "archive", commit, *paths],  # noqa: S607
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    unpack = ["tar", "-x", "-C", folder]
    subprocess.run(unpack, input=archive.stdout, check=True)


def environment(url: str, var: Path) -> dict[str, str]:
    """`var` is apart from the code: its "static" isn't the older version's own."""
    from medspa.demo.keys import demo_keys

    return {
        **os.environ,
        **demo_keys(var),
        "DEBUG": "off",
        "ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "VAR_DIR": str(var),
    }


def manage(
    folder: Path, env: dict[str, str], *arguments: str, must_succeed: bool = False
) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"$ manage.py {' '.join(arguments)} → {done.returncode}", flush=True)
    if must_succeed and done.returncode:
        sys.exit(done.stdout)
    return done.stdout


class OldCode:
    """The older version as a process that goes on running, and what it did so far."""

    def __init__(self, old: Path, env: dict[str, str]) -> None:
        self.longest: dict[str, float] = {}
        self.failures: Counter[str] = Counter()
        self.rounds = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", OLD_CODE],
            cwd=old,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a line for each request
            text=True,
        )

    def work(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        done = json.loads(self.process.stdout.readline())
        self.rounds += 1
        for act, (seconds, failure) in done.items():
            self.longest[act] = max(self.longest.get(act, 0), seconds)
            if failure:
                self.failures[f"{act}: {failure}"] += 1

    def tell(self, when: str) -> None:
        print(f"The older version {when}, {self.rounds} times all of it; the longest:")
        for act, seconds in self.longest.items():
            print(f"  {act}: {seconds * 1000:,.0f} ms")
        for failure, times in self.failures.items():
            print(f"  FAILED {times} times: {failure}")
        sys.stdout.flush()
        self.longest, self.failures, self.rounds = {}, Counter(), 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """Inside, it works all the time."""
        done = threading.Event()

        def work() -> None:
            while not done.is_set():
                self.work()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def tell_migrations(link: kept_rows.Link, copied: float) -> None:
    """How long each took, the slowest first; they say when they were done."""
    applied = link.execute(
        "SELECT app || '.' || name, extract(epoch FROM applied)::float8 "
        "FROM django_migrations WHERE extract(epoch FROM applied) > %s ORDER BY id",
        [copied],
    ).fetchall()
    ends = [copied, *(end for _, end in applied)]
    took = {name: end - ends[place] for place, (name, end) in enumerate(applied)}
    print(f"{len(took)} migrations in {sum(took.values()):.1f} s:")
    for name in sorted(took, key=lambda name: -took[name]):
        print(f"  {name}: {took[name]:.2f} s")


def upgrade(old: Path, env: dict[str, str], url: str) -> None:
    running = OldCode(old, env)
    running.work()
    running.tell("before")
    with psycopg.connect(url, autocommit=True) as link:
        tables = kept_rows.remember(link)
        begun = time.monotonic()
        with writing(url) as writers, running.working():
            print(manage(PROJECT, env, "upgrade"))
        print(f"Upgraded in {time.monotonic() - begun:.0f} s. A writer waited at most:")
        for writer in writers:
            print(f"  {writer.table}: {max(writer.waits) * 1000:,.0f} ms")
        running.tell("meanwhile")
        rows = kept_rows.number(link)
        print(
            f"Of {rows:,} rows in {len(tables)} tables these were changed or removed:"
        )
        for table, changed in kept_rows.lost(link, tables):
            print(f"  {table}: {changed:,}")
        link.execute("DROP SCHEMA bench CASCADE")
        copy = Path(env["VAR_DIR"]) / "upgrade" / "before.dump"
        tell_migrations(link, copy.stat().st_mtime)
    running.work()
    running.tell("afterwards, still running")
    running.end()
    again = OldCode(old, env)
    again.work()
    again.tell("started again")
    again.end()
    print(manage(old, env, "worker", "--until-empty").strip()[-500:])
    for command in ("verify_totals", "verify_kpis", "verify_audit"):
        print(manage(PROJECT, env, command).strip()[-500:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--loader", help="the commit whose sample loader is used")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="medspa-old-") as name,
        scratch_home() as place,
    ):
        old = Path(name)
        unpack(options.commit, old)
        if options.loader:
            unpack(options.loader, old, *LOADER)
        server = ScratchServer.create(place, "upgraded")
        try:
            env = environment(server.url(), old / "var")
            manage(old, env, "migrate", "-v0", must_succeed=True)
            begun = time.monotonic()
            size = f"--leads={options.leads}"
            seeding = "seed_demo", size, "--months=24", "--seed=7"
            manage(old, env, *seeding, must_succeed=True)
            print(f"Filled in {time.monotonic() - begun:.0f} s.", flush=True)
            upgrade(old, env, server.url())
        finally:
            server.stop()


if __name__ == "__main__":
    main()
