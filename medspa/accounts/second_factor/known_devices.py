"""Telling people by email when they sign in from a browser that isn't known."""

import secrets
from typing import Any

from medspa import clock
from medspa.accounts.device_cookie import device_token, hash_of
from medspa.accounts.devices import device_in_words
from medspa.accounts.models import User
from medspa.accounts.second_factor.models import KnownDevice
from medspa.accounts.second_factor.notices import tell
from medspa.formats import clinic_formats

MOST_DEVICES = 50


def remember_device(request: Any, user: User, **kwargs: Any) -> None:
    """For Django's signal that somebody has signed in.

    The first browser of all is the one in which the account was made.
    """
    token = device_token(request)
    words = device_in_words(request.headers.get("User-Agent", ""))
    if token and _is_known(user, token):
        return
    request.device_token = token or secrets.token_urlsafe(32)
    has_others = KnownDevice.objects.filter(person=user).exists()
    _, is_new = KnownDevice.objects.get_or_create(
        person=user,
        token_hash=hash_of(request.device_token),
        defaults={"device": words, "created_at": clock.now()},
    )
    if has_others and is_new:
        _tell_of(user, words, request.META.get("REMOTE_ADDR", ""))
    _forget_oldest(user)


def _is_known(person: User, token: str) -> bool:
    known = KnownDevice.objects.filter(person=person, token_hash=hash_of(token))
    return bool(known.update(last_used_at=clock.now()))


def _tell_of(person: User, device: str, address: str) -> None:
    moment = clinic_formats().full_moment(clock.now())
    tell(
        person,
        "New sign-in to your account",
        f"Someone signed in to your account in a browser that wasn't used before: "
        f"{device}, network address {address or 'unknown'}, {moment}.",
        "If it was you, there is nothing to do.",
    )


def _forget_oldest(person: User) -> None:
    known = KnownDevice.objects.filter(person=person).order_by("-last_used_at", "-pk")
    old = known.values_list("pk", flat=True)[MOST_DEVICES:]
    KnownDevice.objects.filter(pk__in=list(old)).delete()
