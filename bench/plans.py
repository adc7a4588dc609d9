"""Whether a request reads a whole table, by the plans of its queries."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

# Reading a table of fewer rows is as fast as asking its index. The acts of earlier
# runs have made the clinic of 10,000 leads larger than its name.
BIG = 20_000
# A year is most of the days that are kept: reading them all is what they are for.
KEPT_SUMS = {"kpis_daysum"}
# A limit of so small a share of the rows ends a scan early: admin lists count to 1,000.
FEW = 0.1
BIG_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= %s
"""
Query = tuple[str, Any]


def queries_of(ask: Callable[[], Any]) -> list[Query]:
    """Every statement of one request with its parameters."""
    seen: list[Query] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, more: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, more)

    with connection.execute_wrapper(note):
        ask()
    return seen


def scans(ask: Callable[[], Any], big: int = BIG) -> list[str]:
    """The tables of at least `big` rows that the request reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(BIG_TABLES, [big])
        tables = {name for (name,) in cursor.fetchall()} - KEPT_SUMS
    return sorted(
        {
            table
            for sql, params in queries_of(ask)
            if sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH"))
            for table in _scanned(sql, params)
            if table in tables
        }
    )


def _scanned(sql: str, params: Any) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    yield from _tables(plan[0]["Plan"])


def _tables(node: dict[str, Any], wanted: float = math.inf) -> Iterator[str]:
    """A scan that ends after the first few of its rows is none of the whole table."""
    kind, rows = node["Node Type"], node["Plan Rows"]
    if kind.endswith("Seq Scan") and wanted > rows * FEW:
        yield node["Relation Name"]
    wanted = rows if kind == "Limit" else math.inf
    for child in node.get("Plans", ()):
        yield from _tables(child, wanted)
