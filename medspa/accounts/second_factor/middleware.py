"""Who still owes a second step gets no page but the one that asks for it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from medspa.accounts.device_cookie import KEPT_SECONDS, SALT, cookie_name
from medspa.accounts.second_factor.half_signed_in import GO_ON_TO
from medspa.accounts.second_factor.state import has_second_step, needs_second_step
from medspa.accounts.sessions import SECOND_STEP
from medspa.web.answers import answer, is_for_script

ALWAYS_OPEN = {"admin:login", "admin:logout", "clinic_logo", "passkey_options"}
# For who has a second step and didn't prove it, and for who has to set one up.
PROVING = ALWAYS_OPEN | {"two_step", "passkey_sign_in"}
SETTING_UP = ALWAYS_OPEN | {
    "two_step_set_up",
    "add_authenticator",
    "add_passkey",
    "confirm_sign_in",
}


def second_step_first(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: before any view, whatever its address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        token = getattr(request, "device_token", "")
        if token and isinstance(response, HttpResponse):
            response.set_signed_cookie(
                cookie_name(),
                token,
                salt=SALT,
                max_age=KEPT_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(request: HttpRequest, *args: Any) -> HttpResponse | None:
        person: Any = request.user
        if not person.is_authenticated or request.session.get(SECOND_STEP):
            return None
        if has_second_step(person):
            return _lead_to("two_step", PROVING, request)
        if needs_second_step(person):
            return _lead_to("two_step_set_up", SETTING_UP, request)
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _lead_to(page: str, is_open: set[str], request: HttpRequest) -> HttpResponse | None:
    match = request.resolver_match
    if match and match.view_name in is_open:
        return None
    if is_for_script(request):
        return answer(
            request,
            HTTPStatus.UNAUTHORIZED,
            "Two-step sign-in is needed",
            "Nothing was done. Go on where it is asked for.",
            sign_in=reverse(page),
        )
    if request.method == "GET":
        request.session[GO_ON_TO] = request.get_full_path()
    return redirect(page)
