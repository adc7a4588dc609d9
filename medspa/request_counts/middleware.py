"""Middleware: every answer is counted by its view, status and time."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.request_counts.counting import PROBES, RequestCounter

COUNTER = RequestCounter(settings.SECONDS_BETWEEN_COUNTS)


def count_requests(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Outside of everything that may answer; what isn't a page of ours is "other"."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = get_response(request)
        seconds = time.perf_counter() - begun
        COUNTER.note(view_of(request), response.status_code, seconds)
        # On a connection that the request has opened: a file waits for no database.
        if connection.connection is not None and not connection.in_atomic_block:
            COUNTER.flush_if_due()
        return response

    return middleware


def view_of(request: HttpRequest) -> str:
    """The name of the view, never the path: there are only so many names."""
    if getattr(request, "is_probe", False):
        return PROBES
    match = request.resolver_match
    return (match.view_name or "unnamed")[:100] if match else "other"
