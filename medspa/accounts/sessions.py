"""Sessions: how they are stored, and when they are over.

A session ends twelve hours after signing in, after an hour in which nobody did
anything, and at once when its person is shut out or gets another role. What a page asks
by itself, every few seconds, is nothing that somebody did.
"""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from medspa import clock
from medspa.postgres.written_query import WrittenQuery

LONGEST_SESSION = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)
BEGUN, SEEN = "begun_at", "seen_at"
# Noting it at every request would write at every request.
NOTED_EVERY = timedelta(minutes=1)
STORED_KEY_LENGTH = 40


def stored_key(session_key: str) -> str:
    """What the table has in place of a cookie's key, so that nobody can sign in by it.

    A key has 165 random bits; so nothing is found by trying, and no salt is needed.
    """
    return hashlib.sha256(session_key.encode()).hexdigest()[:STORED_KEY_LENGTH]


@cache
def _query() -> WrittenQuery[Session]:
    """Of a session by its stored key and the moment after which it must end."""
    rows = Session.objects.filter(session_key="").filter(expire_date__gt=clock.now())
    return WrittenQuery(rows, values=2)


class SessionStore(DatabaseStore):
    """Django's sessions in the database, under hashed keys."""

    def _get_session_from_db(self) -> Any:
        found = _query().first(stored_key(self.session_key or ""), clock.now())
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: Any) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored_key(key))


def begin(session: Any) -> None:
    """Somebody has signed in."""
    session[BEGUN] = session[SEEN] = clock.now().isoformat()


def is_over(session: Any, ended_at: datetime | None) -> bool:
    """`ended_at` is when all sessions of the person were ended."""
    try:
        begun = datetime.fromisoformat(session[BEGUN])
        seen = datetime.fromisoformat(session[SEEN])
    except (KeyError, ValueError):
        return True
    now = clock.now()
    return (
        now - begun > LONGEST_SESSION
        or now - seen > LONGEST_IDLE
        or (ended_at is not None and begun <= ended_at)
    )


def note_activity(session: Any) -> None:
    now = clock.now()
    if now - datetime.fromisoformat(session[SEEN]) >= NOTED_EVERY:
        session[SEEN] = now.isoformat()
