"""Making, rotating and revoking keys."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db import transaction
from django.db.models import Q

from api.keys.audit_kinds import (
    KEY_MADE,
    KEY_REVOKED,
    KEY_ROTATED,
    KeyDetails,
    RotatedDetails,
)
from api.keys.models import USUAL_LIMIT, ApiKey, ApiSecret
from api.keys.scopes import SCOPES
from api.keys.secrets import KeyText
from medspa import clock
from medspa.audit.events import record_event
from medspa.ids import new_id
from medspa.models import User
from medspa.refusals import Refused

# How long the old secret may still work.
OVERLAP_HOURS = (0, 1, 24, 72, 168)
MOST_ADDRESSES = 20
SENT_TWICE = (
    "This form was sent twice, so nothing was done the second time. The secret was"
    " shown the first time. If you don't have it, rotate it."
)


class KeyRefused(Refused):
    """Nothing was done."""

    code = "key_refused"


@dataclass(frozen=True)
class NewKey:
    """What a key is to be; empty `addresses` allow every one."""

    name: str
    owner: User
    scopes: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    expires_at: datetime | None = None
    requests_per_minute: int = USUAL_LIMIT


@dataclass(frozen=True)
class ShownOnce:
    """A key and its secret, which is shown to who made it and never again."""

    key: ApiKey
    secret: KeyText


@transaction.atomic
def make_key(new: NewKey, by: User, *, key_id: str = "") -> ShownOnce:
    """Raises KeyRefused, and ValidationError for a rule of the table.

    A form that is sent twice gives the same `key_id` twice: the second one is refused.
    """
    if key_id and ApiKey.objects.filter(pk=key_id).exists():
        raise KeyRefused(SENT_TWICE)
    if not new.owner.may_sign_in:
        raise KeyRefused(f"{new.owner} can't sign in, so no key can act for them.")
    unknown = set(new.scopes) - set(SCOPES)
    if unknown:
        raise KeyRefused("Choose what the key may do from the list.")
    secret = KeyText.new()
    key = ApiKey(
        id=key_id or new_id(),
        name=new.name.strip(),
        prefix=secret.prefix,
        owner=new.owner,
        scopes=[scope for scope in SCOPES if scope in new.scopes],
        addresses=clean_addresses(new.addresses),
        requests_per_minute=new.requests_per_minute,
        expires_at=new.expires_at,
        made_by=by,
        created_at=clock.now(),
    )
    key.full_clean(exclude=["id"])
    key.save(force_insert=True)
    ApiSecret.objects.create(key=key, digest=secret.digest)
    record_event(KEY_MADE, by=by, subject=key, details=KeyDetails(key=key.prefix))
    return ShownOnce(key, secret)


@transaction.atomic
def rotate_key(
    key_id: str, overlap_hours: int, by: User, *, secret_id: str = ""
) -> ShownOnce:
    """A new secret; those before it end after the overlap. Raises KeyRefused, also for
    a `secret_id` that is known: a form that was sent twice.
    """
    if overlap_hours not in OVERLAP_HOURS:
        raise KeyRefused("Choose from the list how long the old secret works.")
    key = _locked(key_id)
    if secret_id and ApiSecret.objects.filter(pk=secret_id).exists():
        raise KeyRefused(SENT_TWICE)
    now = clock.now()
    if key.is_over(now):
        raise KeyRefused("This key no longer works. Create a new one.")
    ends_at = now + timedelta(hours=overlap_hours)
    still = Q(ends_at=None) | Q(ends_at__gt=ends_at)
    key.secrets.filter(still).update(ends_at=ends_at)
    secret = KeyText.new(key.prefix)
    ApiSecret.objects.create(id=secret_id or new_id(), key=key, digest=secret.digest)
    details = RotatedDetails(key=key.prefix, hours=overlap_hours)
    record_event(KEY_ROTATED, by=by, subject=key, details=details)
    return ShownOnce(key, secret)


@transaction.atomic
def revoke_key(key_id: str, by: User) -> ApiKey:
    """At once: the next request with the key is refused. Raises KeyRefused."""
    key = _locked(key_id)
    if key.revoked_at:
        raise KeyRefused("This key was already revoked.")
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    record_event(KEY_REVOKED, by=by, subject=key, details=KeyDetails(key=key.prefix))
    return key


def clean_addresses(texts: Iterable[str]) -> list[str]:
    """Addresses and ranges in one written form; raises KeyRefused."""
    given = [text.strip() for text in texts if text.strip()]
    if len(given) > MOST_ADDRESSES:
        raise KeyRefused(f"Enter at most {MOST_ADDRESSES} addresses.")
    try:
        return [str(ip_network(text)) for text in given]
    except ValueError as error:
        raise KeyRefused(
            "Enter IP addresses or ranges, like 203.0.113.7 or 203.0.113.0/24."
        ) from error


def _locked(key_id: str) -> ApiKey:
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise KeyRefused("This key doesn't exist.")
    return key
