"""How long leads waited for the first touch, from the rollups; medians exactly."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Period
from kpis.rollups.medians import median
from kpis.rollups.reading import RollupRange

IS_OF = {Dimension.SLICE: "true", Dimension.ASSIGNED: "assigned_to = %(key)s"}
CONTACTS = ", ".join(
    f"coalesce(sum(cohort_{name}), 0)::bigint AS {name}"
    for name in ("any_contacted", "any_within", "human_contacted", "human_within")
)


def contact_row(period: Period) -> dict[str, Any]:
    """How many leads came, were contacted, and were within five minutes."""
    parts = RollupRange.of(period)
    return parts.ask(query("reading", "speed", columns=CONTACTS, sums=parts.sums))[0]


def speed_row(period: Period, whose: Sequence[str]) -> dict[str, Any]:
    """Counts, and the medians of `whose` exactly: found by bucket, then read in it.

    Raises ValuesChanged.
    """
    medians = _medians(RollupRange.of(period), whose)
    found = {f"{who}_median": medians.get((None, who)) for who in whose}
    return contact_row(period) | found


def speed_rows_by_assigned(period: Period) -> list[dict[str, Any]]:
    """As `speed_row`, of people's touches, for each `key`: a person's id or None."""
    parts = RollupRange.of(period, Dimension.ASSIGNED)
    medians = _medians(parts, ("human",))
    columns = f"nullif(key, '') AS key, {CONTACTS}"
    sql = query("reading", "speed", columns=columns, sums=parts.sums)
    rows = parts.ask(f"{sql} GROUP BY 1 HAVING sum(leads) <> 0")
    return [row | {"human_median": medians.get((row["key"], "human"))} for row in rows]


def _medians(
    parts: RollupRange, whose: Sequence[str]
) -> dict[tuple[str | None, str], float | None]:
    """By key and by whose touches."""
    buckets: dict[tuple[str | None, str], list[tuple[int, int]]] = defaultdict(list)
    waits = query("reading", "waits", sums=parts.sums)
    for wait in parts.ask(waits, whose=list(whose)):
        buckets[wait["key"], wait["who"]].append((wait["bucket"], wait["n"]))
    return {
        (key, who): median(found, partial(_waits, parts, key, who))
        for (key, who), found in buckets.items()
    }


def _waits(
    parts: RollupRange, key: str | None, who: str, bucket: int, skip: int, many: int
) -> list[float]:
    """Of the waits in the bucket, in order, `many` after `skip`."""
    sql = query("reading", "waits_in_bucket", who=who, is_of_key=IS_OF[parts.dimension])
    found = parts.ask(sql, bucket=bucket, key=key or "", skip=skip, many=many)
    return [row["seconds"] for row in found]
