"""Marking what comes from GoHighLevel, so that it isn't written back there."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from medspa.audit.actors import acting

SET_ORIGIN = "SELECT set_config('medspa.origin', %s, true)"


@contextmanager
def from_gohighlevel() -> Iterator[None]:
    """One transaction of what GoHighLevel changed."""
    with not_sent(), acting("GoHighLevel"):
        yield


@contextmanager
def not_sent() -> Iterator[None]:
    """One transaction whose changes triggers don't note as outgoing."""
    with transaction.atomic():
        _set("gohighlevel")
        yield
        _set("")


def _set(origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_ORIGIN, [origin])
