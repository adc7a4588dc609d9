"""Where somebody is signed in, and signing them out there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from medspa import clock
from medspa.accounts.models import User
from medspa.accounts.session_rows import PersonSession
from medspa.accounts.sessions import SessionStore, has_ended, stored_key
from medspa.refusals import Refused


@dataclass(frozen=True)
class SignedIn:
    """One open session. `key` names it and opens nothing."""

    key: str
    device: str
    address: str
    begun_at: datetime
    seen_at: datetime
    is_here: bool


def where_signed_in(person: User, here: str | None = None) -> list[SignedIn]:
    """Every session that still opens something, the last active first.

    `here` is the key of the session that asks.
    """
    own = stored_key(here) if here else ""
    found = [
        SignedIn(row.session_key, row.device, row.address or "", begun, seen, is_here)
        for row, begun, seen in _open_rows(person)
        for is_here in [row.session_key == own]
    ]
    return sorted(found, key=lambda one: (one.is_here, one.seen_at), reverse=True)


def _open_rows(
    person: User,
) -> Iterator[tuple[PersonSession, datetime, datetime]]:
    """A new password ends sessions, too: their data hold a hash of the old one."""
    secret = person.get_session_auth_hash()
    for row in _rows(person).filter(expire_date__gt=clock.now()):
        begun, seen = row.begun_at, row.seen_at
        if begun is None or seen is None:
            continue
        ended = has_ended(begun, seen, person.sessions_ended_at)
        known = SessionStore().decode(row.session_data).get(HASH_SESSION_KEY, "")
        if not ended and constant_time_compare(known, secret):
            yield row, begun, seen


def _rows(person: User) -> QuerySet[PersonSession]:
    return PersonSession.objects.filter(person=person)


def sign_out(person: User, key: str) -> int:
    """End one session of the person; raises Refused if it has ended already."""
    deleted, _ = _rows(person).filter(session_key=key).delete()
    if not deleted:
        raise Refused("That device is already signed out.")
    return deleted


def sign_out_elsewhere(person: User, here: str | None) -> int:
    """End all sessions of the person but the one that asks; how many there were.

    An email change that one of them asked for ends, too.
    """
    person.cancel_email_change()
    own = stored_key(here) if here else ""
    deleted, _ = _rows(person).exclude(session_key=own).delete()
    return deleted
