"""Middleware that logs every slow query with the page that asked for it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)


def slow_query_log(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Logs the statement, never its parameters, which may be personal data."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def measure(
            execute: Callable, sql: str, params: Any, many: bool, context: Any
        ) -> Any:
            start = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                seconds = time.perf_counter() - start
                if seconds > settings.SLOW_QUERY_SECONDS:
                    logger.warning("%.3f s on %s: %s", seconds, _page(request), sql)

        with connection.execute_wrapper(measure):
            return get_response(request)

    return middleware


def _page(request: HttpRequest) -> str:
    """The path; what signs somebody in who opens it is left out."""
    match, path = request.resolver_match, request.path
    for name, value in match.kwargs.items() if match else ():
        if name.endswith("token"):
            path = path.replace(value, "…")
    return path
