"""Whose key a request carries, and whether it may be answered.

Nothing is cached: a key that is revoked, an owner who left and a right that was taken
away count from the next request on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now

from api.ground.problems import Problem
from api.keys.models import ApiKey
from api.keys.scopes import CONTACTS_SCOPE, covers
from api.keys.secrets import KeyText
from medspa import clock
from medspa.accounts.auth import OF_PERSON, signed_in
from medspa.models import User
from medspa.postgres.written_query import WrittenQuery, prepared_cursor

# The last use is written when the stored one is older than this.
USE_IS_NOTED_AFTER = timedelta(minutes=1)
# The database's clock decides, so that all web servers agree on the minute.
COUNT_REQUEST = """
    INSERT INTO api_apikeyuse AS used (key_id, window_at, requests)
    VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
    ON CONFLICT (key_id) DO UPDATE SET
        requests = CASE WHEN used.window_at = excluded.window_at
            THEN used.requests + 1 ELSE 1 END,
        window_at = excluded.window_at
    RETURNING requests, 60 - floor(extract(second FROM clock_timestamp()))::int
"""


@dataclass(frozen=True)
class KeyHolder:
    """A key that works, and the person it acts for."""

    key: ApiKey
    person: User

    @property
    def actor(self) -> str:
        return f"API key {self.key.prefix} for {self.person}"

    @property
    def sees_contacts(self) -> bool:
        return CONTACTS_SCOPE in self.key.scopes

    def covers(self, scope: str) -> bool:
        return covers(frozenset(self.key.scopes), scope)


@dataclass(frozen=True)
class KeyRateLimit:
    """What is left of a key's minute."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


def find_holder(authorization: str, address: str) -> KeyHolder:
    """The holder of the key in an Authorization header; raises Problem (401, 403)."""
    if not authorization:
        raise _unauthorized("key_missing", "Send an API key: Authorization: Bearer …")
    kind, _, text = authorization.partition(" ")
    given = KeyText.read(text.strip()) if kind.lower() == "bearer" else None
    now = clock.now()
    key: Any = _key_of_secret().first(given.digest) if given else None
    if key is None:
        raise _unauthorized("key_unknown", "This API key doesn't exist.")
    if key.revoked_at:
        raise _unauthorized("key_revoked", "This API key was revoked.")
    if key.is_over(now) or (key.secret_ends_at and key.secret_ends_at <= now):
        raise _unauthorized("key_expired", "This API key has expired.")
    if key.addresses and not _is_within(address, key.addresses):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "address_not_allowed",
            "This API key can't be used from this address.",
        )
    person = signed_in(key.owner, key)
    if person is None:
        raise _unauthorized(
            "owner_inactive", "The person this API key acts for can no longer sign in."
        )
    _note_use(key, address, now)
    return KeyHolder(key, person)


def count_request(key: ApiKey) -> KeyRateLimit:
    """Count one request; raises Problem (429) above the key's limit."""
    with prepared_cursor() as cursor:
        cursor.execute(COUNT_REQUEST, [key.pk])
        requests, reset = cursor.fetchone()
    limit = key.requests_per_minute
    left = KeyRateLimit(limit, max(0, limit - requests), reset)
    if requests > limit:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "rate_limited",
            f"This key may make {limit} requests a minute. Try again in {reset} s.",
            headers=left.headers | {"Retry-After": str(reset)},
        )
    return left


def _unauthorized(code: str, sentence: str) -> Problem:
    headers = {"WWW-Authenticate": 'Bearer realm="api"'}
    return Problem(HTTPStatus.UNAUTHORIZED, code, sentence, headers=headers)


@cache
def _key_of_secret() -> WrittenQuery[ApiKey]:
    """The key of a digest, with the end of this secret and its owner.

    Without the attributes that pages add to a person: planning those takes 1.4 ms.
    """
    keys = ApiKey.objects.order_by().filter(secrets__digest=b"")
    keys = keys.select_related("owner").annotate(
        secret_ends_at=F("secrets__ends_at"), **OF_PERSON
    )
    return WrittenQuery(keys)


def _is_within(address: str, allowed: list[str]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in ip_network(one) for one in allowed)


def _note_use(key: ApiKey, address: str, now: datetime) -> None:
    is_recent = key.last_used_at and now - key.last_used_at < USE_IS_NOTED_AFTER
    if is_recent and key.last_address == address:
        return
    try:
        known = str(ip_address(address))
    except ValueError:
        known = None
    # Of many requests at once one writes it.
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_IS_NOTED_AFTER)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now, last_address=known)
