"""How long leads waited for the first touch, from the sums; medians exactly."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kpis.period import Period
from kpis.rollups.reading import Parts
from kpis.rollups.sums import BY_ARRIVAL

SPEED_SUMS = f"""
SELECT {
    ", ".join(
        f"coalesce(sum({name}), 0)::bigint AS {name.removeprefix('cohort_')}"
        for name in BY_ARRIVAL
        if "any" in name or "human" in name
    )
}, coalesce(sum(leads), 0)::bigint AS leads
FROM kpis_daysum WHERE {{sums}}
"""  # noqa: S608  (no input)
WAITS = (
    "SELECT who, bucket, sum(n)::bigint AS n FROM kpis_waitsum WHERE {sums} "
    "AND who = ANY(%(whose)s) GROUP BY who, bucket HAVING sum(n) <> 0 "
    "ORDER BY who, bucket"
)
ENDS_OF_BUCKET = """
SELECT min({who}_wait) AS shortest, max({who}_wait) AS longest
FROM kpis_fact WHERE {who}_bucket = %(bucket)s
"""
IN_BUCKET = """
SELECT {who}_wait AS seconds FROM kpis_fact
WHERE {who}_bucket = %(bucket)s AND created_day BETWEEN %(first)s AND %(last)s
ORDER BY {who}_wait OFFSET %(skip)s LIMIT 1
"""


def contact_row(period: Period) -> dict[str, Any]:
    """How many leads came, were contacted, and were within five minutes."""
    parts = Parts.of(period)
    return parts.ask(SPEED_SUMS.format(sums=parts.sums))[0]


def speed_row(period: Period, whose: Sequence[str]) -> dict[str, Any]:
    """Counts, and the medians of `whose` exactly: found by bucket, then read in it."""
    parts = Parts.of(period)
    row = contact_row(period)
    buckets: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for wait in parts.ask(WAITS.format(sums=parts.sums), whose=list(whose)):
        buckets[wait["who"]].append((wait["bucket"], wait["n"]))
    for who in whose:
        row[f"{who}_median"] = _median(parts, who, buckets[who])
    return row


def _median(parts: Parts, who: str, buckets: list[tuple[int, int]]) -> float | None:
    """As `percentile_cont(0.5)` has it: between the two middle waits."""
    count = sum(n for _, n in buckets)
    if not count:
        return None
    low = _nth(parts, who, buckets, (count - 1) // 2)
    if count % 2:
        return low
    return low + 0.5 * (_nth(parts, who, buckets, count // 2) - low)


def _nth(parts: Parts, who: str, buckets: list[tuple[int, int]], place: int) -> float:
    for bucket, n in buckets:
        if place < n:
            return _within(parts, who, bucket, place)
        place -= n
    raise AssertionError("a place beyond the last wait")


def _within(parts: Parts, who: str, bucket: int, place: int) -> float:
    """Clocks that count whole seconds make many equal waits: then any will do."""
    ends = parts.ask(ENDS_OF_BUCKET.format(who=who), bucket=bucket)[0]
    if ends["shortest"] == ends["longest"]:
        return ends["shortest"]
    sql = IN_BUCKET.format(who=who)
    return parts.ask(sql, bucket=bucket, skip=place)[0]["seconds"]
