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
        return "Someone else", "this"
    block, item, table = found.groups()
    thing = f"this {THINGS[table]}" if table in THINGS else "this"
    if table not in {model._meta.db_table for model in apps.get_models()}:
        return "Someone else", thing
    return _name_of(_label_of_holder(table, f"({block},{item})")), thing


def _label_of_holder(table: str, place: str) -> str:
    query = HOLDER.format(table=connection.ops.quote_name(table))
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, [place])
            row = cursor.fetchone()
    except DatabaseError:
        return ""
    return row[0] if row else ""


def _name_of(label: str) -> str:
    if label.startswith(JOB_LABEL):
        return "A background job"
    if not label.startswith(PERSON_LABEL):
        return "Someone else"
    person = get_user_model().objects.filter(pk=label.removeprefix(PERSON_LABEL))
    return str(person.first() or "Someone else")
