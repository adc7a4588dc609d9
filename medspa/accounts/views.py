"""What somebody is told who may not sign in right now."""

import math
from datetime import timedelta
from http import HTTPStatus

from axes.helpers import get_client_username
from django.http import HttpRequest, HttpResponse

from medspa import clock
from medspa.accounts.lockout import lock_of
from medspa.web.answers import answer


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, str]
) -> HttpResponse:
    """What `axes` answers to somebody who tried too many passwords."""
    name = get_client_username(request, credentials) or ""
    until = lock_of(name, request.axes_ip_address)  # type: ignore[attr-defined]
    wait = until - clock.now() if until else timedelta()
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    told = answer(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many attempts to sign in",
        f"Wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again, or "
        "ask an administrator to unlock you.",
    )
    told["Retry-After"] = str(minutes * 60)
    return told
