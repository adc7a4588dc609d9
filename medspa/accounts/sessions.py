"""Sessions: how they are stored, and when they are over.

A session ends twelve hours after signing in, after an hour in which nobody did
anything, and at once when its person is shut out or gets another role. What a page asks
by itself, every few seconds, is nothing that somebody did.

A session also says how its person signed in, and when they last proved who they are.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from medspa import clock
from medspa.accounts.session_rows import PersonSession
from medspa.postgres.written_query import WrittenQuery

LONGEST_SESSION = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)
BEGUN, SEEN = "begun_at", "seen_at"
DEVICE, ADDRESS = "device", "address"
# By which second step somebody signed in, and when they last proved who they are.
SECOND_STEP, PROVED = "second_step", "proved_at"
PROOF_LASTS = timedelta(minutes=10)
# Noting it at every request would write at every request.
NOTED_EVERY = timedelta(minutes=1)
STORED_KEY_LENGTH = 40


def stored_key(session_key: str) -> str:
    """What the table has in place of a cookie's key, so that nobody can sign in by it.

    A key has 165 random bits; so nothing is found by trying, and no salt is needed.
    """
    return hashlib.sha256(session_key.encode()).hexdigest()[:STORED_KEY_LENGTH]


@cache
def _query() -> WrittenQuery[PersonSession]:
    """Of a session by its stored key and the moment after which it must end."""
    rows = PersonSession.objects.filter(session_key="")
    return WrittenQuery(rows.filter(expire_date__gt=clock.now()), values=2)


class SessionStore(DatabaseStore):
    """Django's sessions in a table of ours, under hashed keys."""

    @classmethod
    def get_model_class(cls) -> type[PersonSession]:
        return PersonSession

    def _get_session_from_db(self) -> Any:
        found = _query().first(stored_key(self.session_key or ""), clock.now())
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: Any) -> Any:
        row: Any = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        row.person_id = data.get(SESSION_KEY)
        row.device, row.address = data.get(DEVICE, ""), data.get(ADDRESS)
        row.begun_at, row.seen_at = moment_in(data, BEGUN), moment_in(data, SEEN)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored_key(key))


def moment_in(session: Mapping[str, Any], name: str) -> datetime | None:
    """A moment that a session holds; None for none, or what is no moment."""
    try:
        return datetime.fromisoformat(session[name])
    except (KeyError, ValueError):
        return None


def begin(
    session: Any, *, device: str = "", address: str | None = None, second_step: str = ""
) -> None:
    """Somebody has signed in; `second_step` says how they proved it beside a password.

    "" if by the password alone.
    """
    session[BEGUN] = session[SEEN] = session[PROVED] = clock.now().isoformat()
    session[DEVICE], session[ADDRESS] = device, address
    session[SECOND_STEP] = second_step


def is_over(session: Any, ended_at: datetime | None) -> bool:
    """`ended_at` is when all sessions of the person were ended."""
    begun, seen = moment_in(session, BEGUN), moment_in(session, SEEN)
    return begun is None or seen is None or has_ended(begun, seen, ended_at)


def has_ended(begun: datetime, seen: datetime, ended_at: datetime | None) -> bool:
    now = clock.now()
    return (
        now - begun > LONGEST_SESSION
        or now - seen > LONGEST_IDLE
        or (ended_at is not None and begun <= ended_at)
    )


def note_activity(session: Any, address: str | None) -> None:
    now = clock.now()
    if now - datetime.fromisoformat(session[SEEN]) >= NOTED_EVERY:
        session[SEEN], session[ADDRESS] = now.isoformat(), address


def note_proof(session: Any) -> None:
    """The person has just proved once more who they are."""
    session[PROVED] = clock.now().isoformat()


def is_proved_lately(session: Any) -> bool:
    proved = moment_in(session, PROVED)
    return proved is not None and clock.now() - proved <= PROOF_LASTS
