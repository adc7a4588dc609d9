"""Two acts want the same row: the one that waited too long is refused in words.

Who has the row is known while a person's request is under way: its connection carries
the person's id as its application name (`labelled`).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Any

import psycopg
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError, connection
from psycopg import errors

from medspa.refusals import Refused

PERSON_LABEL = "medspa person "
JOB_LABEL = "medspa job "
LOCKED_TUPLE = re.compile(r'while \w+ tuple \((\d+),(\d+)\) in relation "([a-z0-9_]+)"')
MEANWHILE = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)
THINGS = {"leads_lead": "lead"}

# From the catalog, which has no models, in 0.5 ms, and only after a refusal.
# The holder's row lock is a lock on its transaction, whose id the row carries.
HOLDER = """
    SELECT activity.application_name
    FROM {table} held
    JOIN pg_locks locks ON locks.locktype = 'transactionid'
        AND locks.transactionid = held.xmax AND locks.granted
    JOIN pg_stat_activity activity ON activity.pid = locks.pid
    WHERE held.ctid = %s::tid
"""

# Behind the first who waits for a row others queue up. Their error doesn't name the
# row, so that it is known only while no other row is waited for.
QUEUES = """
    SELECT DISTINCT tuple.relation::regclass::text, activity.application_name
    FROM pg_locks tuple
    JOIN pg_database ON pg_database.oid = tuple.database
        AND pg_database.datname = current_database()
    JOIN pg_locks waiting ON waiting.pid = tuple.pid
        AND waiting.locktype = 'transactionid' AND NOT waiting.granted
    JOIN pg_locks locks ON locks.locktype = 'transactionid'
        AND locks.transactionid = waiting.transactionid AND locks.granted
    JOIN pg_stat_activity activity ON activity.pid = locks.pid
    WHERE tuple.locktype = 'tuple' AND tuple.granted
    LIMIT 2
"""


class Busy(Refused):
    """Someone else is saving the same; it may be tried again at once."""

    code = "busy"
    status = HTTPStatus.CONFLICT


class TookTooLong(Refused):
    """A statement ran into its limit."""

    code = "took_too_long"
    status = HTTPStatus.SERVICE_UNAVAILABLE


def refusal_of(error: BaseException) -> Busy | TookTooLong | None:
    """What a person is told about the error; None when it is another kind of error."""
    cause = error.__cause__
    if not isinstance(error, OperationalError):
        return None
    if isinstance(cause, MEANWHILE):
        who, thing = _holder(cause)
        return Busy(f"{who} is saving {thing} right now. Nothing was done. Try again.")
    if isinstance(cause, errors.QueryCanceled):
        return TookTooLong(
            "This took too long and was stopped. Nothing was done. Do less at "
            "once, or try again later."
        )
    return None


@contextmanager
def labelled(label: str) -> Iterator[None]:
    """Inside, others can see in the database whose connection this is."""
    with suppress(psycopg.Error, DatabaseError):
        _label(label)
    try:
        yield
    finally:
        with suppress(psycopg.Error, DatabaseError):
            _label("")


def _label(label: str) -> None:
    """Not by Django's cursor: this is no query of the page."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if raw.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
        raw.execute("SELECT set_config('application_name', %s, false)", [label])


def _holder(cause: Any) -> tuple[str, str]:
    """Who holds the row that was waited for, and what it is."""
    found = LOCKED_TUPLE.search(cause.diag.context or "")
    if not found:
        queues = _rows(QUEUES)
        table, label = queues[0] if len(queues) == 1 else ("", "")
        return _name_of(label), _thing(table)
    block, item, table = found.groups()
    if table not in {model._meta.db_table for model in apps.get_models()}:
        return "Someone else", _thing(table)
    query = HOLDER.format(table=connection.ops.quote_name(table))
    holders = _rows(query, f"({block},{item})")
    return _name_of(holders[0][0] if holders else ""), _thing(table)


def _thing(table: str) -> str:
    return f"this {THINGS[table]}" if table in THINGS else "this"


def _rows(query: str, *parameters: str) -> list[tuple[str, ...]]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()
    except DatabaseError:
        return []


def _name_of(label: str) -> str:
    if label.startswith(JOB_LABEL):
        return "A background job"
    if not label.startswith(PERSON_LABEL):
        return "Someone else"
    person = get_user_model().objects.filter(pk=label.removeprefix(PERSON_LABEL))
    return str(person.first() or "Someone else")
