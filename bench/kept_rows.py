"""Which rows of a database are as they were, whatever columns were added to them.

The hash of each row, over the columns that there were, is kept in a schema beside ours.
"""

from collections.abc import Iterator

import psycopg
from psycopg import sql

Link = psycopg.Connection[tuple]
COLUMNS = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
GROUP BY table_name ORDER BY table_name
"""
LOST = """
SELECT table_name, count(*) FROM (
    SELECT table_name, row_hash FROM bench.before
    EXCEPT ALL SELECT table_name, row_hash FROM bench.after
) lost GROUP BY table_name ORDER BY table_name
"""


def remember(link: Link) -> dict[str, list[str]]:
    """The columns of each table; their rows are in `bench.before`."""
    link.execute("CREATE SCHEMA bench")
    tables = dict(link.execute(COLUMNS).fetchall())
    _hash_rows(link, "before", tables)
    return tables


def lost(link: Link, tables: dict[str, list[str]]) -> Iterator[tuple[str, int]]:
    """Table → rows that aren't there any more as they were."""
    _hash_rows(link, "after", tables)
    yield from link.execute(LOST)


def number(link: Link) -> int:
    (rows,) = link.execute("SELECT count(*) FROM bench.before").fetchone() or (0,)
    return rows


def _hash_rows(link: Link, name: str, tables: dict[str, list[str]]) -> None:
    into = sql.Identifier("bench", name)
    link.execute(
        sql.SQL("CREATE TABLE {} (table_name text, row_hash bigint)").format(into)
    )
    for table, columns in tables.items():
        row = sql.SQL(", ").join(map(sql.Identifier, columns))
        link.execute(
            sql.SQL(
                "INSERT INTO {} SELECT {}, hashtextextended(ROW({})::text, 0) FROM {}"
            ).format(into, table, row, sql.Identifier("public", table))
        )
