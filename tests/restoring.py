"""The way back to what migrations left in the tables, for tests that commit.

Django's own way empties and refills every table each time, which takes half a second;
here only tables that changed are touched. Few rows are deleted: TRUNCATE makes a new
file for each table and index, and every connection has to learn the tables anew.
"""

from collections.abc import Set
from contextlib import suppress
from graphlib import TopologicalSorter
from typing import Any

from django.db import Error, connection, transaction
from psycopg import Cursor, sql

# Table → its rows as COPY writes them, for the tables that migrations filled.
filled: dict[str, bytes] = {}
# Asks for the names of the tables that hold something else than after migrating, and
# whether that is more than a few rows.
changed_tables = sql.Composed([])
# Every table, those that refer to others before them.
in_order: list[str] = []
# Table → the triggers that keep its rows from being deleted: history stays.
keepers: dict[str, list[str]] = {}
FEW = 300
KEEPERS = """
SELECT tgrelid::regclass::text, array_agg(tgname::text) FROM pg_trigger
JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE proname IN ('safekeeping_history_stays', 'safekeeping_table_stays') GROUP BY 1
"""
REFERENCES = """
SELECT DISTINCT one.relname, other.relname FROM pg_constraint
JOIN pg_class one ON one.oid = conrelid JOIN pg_class other ON other.oid = confrelid
WHERE contype = 'f' AND conrelid <> confrelid
"""
OTHERS_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
  AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
PATIENCE = 500  # questions to the server, of a hundredth of a second each


def remember() -> None:
    """Call this once, when the database is as the migrations made it."""
    global changed_tables
    filled.clear()
    keepers.clear()
    in_order.clear()
    questions = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        referred: dict[str, set[str]] = {table: set() for (table,) in cursor.fetchall()}
        for table in referred:
            if rows := _copy_out(cursor, table):
                filled[table] = rows
                cursor.execute(_ask("SELECT {digest}", table))
                question = (
                    "SELECT {literal}, {many} WHERE {digest} IS DISTINCT FROM {known}"
                )
                known = cursor.fetchone()[0]
            else:
                question = "SELECT {literal}, {many} WHERE EXISTS (TABLE {name})"
                known = None
            questions.append(_ask(question, table, known))
        cursor.execute(KEEPERS)
        keepers.update(cursor.fetchall())
        cursor.execute(REFERENCES)
        for one, other in cursor.fetchall():
            if one in referred and other in referred:
                referred[other].add(one)
    in_order.extend(TopologicalSorter(referred).static_order())
    changed_tables = sql.SQL(" UNION ALL ").join(questions)


def restore() -> None:
    """Whatever was committed since `remember` is undone."""
    assert connection.settings_dict["NAME"].startswith("test_"), "run more tests"
    with connection.cursor() as cursor:
        _wait_for_others(cursor)
        changed = _changed(cursor)
        # Once more for what triggers wrote meanwhile; one of them may also refuse.
        for _ in range(2):
            if changed and not any(changed.values()):
                _delete_and_refill(cursor, changed.keys())
                changed = _changed(cursor)
        if changed:
            tables = set(changed)
            if tables & filled.keys():
                tables |= filled.keys()
            _empty_and_refill(cursor, sorted(tables))


def _changed(cursor: Any) -> dict[str, bool]:
    """The changed tables; whether each has many rows.

    Planning the question takes five times as long as the answer, so each connection
    does it once.
    """
    with Cursor(cursor.connection) as asking:
        return dict(asking.execute(changed_tables, prepare=True).fetchall())


def _delete_and_refill(cursor: Any, tables: Set[str]) -> None:
    with suppress(Error), transaction.atomic():
        _switch_keepers(cursor, tables, "DISABLE")
        for table in in_order:
            if table in tables:
                cursor.execute(_ask("DELETE FROM {name}", table))
        for table in reversed(in_order):
            if table in tables & filled.keys():
                _copy_in(cursor, table, filled[table])
        # No table changes while a check of its rows waits for the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _switch_keepers(cursor, tables, "ENABLE")


def _switch_keepers(cursor: Any, tables: Set[str], how: str) -> None:
    for table in tables & keepers.keys():
        for trigger in keepers[table]:
            statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)
            )
            cursor.execute(statement)


def _wait_for_others(cursor: Any) -> None:
    """A request that a browser no longer waits for may still be at work."""
    for _ in range(PATIENCE):
        cursor.execute(OTHERS_AT_WORK)
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT pg_sleep(0.01)")


def _empty_and_refill(cursor: Any, tables: list[str]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    with transaction.atomic():
        # CASCADE reaches tables that refer to these.
        _switch_keepers(cursor, keepers.keys(), "DISABLE")
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for table in [table for table in tables if table in filled]:
            _copy_in(cursor, table, filled[table])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _switch_keepers(cursor, keepers.keys(), "ENABLE")


def _ask(question: str, table: str, known: str | None = None) -> sql.Composed:
    name = sql.Identifier(table)
    digest = sql.SQL(
        "(SELECT md5(string_agg(one::text, ' ' ORDER BY one::text)) FROM {} one)"
    ).format(name)
    many = sql.SQL("(SELECT count(*) > {} FROM {})").format(FEW, name)
    return sql.SQL(question).format(
        literal=sql.Literal(table),
        name=name,
        digest=digest,
        known=sql.Literal(known),
        many=many,
    )


def _copy_out(cursor: Any, table: str) -> bytes:
    with cursor.copy(
        sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    ) as rows:
        return b"".join(rows)


def _copy_in(cursor: Any, table: str, rows: bytes) -> None:
    into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with cursor.copy(into) as stream:
        stream.write(rows)
