"""The SQL of seals by name, over the tables that are sealed."""

from django.db import connection

from medspa.postgres.sql_files import sql


def query(name: str, **names: str) -> str:
    """`names` are a table of `proved_tables` and its key."""
    digest = sql("safekeeping", "seals", "part_digest")
    return sql("safekeeping", "seals", name).format(part_digest=digest, **names)


def proved_tables() -> dict[str, str]:
    """Table → its primary key, for all tables whose rows are sealed."""
    with connection.cursor() as cursor:
        cursor.execute(sql("safekeeping", "seals", "proved_tables"))
        return dict(cursor.fetchall())
