"""Which indexes no question of the benchmark used."""

from dataclasses import dataclass
from typing import Any

# Those that only answer questions: what keeps a rule is needed though it is never read.
USES = """
SELECT stat.indexrelname, stat.idx_scan, pg_relation_size(stat.indexrelid)
FROM pg_stat_user_indexes stat JOIN pg_index USING (indexrelid)
WHERE NOT indisunique AND schemaname = 'public'
    AND stat.relname ~ '^(leads|campaigns|kpis|commissions)_'
"""


@dataclass(frozen=True)
class Unused:
    name: str
    size: int


def uses(connection: Any) -> dict[str, tuple[int, int]]:
    """Index → how often it was read until now, and its bytes."""
    rows = connection.execute(USES).fetchall()
    return {name: (count, size) for name, count, size in rows}


def unused(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> list[Unused]:
    """Those that were not read in between, the largest first."""
    idle = [
        Unused(name, size)
        for name, (count, size) in after.items()
        if count == before.get(name, (0, 0))[0]
    ]
    return sorted(idle, key=lambda index: (-index.size, index.name))
