"""What archiving the log costs who writes: an import and bulk tags, both ways.

python -m bench.archiving [--pairs 9]

Works on the embedded database of this folder (`manage.py devdb start`, `migrate`), or
on that of DATABASE_URL and BACKUP_DATABASE_URL, and leaves its leads there. Archived:
the server summarizes its log, and `manage.py archive_wal` runs. Both ways take turns,
and begin in turn. At the end: how far the archive is behind while imports run (RPO).
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

import django

os.environ |= {"DEBUG": "on", "DJANGO_SETTINGS_MODULE": "medspa.settings"}
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402

from bench import importing  # noqa: E402
from bench.cpu_time import Took, seconds_of, tell_pairs  # noqa: E402
from bench.many import tag_many  # noqa: E402
from leads.models import Lead  # noqa: E402
from medspa import clock  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import MANAGER  # noqa: E402
from safekeeping.backups.making.server import SLOT, keep_log, prepare  # noqa: E402
from safekeeping.backups.storage.config import current_config  # noqa: E402
from safekeeping.models import LogArchive  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    person, _ = User.objects.get_or_create(username="bench-archiving")
    person.groups.add(Group.objects.get(name=MANAGER))
    imported = importing.import_question().ask
    compare(f"import of {importing.ROWS:,} rows", imported, pairs)
    leads = Lead.objects.order_by("-pk")[: importing.ROWS]
    name = f"bulk tag of {importing.ROWS:,}"
    compare(name, lambda: tag_many(leads, person), pairs)
    behind(imported)


def compare(name: str, act: Callable[[], object], pairs: int) -> None:
    act()
    took: Took = {True: [], False: []}
    for number in range(pairs):
        for is_archived in (True, False) if number % 2 else (False, True):
            with archiving() if is_archived else no_archiving():
                took[is_archived].append(seconds_of(act))
    tell_pairs(name, "archived", took)


@contextmanager
def archiving() -> Iterator[None]:
    """`manage.py archive_wal` beside us, once it has caught up."""
    with psycopg.connect(current_config().database_url, autocommit=True) as link:
        prepare(link)
        keep_log(link)
    began = clock.now()
    command = [sys.executable, "manage.py", "archive_wal"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR) as process:
        try:
            while not (moment := archived_at()) or moment < began:
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


@contextmanager
def no_archiving() -> Iterator[None]:
    """Neither a slot that keeps the log nor a process that summarizes it."""
    with psycopg.connect(current_config().database_url, autocommit=True) as link:
        link.execute("ALTER SYSTEM SET summarize_wal = off")
        link.execute("SELECT pg_reload_conf()")
        link.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = %s AND NOT active",
            [SLOT],
        )
    yield


def behind(act: Callable[[], object]) -> None:
    """How old the newest archived moment is while imports run one after the other."""
    seen, ended = [], Event()

    def look() -> None:
        while not ended.wait(0.5):
            if moment := archived_at():
                seen.append((clock.now() - moment).total_seconds())

    with archiving():
        looking = Thread(target=look)
        looking.start()
        for _ in range(12):
            act()
        ended.set()
        looking.join()
    print(
        f"archive behind under imports: median {statistics.median(seen):.1f} s, "
        f"longest {max(seen):.1f} s of {len(seen)} looks",
        flush=True,
    )


def archived_at() -> datetime | None:
    return LogArchive.current().archived_at


if __name__ == "__main__":
    main()
