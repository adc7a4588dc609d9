"""What the audit trail costs who writes: an import and bulk tags, with it and without.

python -m bench.audit_trail [--rows 2000] [--pairs 9] [--no-import]

Works on the database of DATABASE_URL and takes everything back. Without: the columns
that prove a row get no values, their index is gone, and the triggers that keep history
are off. Both ways take turns, and begin in turn.
"""

import argparse
import os
from collections.abc import Callable

import django

from bench.__main__ import PROJECT
from medspa.demo.keys import demo_keys

os.environ |= demo_keys(PROJECT / "var") | {
    "DEBUG": "off",
    "ALLOWED_HOSTS": "testserver",
    "DJANGO_SETTINGS_MODULE": "bench.settings",
}
django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench import importing  # noqa: E402
from bench.cpu_time import Took, seconds_of, tell_pairs  # noqa: E402
from bench.many import tag_many  # noqa: E402
from leads.models import Lead  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import MANAGER  # noqa: E402
from safekeeping.seals.queries import proved_tables  # noqa: E402

WITHOUT = """
ALTER TABLE {table} ALTER COLUMN proof_salt DROP DEFAULT,
    ALTER COLUMN proof_xid DROP DEFAULT, DISABLE TRIGGER {table}_stays;
DROP INDEX {table}_by_xid
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--no-import", action="store_true", help="only bulk tags")
    options = parser.parse_args()
    with transaction.atomic():
        person = User.objects.create_user("bench-audit")
        person.groups.add(Group.objects.get(name=MANAGER))
        importing.ROWS = options.rows
        ask = importing.import_question().ask
        if not options.no_import:
            compare(f"import of {options.rows:,} rows", ask, options.pairs)
        ask()
        leads = Lead.objects.order_by("-pk")[: options.rows]
        compare(
            f"bulk tag of {options.rows:,}",
            lambda: tag_many(leads, person),
            options.pairs,
        )
        transaction.set_rollback(True)


def compare(name: str, act: Callable[[], object], pairs: int) -> None:
    act()
    took: Took = {True: [], False: []}
    for number in range(pairs):
        for is_kept in (True, False) if number % 2 else (False, True):
            took[is_kept].append(seconds(act, is_kept=is_kept))
    tell_pairs(name, "with the audit trail", took)


def seconds(act: Callable[[], object], *, is_kept: bool) -> tuple[float, float]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Both ways check foreign keys, which a rollback would leave out.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not is_kept:
            for table in proved_tables():
                cursor.execute(WITHOUT.format(table=table))
        act()  # the server plans anew for a changed table: not what is measured
        took = seconds_of(act)
        transaction.set_rollback(True)
    return took


if __name__ == "__main__":
    main()
