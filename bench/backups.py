"""Backups of a filled site: their size and time, and how soon and how far back it is.

python -m bench.backups [--commits 12] [--imports 10] [--moments 20]

Works on the embedded database of this folder (`manage.py devdb start`, `migrate`,
`seed_demo --leads 10000`), or on that of DATABASE_URL and BACKUP_DATABASE_URL with
BACKUP_DIR and BACKUP_WORK_DIR, and leaves its leads and backups there. A full backup,
imports, an incremental one; then how long a commit waits until it is archived (RPO),
and a restore into a scratch server, ready to be used (RTO), with all leads in it. At
the end, moments by chance are restored, and compared with what was acknowledged then.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

# Sets Django up.
from bench.archiving import archived_at, archiving
from bench.importing import ROWS, import_question

# isort: split
from django.conf import settings

from leads.models import Lead
from leads.services.pipeline import create_lead
from medspa import clock
from safekeeping.backups.restoring.acts import inspect
from safekeeping.backups.restoring.identities import drill_identities
from safekeeping.backups.restoring.plan import Archive
from safekeeping.backups.restoring.restore import Restored, restore
from safekeeping.backups.running import back_up
from safekeeping.backups.storage.config import OWNER, BackupConfig, current_config
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.signing import public_key


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=12)
    parser.add_argument("--imports", type=int, default=10)
    parser.add_argument("--moments", type=int, default=0)
    options = parser.parse_args()
    config = current_config()
    print(f"{Lead.all_objects.count():,} leads", flush=True)
    tell_backup(config, is_full=True)
    wait_for_archive(options.commits, options.imports)
    tell_backup(config, is_full=False)
    tell_restore(config)
    if options.moments:
        tell_moments(config, options.moments)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def tell_backup(config: BackupConfig, *, is_full: bool) -> None:
    seconds, made = timed(lambda: back_up(config, is_full=is_full))
    print(
        f"{made.kind}: {seconds:.1f} s, {made.size / 1e6:,.0f} MB of a database of "
        f"{made.database_bytes / 1e6:,.0f} MB",
        flush=True,
    )


def wait_for_archive(commits: int, imports: int) -> None:
    """From a commit until everything before it is archived, at moments by chance."""
    act = import_question().ask
    with archiving():
        for _ in range(imports):
            act()
        waits = [waited() for _ in range(commits)]
    print(
        f"After {imports} imports of {ROWS:,} rows a commit was archived after "
        f"{statistics.median(waits):.1f} s (median of {commits}), at most "
        f"{max(waits):.1f} s",
        flush=True,
    )


def waited() -> float:
    time.sleep(random.uniform(0, 10))
    create_lead(Lead(first_name="Ana"))
    committed = clock.now()
    began = time.perf_counter()
    while not (moment := archived_at()) or moment < committed:
        time.sleep(0.05)
    return time.perf_counter() - began


def tell_restore(config: BackupConfig) -> None:
    """The newest moment; RuntimeError when a lead is missing."""
    restored = restored_to(config, None)
    database = str(settings.DATABASES["default"]["NAME"])
    try:
        seconds, _ = timed(
            lambda: inspect(config, restored.server, database, is_checked=False)
        )
        found = leads_in(restored)
    finally:
        restored.server.remove()
    plan = restored.plan
    print(
        f"restore of {len(plan.chain)} backups and {len(plan.segments)} segments of "
        f"the log: {restored.seconds:.1f} s, and {seconds:.1f} s to prepare it",
        flush=True,
    )
    if found != Lead.all_objects.count():
        raise RuntimeError(f"Of all leads {found} were restored.")


def restored_to(config: BackupConfig, moment: datetime | None) -> Restored:
    place, key = first_of(config), public_key(config.signing_key)
    identities = drill_identities(config, OWNER)
    if identities is None:
        raise RuntimeError("Name the owner's identity in BACKUP_DRILL_IDENTITIES.")
    return restore(config, place, Archive(place, key).plan(moment), identities, key)


def leads_in(restored: Restored) -> int:
    database = str(settings.DATABASES["default"]["NAME"])
    with restored.server.connected(database) as link:
        row = link.execute("SELECT count(*) FROM leads_lead").fetchone()
    return int(row[0]) if row else 0


def tell_moments(config: BackupConfig, number: int) -> None:
    """Leads are entered meanwhile; RuntimeError when one moment has others."""
    known, entered = Lead.all_objects.count(), []
    with archiving():
        for _ in range(2 * number):
            began = clock.now()
            create_lead(Lead(first_name="Ana"))
            entered.append((began, clock.now()))
            time.sleep(random.uniform(0, 2))
        while not (until := archived_at()) or until < entered[-1][1]:
            time.sleep(0.1)
    first, last = entered[0][0], entered[-1][1]
    for _ in range(number):
        moment = first + random.random() * (last - first)
        # Whether a lead was in just then nobody can say.
        while any(began <= moment <= ended for began, ended in entered):
            moment = first + random.random() * (last - first)
        restored = restored_to(config, moment)
        try:
            found = leads_in(restored)
        finally:
            restored.server.remove()
        expected = known + sum(ended < moment for _, ended in entered)
        if found != expected:
            raise RuntimeError(f"{moment}: {found} leads instead of {expected}.")
        print(f"{moment:%H:%M:%S.%f}: {found:,} leads, as acknowledged", flush=True)


if __name__ == "__main__":
    main()
