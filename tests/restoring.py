"""The way back to what migrations left in the tables, for tests that commit.

Django's own way empties and refills every table each time, which takes half a second;
here only tables that changed are touched. Few rows are deleted: TRUNCATE makes a new
file for each table and index, and every connection has to learn the tables anew.
"""

from collections.abc import Iterable, Set
from contextlib import suppress
from graphlib import TopologicalSorter
from typing import Any

from django.db import Error, connection, transaction
from psycopg import Cursor, sql

# Table → its rows as COPY writes them, for the tables that migrations filled.
filled: dict[str, bytes] = {}
# Table → what its rows add up to, for the same tables.
digests: dict[str, str] = {}
# Table → how many rows it has and which transaction wrote last, when they were seen to
# be as they should.
marks: dict[str, str] = {}
# Asks in one row whether each other table has rows, and for the marks.
look = b""
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
DIGEST = "SELECT md5(string_agg(one::text, ' ' ORDER BY one::text)) FROM {} one"
MARK = "(SELECT concat(count(*), ' ', max(xmin::text::bigint)) FROM {})"
PATIENCE = 500  # questions to the server, of a hundredth of a second each


def remember() -> None:
    """Call this once, when the database is as the migrations made it."""
    global look
    for known in (filled, digests, marks, keepers):
        known.clear()
    in_order.clear()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        referred: dict[str, set[str]] = {table: set() for (table,) in cursor.fetchall()}
        for table in referred:
            if rows := _copy_out(cursor, table):
                filled[table] = rows
                digests[table] = _digest(cursor, table)
        cursor.execute(KEEPERS)
        keepers.update(cursor.fetchall())
        cursor.execute(REFERENCES)
        for one, other in cursor.fetchall():
            if one in referred and other in referred:
                referred[other].add(one)
        in_order.extend(TopologicalSorter(referred).static_order())
        question = sql.SQL("SELECT ARRAY[{}], ARRAY[{}]").format(
            _each("EXISTS (TABLE {})", _empty()), _each(MARK, filled)
        )
        look = question.as_bytes(cursor.connection)
        marks.update(zip(filled, _look(cursor)[1], strict=True))


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
    """The changed tables; whether each has many rows."""
    have_rows, seen = _look(cursor)
    changed = [table for table, has in zip(_empty(), have_rows, strict=True) if has]
    for table, mark in zip(filled, seen, strict=True):
        if mark == marks[table]:
            continue
        if _digest(cursor, table) == digests[table]:
            marks[table] = mark
        else:
            changed.append(table)
    if not changed:
        return {}
    counts = _each("(SELECT count(*) FROM {})", changed)
    cursor.execute(sql.SQL("SELECT ARRAY[{}]").format(counts))
    return {
        table: count > FEW
        for table, count in zip(changed, cursor.fetchone()[0], strict=True)
    }


def _look(cursor: Any) -> tuple[list[bool], list[str]]:
    """Planning the question takes longer than its answer: each connection does it once.

    As one row, since PostgreSQL would ask a union of so many tables in parallel.
    """
    with Cursor(cursor.connection) as asking:
        found: Any = asking.execute(look, prepare=True).fetchone()
        return found[0], found[1]


def _empty() -> list[str]:
    """The tables in which migrations left nothing."""
    return [table for table in in_order if table not in filled]


def _each(question: str, tables: Iterable[str]) -> sql.Composed:
    asked = [sql.SQL(question).format(sql.Identifier(table)) for table in tables]
    return sql.SQL(", ").join(asked)


def _digest(cursor: Any, table: str) -> str:
    _run(cursor, DIGEST, table)
    digest: str = cursor.fetchone()[0]
    return digest


def _delete_and_refill(cursor: Any, tables: Set[str]) -> None:
    with suppress(Error), transaction.atomic():
        _switch_keepers(cursor, tables, "DISABLE")
        for table in in_order:
            if table in tables:
                _run(cursor, "DELETE FROM {}", table)
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


def _run(cursor: Any, statement: str, table: str) -> None:
    cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


def _copy_out(cursor: Any, table: str) -> bytes:
    with cursor.copy(
        sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    ) as rows:
        return b"".join(rows)


def _copy_in(cursor: Any, table: str, rows: bytes) -> None:
    into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with cursor.copy(into) as stream:
        stream.write(rows)
