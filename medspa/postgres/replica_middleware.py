"""Middleware: the browser remembers what it has written or seen on the primary."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.postgres.replica import (
    COOKIE,
    COOKIE_SECONDS,
    has_replica,
    primary_position,
)


def remember_position(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """What a page of the primary shows, no page of the replica may lack."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_from_replica = getattr(request, "is_from_replica", False)
        if has_replica() and request.user.is_authenticated and not is_from_replica:
            _remember(response)
        return response

    return middleware


def _remember(response: HttpResponseBase) -> None:
    try:
        position = primary_position()
    except Error:
        return  # the page has said that the database is away
    response.set_cookie(
        COOKIE,
        position,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
