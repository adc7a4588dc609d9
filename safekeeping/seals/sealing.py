"""Sealing: what was written since the last seal gets the next link of the chain.

Each row of history carries the number of its transaction. A seal covers the rows of all
transactions below the oldest one that is still at work in this database: none of those
can add a row any more, however late it commits. Another server counts from the
beginning: there the chain goes on in a section of its own.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from medspa.audit.events import audit_kind, record_event
from medspa.json_columns import Schema
from safekeeping.seals.models import Seal
from safekeeping.seals.queries import proved_tables, query

# One sealer at a time.
SEALING_LOCK = 7_305_203
ROWS_PER_PART = 10_000
# Rows from before there were seals that one run takes up.
TAKEN_UP_AT_ONCE = 20_000
GENESIS = b"\0" * 32


class SectionDetails(Schema):
    seal: int
    server: str
    rows: int


SECTION_BEGUN = audit_kind(
    "seals_moved",
    "Audit log sealed on another server",
    "sealed on another database server, {server}, from seal {seal}: {rows} rows were"
    " under no seal",
    SectionDetails,
)


@dataclass(frozen=True)
class Span:
    """What a seal covers: transactions, and rows that came from another server."""

    server: str
    begins: int
    ends: int
    carried_from: int | None
    # Up to this seal, numbers of rows may be those of another server.
    known: int


def seal() -> Seal | None:
    """Seal what is new; None if there is nothing, or another process seals already."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALING_LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = Seal.objects.first()
        horizon, now = _horizon(cursor)
        span = _span(last, horizon)
        number = last.number + 1 if last else 1
        parts = list(_seal_rows(cursor, number, span))
        if not parts and span.carried_from is None:
            return None
        made = _link(last, span, now, parts)
        if made.begins_section:
            rows = sum(made.counts.values())
            said = SectionDetails(seal=made.number, server=made.server, rows=rows)
            record_event(SECTION_BEGUN, details=said)
        return made


def arrival(last: Seal | None) -> tuple[str, int | None]:
    """This server, and which transaction brought `last` here from another one."""
    with connection.cursor() as cursor:
        cursor.execute(query("arrival"), [last.number if last else 0])
        server, arrived = cursor.fetchone()
        return server, arrived


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
                "server": one.server,
                "carried_from": one.carried_from_xid,
                "counts": one.counts,
                "made_at": one.made_at.isoformat(),
            },
            sort_keys=True,
        )
        for one in Seal.objects.order_by("number")
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _horizon(cursor: Any) -> tuple[int, datetime]:
    cursor.execute(query("horizon"))
    horizon, now = cursor.fetchone()
    return int(horizon), now


def _span(last: Seal | None, horizon: int) -> Span:
    server, arrived = arrival(last)
    if last is None:
        return Span(server, 0, horizon, None, 0)
    if arrived is not None:
        begins = min(arrived, horizon)
        return Span(server, begins, horizon, last.to_xid, last.number)
    sections = Seal.objects.filter(carried_from_xid__isnull=False)
    known = sections.values_list("number", flat=True).first() or 0
    return Span(server, last.to_xid, horizon, None, known)


def _seal_rows(
    cursor: Any, number: int, span: Span
) -> Iterator[tuple[str, int, int, bytes]]:
    for table, key in proved_tables().items():
        cursor.execute(
            query("seal_rows", table=table, key=key),
            {
                "seal": number,
                "table": table,
                "from": span.begins,
                "to": span.ends,
                "carried_from": span.carried_from,
                "known": span.known,
                "size": ROWS_PER_PART,
            },
        )
        yield from cursor.fetchall()


def _link(
    last: Seal | None,
    span: Span,
    now: datetime,
    parts: list[tuple[str, int, int, bytes]],
) -> Seal:
    counts: dict[str, int] = {}
    for table, _, rows, _ in parts:
        counts[table] = counts.get(table, 0) + rows
    made = Seal(
        number=last.number + 1 if last else 1,
        previous_hash=bytes(last.hash) if last else GENESIS,
        from_xid=span.begins,
        to_xid=span.ends,
        server=span.server,
        carried_from_xid=span.carried_from,
        counts=counts,
        root=root_of(parts),
        made_at=now,
    )
    made.hash = made.computed_hash()
    made.signature = made.computed_signature()
    made.save(force_insert=True)
    return made
