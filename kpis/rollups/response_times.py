"""How long leads waited for the first touch, from the rollups; medians exactly."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Period
from kpis.rollups.medians import WAITS
from kpis.rollups.reading import WHOLE, RollupRange

IS_OF = {Dimension.SLICE: "true", Dimension.ASSIGNED: "assigned_to = asked.key"}
CONTACTS = ", ".join(
    f"coalesce(sum(cohort_{name}), 0)::bigint AS {name}"
    for name in ("any_contacted", "any_within", "human_contacted", "human_within")
)


def contact_row(period: Period) -> dict[str, Any]:
    """How many leads came, were contacted, and were within five minutes."""
    parts = RollupRange.of(period, WHOLE)
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
    counted: dict[str, dict[str, list[tuple[int, int]]]] = {
        who: defaultdict(list) for who in whose
    }
    waits = query("reading", "waits", sums=parts.sums, digits=WAITS.wide)
    for wait in parts.ask(waits):
        if wait["who"] in counted:
            counted[wait["who"]][wait["key"]].append((wait["bucket"], wait["n"]))
    return {
        (key or None, who): middle
        for who in whose
        for key, middle in parts.medians(
            WAITS,
            counted[who],
            f"kpis_waitsum WHERE {parts.sums}",
            f"key = asked.key AND who = '{who}'",
            query("reading", "waits_of_key", who=who, is_of_key=IS_OF[parts.dimension]),
        ).items()
    }
