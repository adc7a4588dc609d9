"""Asking for a new password by email, neither too often nor to find people out."""

import math
from datetime import timedelta

from medspa import clock
from medspa.accounts.lockout import unlock
from medspa.accounts.models import User
from medspa.accounts.reset_requests import ResetRequest, hash_of
from medspa.emails.sending import queue_notice, queue_password_reset
from medspa.refusals import Refused

WITHIN = timedelta(hours=1)
MOST_PER_EMAIL = 3
# A clinic is behind one address.
MOST_PER_ADDRESS = 20


class TooManyRequests(Refused):
    """Nothing was sent."""

    code = "too_many_requests"


def request_reset(email: str, address: str | None, base: str) -> None:
    """Have a link sent to whoever has this email; counts alike if nobody has.

    Raises TooManyRequests.
    """
    recent = ResetRequest.objects.filter(created_at__gt=clock.now() - WITHIN)
    _refuse_after(MOST_PER_ADDRESS, recent.filter(address=address))
    _refuse_after(MOST_PER_EMAIL, recent.filter(email_hash=hash_of(email)))
    ResetRequest.objects.create(
        email_hash=hash_of(email), address=address, created_at=clock.now()
    )
    queue_password_reset(email, base)


def _refuse_after(most: int, requests: object) -> None:
    moments = list(
        requests.order_by("-created_at").values_list("created_at", flat=True)[:most]  # type: ignore[attr-defined]
    )
    if len(moments) < most:
        return
    wait = moments[-1] + WITHIN - clock.now()
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    raise TooManyRequests(
        f"Too many requests. Try again in {minutes} "
        f"{'minute' if minutes == 1 else 'minutes'}, or ask an administrator."
    )


def password_was_reset(person: User, address: str | None) -> None:
    """After a new password by email: wrong tries are forgotten, the person is told."""
    unlock(person.username, address or "")
    tell_password_changed(person)


def tell_password_changed(person: User) -> None:
    if person.email:
        queue_notice(
            "password_changed", person, person.email, "Your password was changed"
        )
