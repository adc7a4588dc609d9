"""Middleware: until the process is ready, every page says why in one sentence."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.readiness import READINESS
from medspa.web.answers import answer


def serve_when_ready(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            why = READINESS.problem()
        except DatabaseError:
            why = ""  # the page says so, where it needs the database
        if not why:
            return get_response(request)
        return answer(
            request, HTTPStatus.SERVICE_UNAVAILABLE, "Not ready yet", f"{why}."
        )

    return middleware
