"""The frame of pages about an account, and what is told who must wait."""

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from axes.helpers import get_client_username
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from medspa import clock
from medspa.accounts.audit_kinds import record_lockout
from medspa.accounts.lockout import lock_of
from medspa.accounts.passwords import HELP
from medspa.clinic.current import current_clinic
from medspa.web.admin_site import ClinicAdminSite
from medspa.web.answers import answer


def show(
    request: HttpRequest, template: str, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    """A page for people who aren't signed in, or in the shell for those who are."""
    site: ClinicAdminSite = admin.site  # type: ignore[assignment]
    shown = {
        **site.each_context(request),
        "clinic": current_clinic().name,
        "password_help": HELP,
        **context,
    }
    return render(request, f"medspa/account/{template}.html", shown, status=status)


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, str]
) -> HttpResponse:
    """What `axes` answers to somebody who tried too many passwords."""
    record_lockout(request, credentials)
    name = get_client_username(request, credentials) or ""
    until = lock_of(request, name, request.axes_ip_address)  # type: ignore[attr-defined]
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
