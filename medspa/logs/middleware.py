"""Middleware: every request has an id, and one line in the log when it is answered."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.logs.paths import path_without_tokens
from medspa.logs.trace import request_id, traced

log = logging.getLogger("medspa.access")


def access_log(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Method, path, status, milliseconds, the person's id; never the query string."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        with traced(request_id(given)) as trace:
            request.trace = trace  # type: ignore[attr-defined]
            response = get_response(request)
            response.headers["X-Request-ID"] = trace
            level = level_of(request, response.status_code)
            if log.isEnabledFor(level):
                seconds = time.perf_counter() - begun
                write_line(level, request, response.status_code, seconds)
        return response

    return middleware


def level_of(request: HttpRequest, status: int) -> int:
    """Probes come every few seconds; those that are well are no news."""
    is_quiet = getattr(request, "is_probe", False) and status < HTTPStatus.BAD_REQUEST
    return logging.DEBUG if is_quiet else logging.INFO


def write_line(level: int, request: HttpRequest, status: int, seconds: float) -> None:
    facts = {
        "method": request.method,
        "path": path_without_tokens(request),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "person": person_id(request),
    }
    words = "%(method)s %(path)s %(status)s %(ms)s ms person=%(person)s"
    log.log(level, words, facts, extra={"facts": facts})


def person_id(request: HttpRequest) -> str:
    """Of the person if the request has read who it is; it is not read for the log."""
    person: Any = getattr(request, "_cached_user", None)
    return str(getattr(person, "pk", None) or "-")
