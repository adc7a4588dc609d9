"""Connections of requests that change something carry the person's id."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse

from medspa.postgres.contention import PERSON_LABEL, labelled


def label_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who waits for a row that a request has locked is told whose it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request.while_it_runs = stack  # type: ignore[attr-defined]
            return get_response(request)

    def process_view(request: HttpRequest, *args: Any) -> None:
        if request.method == "POST" and request.user.is_authenticated:
            label = f"{PERSON_LABEL}{request.user.pk}"
            request.while_it_runs.enter_context(labelled(label))  # type: ignore[attr-defined]

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
