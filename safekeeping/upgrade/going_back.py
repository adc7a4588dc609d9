"""Back to the copy that the last upgrade took: the database as it was then."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.db import connection

from safekeeping.upgrade import copying, counts
from safekeeping.upgrade.erased_since import erase_again, keep_ledger
from safekeeping.upgrade.record import Phase, UpgradeRecord
from safekeeping.upgrade.upgrading import Say, applied_migrations, only_one

CLOSING_SECONDS = 2
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


def what_would_be_lost(record: UpgradeRecord) -> Iterator[str]:
    """A sentence for each table that got more rows since."""
    for table, rows in counts.count_rows().items():
        if (more := rows - record.counts.get(table, 0)) > 0:
            yield f"{table}: {more:,} more rows than then."


def copy_to_go_back_to() -> UpgradeRecord:
    record = UpgradeRecord.load()
    if record is None or not record.sha256 or record.phase is Phase.COPYING:
        raise CommandError("There is no copy to go back to: no upgrade took one here.")
    if record.database != connection.settings_dict["NAME"]:
        raise CommandError(
            f"The copy is one of the database {record.database}, and this is another."
        )
    if not record.dump.exists():
        raise CommandError(
            "The copy is gone; it is kept for a week. Restore a backup instead: "
            "docs/backups.md."
        )
    if copying.sha256_of(record.dump) != record.sha256:
        raise CommandError(
            f"{record.dump} is not the file that was written: it was changed or is "
            "damaged. Nothing was done. Restore a backup instead: docs/backups.md."
        )
    return record


def go_back(record: UpgradeRecord, say: Say) -> None:
    with only_one() as lock:
        ours: Any = connection
        ours.close()
        ours.close_pool()
        _refuse_while_in_use(lock)
        ledger = keep_ledger()
        ours.close()
        ours.close_pool()
        record.enter(Phase.GOING_BACK)
        copying.put_back(record.dump)
        if applied_migrations() != record.applied:
            raise CommandError("The copy was restored, and its migrations differ.")
        record.enter(Phase.WENT_BACK)
        if again := erase_again(ledger):
            say(again)
    say(
        f"The database is as it was on {record.when}. Install the "
        "version from before, then start the site and its worker."
    )


def _refuse_while_in_use(lock: psycopg.Connection[Any]) -> None:
    """`lock` is our only connection; those that we closed need a moment to be gone."""
    give_up_at = time.monotonic() + CLOSING_SECONDS
    while others := lock.execute(OTHERS).fetchone() != (0,):
        if time.monotonic() > give_up_at:
            break
        time.sleep(0.05)
    if others:
        raise CommandError(
            "The site is in use: the database has other connections. Stop it first: "
            "systemctl stop medspa-web medspa-receiver medspa-worker medspa-archive"
        )
