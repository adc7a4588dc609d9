"""How long leads waited for the first touch, from the rollups; medians exactly."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Period
from kpis.rollups.reading import RollupRange

CONTACTS = ", ".join(
    f"coalesce(sum(cohort_{name}), 0)::bigint AS {name}"
    for name in ("any_contacted", "any_within", "human_contacted", "human_within")
)


def contact_row(period: Period) -> dict[str, Any]:
    """How many leads came, were contacted, and were within five minutes."""
    parts = RollupRange.of(period)
    return parts.ask(query("reading", "speed", columns=CONTACTS, sums=parts.sums))[0]


def speed_row(period: Period, whose: Sequence[str]) -> dict[str, Any]:
    """Counts, and the medians of `whose` exactly: found by bucket, then read in it."""
    parts = RollupRange.of(period)
    row = contact_row(period)
    buckets: dict[str, list[tuple[int, int]]] = defaultdict(list)
    waits = query("reading", "waits", waits=parts.waits)
    for wait in parts.ask(waits, whose=list(whose)):
        buckets[wait["who"]].append((wait["bucket"], wait["n"]))
    for who in whose:
        row[f"{who}_median"] = _median(parts, who, buckets[who])
    return row


def speed_rows_by_assigned(period: Period) -> list[dict[str, Any]]:
    """As `speed_row`, of people's touches, for each `key`: a person's id or None.

    The medians are read from all waits of the range, which an index holds.
    """
    parts = RollupRange.of(period, Dimension.ASSIGNED)
    found = parts.ask(query("reading", "medians_by_assigned"))
    medians = {row["key"]: row["human_median"] for row in found}
    rows = parts.ask(query("reading", "speed_by_assigned", sums=parts.sums))
    return [row | {"human_median": medians.get(row["key"])} for row in rows]


def _median(
    parts: RollupRange, who: str, buckets: list[tuple[int, int]]
) -> float | None:
    """As `percentile_cont(0.5)` has it: between the two middle waits."""
    count = sum(n for _, n in buckets)
    if not count:
        return None
    low = _nth(parts, who, buckets, (count - 1) // 2)
    if count % 2:
        return low
    return low + 0.5 * (_nth(parts, who, buckets, count // 2) - low)


def _nth(
    parts: RollupRange, who: str, buckets: list[tuple[int, int]], rank: int
) -> float:
    for bucket, n in buckets:
        if rank < n:
            return _within(parts, who, bucket, rank)
        rank -= n
    raise AssertionError("a rank beyond the last wait")


def _within(parts: RollupRange, who: str, bucket: int, rank: int) -> float:
    """Clocks that count whole seconds make many equal waits: then any will do."""
    ends = parts.ask(query("reading", "ends_of_bucket", who=who), bucket=bucket)[0]
    if ends["shortest"] == ends["longest"]:
        return ends["shortest"]
    sql = query("reading", "in_bucket", who=who)
    return parts.ask(sql, bucket=bucket, skip=rank)[0]["seconds"]
