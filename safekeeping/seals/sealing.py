"""Sealing: what was written since the last seal gets the next link of the chain.

Each row of history carries the number of its transaction. A seal covers the rows of all
transactions below the oldest one that is still at work: none of those can add a row any
more, however late it commits.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from medspa.refusals import Refused
from safekeeping.seals.models import Seal
from safekeeping.seals.queries import proved_tables, query

# One sealer at a time.
LOCK = 7_305_203
ROWS_PER_PART = 10_000
# Rows from before there were seals that one run takes up.
TAKEN_UP_AT_ONCE = 20_000
GENESIS = b"\0" * 32


class AnotherServer(Refused):
    code = "another_server"


def seal() -> Seal | None:
    """Seal what is new; None if there is nothing, or another process seals already."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = Seal.objects.first()
        horizon, now = _horizon(cursor)
        begins = last.to_xid if last else 0
        if horizon < begins:
            raise AnotherServer(
                "The database counts transactions from the beginning, as after loading "
                "a dump. See “Another server” in docs/audit.md."
            )
        number = last.number + 1 if last else 1
        parts = list(_seal_rows(cursor, number, begins, horizon))
        if not parts:
            return None
        return _link(last, (begins, horizon), now, parts)


def take_up_old_rows(limit: int = TAKEN_UP_AT_ONCE) -> int:
    """Give rows from before there were seals a salt and a transaction; how many."""
    left = limit
    for table, key in proved_tables().items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query("take_up", table=table, key=key), [left])
            left -= cursor.rowcount
        if left <= 0:
            break
    return limit - left


def root_of(parts: list[tuple[str, int, int, bytes]]) -> bytes:
    """Over the digest of each part: (table, part, rows, digest)."""
    joined = hashlib.sha256()
    for table, part, rows, digest in sorted(parts):
        joined.update(f"{table}:{part}:{rows}:".encode() + bytes(digest))
    return joined.digest()


def seal_export() -> bytes:
    """All seals, one JSON object a line, for another place to keep.

    Whoever holds it finds a chain that was rewritten: `verify_audit --against FILE`.
    """
    lines = [
        json.dumps(
            {
                "number": one.number,
                "hash": bytes(one.hash).hex(),
                "previous": bytes(one.previous_hash).hex(),
                "root": bytes(one.root).hex(),
                "signature": bytes(one.signature).hex(),
                "from": one.from_xid,
                "to": one.to_xid,
                "counts": one.counts,
                "made_at": one.made_at.isoformat(),
            },
            sort_keys=True,
        )
        for one in Seal.objects.order_by("number")
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _horizon(cursor: Any) -> tuple[int, datetime]:
    """The oldest transaction that is still at work, and what time it is."""
    cursor.execute(
        "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
        " clock_timestamp()"
    )
    horizon, now = cursor.fetchone()
    return int(horizon), now


def _seal_rows(
    cursor: Any, number: int, begins: int, ends: int
) -> Iterator[tuple[str, int, int, bytes]]:
    for table, key in proved_tables().items():
        cursor.execute(
            query("seal_rows", table=table, key=key),
            {
                "seal": number,
                "table": table,
                "from": begins,
                "to": ends,
                "size": ROWS_PER_PART,
            },
        )
        yield from cursor.fetchall()


def _link(
    last: Seal | None,
    xids: tuple[int, int],
    now: datetime,
    parts: list[tuple[str, int, int, bytes]],
) -> Seal:
    counts: dict[str, int] = {}
    for table, _, rows, _ in parts:
        counts[table] = counts.get(table, 0) + rows
    made = Seal(
        number=last.number + 1 if last else 1,
        previous_hash=bytes(last.hash) if last else GENESIS,
        from_xid=xids[0],
        to_xid=xids[1],
        counts=counts,
        root=root_of(parts),
        made_at=now,
    )
    made.hash = made.computed_hash()
    made.signature = made.computed_signature()
    made.save(force_insert=True)
    return made
