"""Who tried too many passwords waits, longer each time.

Counted by name and address together, so that nobody can lock out somebody who sits
elsewhere, and by address alone, for those who try many names. The latter holds up
nobody in a browser where they signed in before: a clinic and its guests have one
address. A right password clears the count of its name and address; a day without
failures clears everything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, Sum

from medspa import clock
from medspa.accounts.device_cookie import device_token, hash_of
from medspa.accounts.models import User

REMEMBERED_FOR = timedelta(days=1)
LONGEST_DELAY = timedelta(hours=1)
# From this failure on one waits: a minute, and twice as long after each `step` more.
PER_NAME, STEP_PER_NAME = 5, 1
PER_ADDRESS, STEP_PER_ADDRESS = 30, 5


def delay(failures: int, limit: int, step: int) -> timedelta:
    """How long one waits after so many failures."""
    if failures < limit:
        return timedelta()
    doublings = min((failures - limit) // step, 10)
    return min(timedelta(minutes=2**doublings), LONGEST_DELAY)


@dataclass(frozen=True)
class Lock:
    """`name` is empty when the address is locked for every name in unknown browsers."""

    name: str
    address: str
    until: datetime


def lock_of(request: Any, name: str, address: str | None) -> datetime | None:
    """Until when this name may not be tried from this address; None: it may."""
    from_here = _attempts().filter(ip_address=address)
    of_name = _end(from_here.filter(username=name), PER_NAME, STEP_PER_NAME)
    of_address = _end(from_here, PER_ADDRESS, STEP_PER_ADDRESS)
    if of_address and _is_own_browser(request, name):
        of_address = None
    ends = [end for end in (of_name, of_address) if end and end > clock.now()]
    return max(ends, default=None)


def _is_own_browser(request: Any, username: str) -> bool:
    """Whether the person signed in before in the browser that asks."""
    token = device_token(request)
    known = User.objects.filter(username=username)
    return (
        bool(token) and known.filter(known_devices__token_hash=hash_of(token)).exists()
    )


def locks() -> list[Lock]:
    """Everything that is locked now, the latest to open first."""
    rows = (
        _attempts()
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    )
    by_address = (
        _attempts()
        .values("ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    )
    found = [
        Lock(
            row["username"] or "",
            row["ip_address"] or "",
            row["last"] + delay(row["failures"], PER_NAME, STEP_PER_NAME),
        )
        for row in rows
    ] + [
        Lock(
            "",
            row["ip_address"] or "",
            row["last"] + delay(row["failures"], PER_ADDRESS, STEP_PER_ADDRESS),
        )
        for row in by_address
    ]
    now = clock.now()
    return sorted(
        (lock for lock in found if lock.until > now), key=lambda lock: lock.until
    )[::-1]


def unlock(name: str, address: str) -> None:
    """Forget the failures of the name at the address; without a name, all of it."""
    attempts = AccessAttempt.objects.filter(ip_address=address or None)
    (attempts.filter(username=name) if name else attempts).delete()


def _attempts() -> Any:
    since = clock.now() - REMEMBERED_FOR
    return AccessAttempt.objects.filter(attempt_time__gt=since).order_by()


def _end(attempts: Any, limit: int, step: int) -> datetime | None:
    found = attempts.aggregate(
        failures=Sum("failures_since_start", default=0),
        last=Max("attempt_time", filter=Q(failures_since_start__gt=0)),
    )
    wait = delay(found["failures"], limit, step)
    return found["last"] + wait if wait else None


class GrowingDelay(AxesDatabaseHandler):
    """For `AXES_HANDLER`: records failures as axes does, and locks as above."""

    def get_failures(
        self, request: Any, credentials: dict[str, Any] | None = None
    ) -> int:
        """Axes asks whether there are as many as its limit."""
        name = get_client_username(request, credentials) or ""
        is_locked = lock_of(request, name, request.axes_ip_address)
        return settings.AXES_FAILURE_LIMIT if is_locked else 0
