"""Holding a lock from outside, and failing in the middle: what tests of both share.

A lock is proved without luck: another connection holds it, and the act has to wait in
the statement that takes it, not in a later one. That an act is all or nothing is proved
by a trigger that refuses one of its later writes.

`proves` names what a test is about; `tests/medspa/test_every_lock_has_a_test.py` finds
the locks and transactions in the source and asks for each of them.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Model

from leads.intake.files.refusals import ImportStopped
from tests.committed import database_url
from tests.job_runs import until

Test = TypeVar("Test")
PATIENCE = "50ms"
TABLES_OF_OURS = (
    "campaigns_",
    "leads_",
    "kpis_",
    "commissions_",
    "medspa_",
    "safekeeping_",
    "api_",
    "procrastinate_jobs",
)
# Sessions hold the messages that a page will show.
NOT_OF_OURS = ("medspa_personsession",)
# They ask what others have written.
AROUND_QUERIES = (
    "medspa.postgres.slow_query_middleware",
    "medspa.postgres.written_query",
)
REFUSED = "the test refuses this write"
# Locks of rows name no database in `pg_locks`; the same table has the same number in
# the databases of all tests, which are copies.
WAITING = """
SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database() AND backend_type = 'client backend'
    AND (%(table)s = '' OR relation = to_regclass(%(table)s))
"""


def proves(*sites: str) -> Callable[[Test], Test]:
    """`proves("leads.services.pipeline.lock_leads row lock")`: it fails without it."""
    return lambda test: test


@contextmanager
def elsewhere() -> Iterator[psycopg.Cursor[Any]]:
    """A transaction in a connection of its own; taken back at the end."""
    with psycopg.connect(database_url()) as link:
        try:
            yield link.cursor()
        finally:
            link.rollback()


@contextmanager
def held(*rows: Model) -> Iterator[None]:
    """Somebody else has locked the rows, as `select_for_update(no_key=True)` does."""
    with elsewhere() as cursor:
        for row in rows:
            table = row._meta.db_table
            cursor.execute(
                f"SELECT FROM {table} WHERE {row._meta.pk.column} = %s "  # type: ignore[arg-type, union-attr]
                "FOR NO KEY UPDATE",
                [row.pk],
            )
            assert cursor.rowcount == 1, f"{row} is not committed"
        yield


def who_waits(cursor: Any, table: str = "") -> list[int]:
    """The sessions of this test's database that wait for a lock, or for `table`.

    Other tests wait for theirs on the same server at the same time.
    """
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(WAITING, {"table": table})
    return [pid for (pid,) in cursor.fetchall()]


def wait_until_somebody_waits(table: str = "") -> None:
    """Until a session waits for a lock, or for `table`; the server itself tells."""
    with elsewhere() as cursor:
        until(lambda: who_waits(cursor, table), seconds=60)


def waits(act: Callable[[], object]) -> str:
    """Where the act waits for a lock that another connection holds.

    "leads.services.pipeline.lock_leads locking leads_lead": the function of ours that
    asked, what it did and the table. An UPDATE that waits is "updating": it took no
    lock before.
    """
    seen: list[tuple[BaseException | None, str]] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        try:
            return execute(sql, *rest)
        except OperationalError as error:
            seen.append((error.__cause__, asked_by(sys._getframe())))
            raise

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
    try:
        with connection.execute_wrapper(note):
            answer: Any = act()
    except (OperationalError, ImportStopped):
        pass
    else:
        assert getattr(answer, "status_code", None) == 409, "it waited for nobody"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert seen, "it failed, but not by waiting"
    cause, place = seen[-1]
    assert isinstance(cause, psycopg.errors.LockNotAvailable), cause
    said = cause.diag.context or ""
    what = re.match(r'while (\w+) tuple \S+ in relation "(\w+)"$', said)
    return " ".join([place, *(what.groups() if what else [])])


def asked_by(frame: FrameType | None) -> str:
    """The innermost function of ours that is on the stack."""
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(settings.BASE_DIR):
            place = path.relative_to(settings.BASE_DIR)
            if not {"tests", ".venv"} & {*place.parts}:
                module = ".".join(place.with_suffix("").parts)
                if module not in AROUND_QUERIES:
                    module = module.removesuffix(".__init__")
                    return f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


@contextmanager
def refused(
    table: str,
    event: str = "INSERT",
    *,
    after: int = 0,
    raises: type[Exception] = DatabaseError,
    code: str = "raise_exception",
) -> Iterator[None]:
    """What is done inside fails where it writes to the table, and leaves nothing.

    `after` is how many such statements still succeed, `code` is how PostgreSQL calls
    what went wrong, and `raises` what the act makes of it. For tests inside one
    transaction: what is no transaction of its own leaves what it did before, and a
    connection that answers no more.
    """
    with connection.cursor() as cursor:
        # A table with checks that wait for the commit takes no trigger.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            f"""
            CREATE TEMP SEQUENCE tests_writes;
            CREATE FUNCTION tests_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('tests_writes') > {after} THEN
                    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = '{code}';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER tests_refuse BEFORE {event} ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION tests_refuse();
            """
        )
    before = everything()
    with pytest.raises(raises) as told:
        yield
    if raises is DatabaseError:
        assert REFUSED in str(told.value)
    after_it = everything()
    assert {name for name in before if before[name] != after_it[name]} == set()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION tests_refuse CASCADE; DROP SEQUENCE tests_writes")


def everything(without: str = "") -> dict[str, str]:
    """Table → a sum over all its rows: what differs was written.

    Columns whose names begin with `without` don't count.
    """
    tables = sorted(
        table
        for table in connection.introspection.table_names()
        if table.startswith(TABLES_OF_OURS) and table not in NOT_OF_OURS
    )
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(r::text, ' ' ORDER BY r::text)) FROM {table} r"  # noqa: E501, S608
        for table in tables
    )
    if without:
        columns = r"(SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(r))"
        columns += f" WHERE NOT key ^@ '{without}')"
        asked = asked.replace("r::text", f"{columns}::text")
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


@contextmanager
def at_statement(beginning: str, look: Callable[[], object]) -> Iterator[list[object]]:
    """What `look` returns each time just before a statement that begins like this."""
    seen: list[object] = []

    def before(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.strip().startswith(beginning):
            seen.append(look())
        return execute(sql, *rest)

    with connection.execute_wrapper(before):
        yield seen


def is_free(key: str) -> bool:
    """Whether another connection can take the advisory lock, an expression in SQL."""
    with elsewhere() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({key})")  # type: ignore[arg-type]
        return bool(cursor.fetchone()[0])  # type: ignore[index]
