"""Pages that only read may be answered by a replica of the database.

A browser never misses there what it has written or seen: each answer of the primary
leaves the position of its log in a cookie, and the replica is asked only when it has
come past it. A replica that is away, behind or refuses is no error: the primary answers
instead. Without REPLICA_URL nothing here asks anything.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    connections,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from psycopg.errors import QueryCanceled

from medspa.postgres.replica import (
    NOWHERE,
    REPLICA,
    has_caught_up,
    has_replica,
    primary_position,
    reading_replica,
)

logger = logging.getLogger(__name__)
COOKIE = "replica_position"
# Longer than a replica that is read may be behind.
COOKIE_SECONDS = 600
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
SAFE_METHODS = ("GET", "HEAD")
# The page wrote, it locked rows, the replica went away or had to end what was asked.
TROUBLE = (OperationalError, InterfaceError, InternalError)
View = Callable[..., HttpResponseBase]


def from_replica(view: View) -> View:
    """For a view that only reads: the replica answers if it may.

    It is run again on the primary when something in it can't be done there.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if reading_alias(request) == REPLICA:
            try:
                with reading_replica():
                    response = view(request, *args, **kwargs)
                    if hasattr(response, "render"):
                        response = response.render()
            except TROUBLE as error:
                if isinstance(error.__cause__, QueryCanceled):
                    raise
                logger.info("The primary answers instead: %s", type(error).__name__)
                connections[REPLICA].close()
            else:
                request.is_from_replica = True  # type: ignore[attr-defined]
                return response
        return view(request, *args, **kwargs)

    return answer


def reading_alias(request: HttpRequest) -> str:
    """The database that may be read for this request, as for `queryset.using(…)`."""
    if not has_replica() or request.method not in SAFE_METHODS:
        return DEFAULT_DB_ALIAS
    known = request.COOKIES.get(COOKIE, "")
    is_known = POSITION.fullmatch(known)
    return (
        REPLICA if has_caught_up(known if is_known else NOWHERE) else DEFAULT_DB_ALIAS
    )


def remember_position(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what a page of the primary shows, none of the replica may lack."""

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
