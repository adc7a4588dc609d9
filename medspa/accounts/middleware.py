"""Whose request it is, when a session ends, and what nobody may keep."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.accounts import sessions
from medspa.accounts.devices import device_in_words
from medspa.accounts.proxies import client_address, is_trusted, networks
from medspa.web.answers import is_for_script

# Pages ask for these by themselves.
POLLED = {
    "board_ages",
    "board_cards",
    "board_changes",
    "job",
    "jobs",
    "today_sections",
}
# What no page of ours uses.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


FROM_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")


def trusted_proxies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: REMOTE_ADDR is the client's; others' headers are taken away."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        trusted = networks(settings.TRUSTED_PROXIES)
        peer = request.META.get("REMOTE_ADDR", "")
        if is_trusted(peer, trusted):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address(peer, forwarded, trusted)
        else:
            for header in FROM_PROXIES:
                request.META.pop(header, None)
        return get_response(request)

    return middleware


def session_limits(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: whose session is over is signed out before the page is made."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        person: Any = request.user
        if person.is_authenticated and sessions.is_over(
            request.session, person.sessions_ended_at
        ):
            logout(request)
        return get_response(request)

    def process_view(request: HttpRequest, *args: Any) -> None:
        match = request.resolver_match
        is_polled = match and match.url_name in POLLED and is_for_script(request)
        if request.user.is_authenticated and not is_polled:
            sessions.note_activity(request.session, address_of(request))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no page or file is kept by the browser or by anything between.

    Static files are answered before it; the clinic's logo is public.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not getattr(response, "is_public", False):
            response.headers["Cache-Control"] = "no-store, private"
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return middleware


def begin_session(request: HttpRequest, **kwargs: Any) -> None:
    """For Django's signal that somebody has signed in."""
    sessions.begin(
        request.session,
        device=device_in_words(request.headers.get("User-Agent", "")),
        address=address_of(request),
        second_step=getattr(request, "second_step", ""),
    )


def address_of(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
