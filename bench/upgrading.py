"""An upgrade of a filled database: python -m bench.upgrading landed --leads 100000

The older version (any name of a commit) is unpacked and fills a database of its own.
While `manage.py upgrade` runs, somebody takes the lock of a write on each big table a
hundred times a second, and the older version goes on serving pages and writing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

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
# Run by the older version: pages, and a write through its own code, until it is told.
OLD_CODE = """
import sys, django
django.setup()
from django.contrib.auth.models import Group
from django.test import Client
from leads.models import Lead
from medspa.models import Clinic, User
person, _ = User.objects.get_or_create(username="bench")
person.groups.set(Group.objects.filter(name="Administrator") or Group.objects.all())
client = Client()
client.force_login(person)
for line in sys.stdin:
    said = [client.get(page).status_code for page in ("/leads/", "/leads/board/")]
    for model in (Lead, Clinic):
        try:
            model.objects.first().save()
            said.append("saved")
        except Exception as error:
            said.append(f"{model.__name__}: {type(error).__name__}")
    print(*said, flush=True)
"""


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


def unpack(commit: str, folder: Path) -> None:
    archive = subprocess.run(
        ["git", "archive", commit],  # noqa: S607
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
    )
    unpack = ["tar", "-x", "-C", folder]
    subprocess.run(unpack, input=archive.stdout, check=True)


def environment(url: str, folder: Path) -> dict[str, str]:
    from medspa.demo.keys import demo_keys

    return {
        **os.environ,
        **demo_keys(folder),
        "DEBUG": "off",
        "ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "VAR_DIR": str(folder),
    }


def manage(folder: Path, env: dict[str, str], *arguments: str) -> str:
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
    return done.stdout


def upgrade(old: Path, env: dict[str, str], url: str) -> None:
    still_running = subprocess.Popen(
        [sys.executable, "-c", OLD_CODE],
        cwd=old,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert still_running.stdin
    assert still_running.stdout

    def old_code() -> str:
        still_running.stdin.write("go\n")
        still_running.stdin.flush()
        return still_running.stdout.readline().strip()

    print("The older version before:", old_code(), flush=True)
    begun = time.monotonic()
    with writing(url) as writers:
        print(manage(PROJECT, env, "upgrade"))
    print(f"Upgraded in {time.monotonic() - begun:.0f} s. Longest wait of a writer:")
    for writer in writers:
        print(f"  {writer.table}: {max(writer.waits) * 1000:,.0f} ms")
    print("The older version, still running:", old_code(), flush=True)
    still_running.stdin.close()
    still_running.wait()
    print("The older version, started now:", manage(old, env, "worker").strip()[-200:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--leads", type=int, default=10_000)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="medspa-old-") as name,
        scratch_home() as place,
    ):
        old = Path(name)
        unpack(options.commit, old)
        server = ScratchServer.create(place, "upgraded")
        try:
            env = environment(server.url(), old)
            manage(old, env, "migrate", "-v0")
            begun = time.monotonic()
            size = f"--leads={options.leads}"
            manage(old, env, "seed_demo", size, "--months=24", "--seed=7")
            print(f"Filled in {time.monotonic() - begun:.0f} s.", flush=True)
            upgrade(old, env, server.url())
        finally:
            server.stop()


if __name__ == "__main__":
    main()
