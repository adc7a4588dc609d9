"""A log of every slow query, with the page that ran it."""

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
    """Middleware. The log holds the statement, never its parameters."""

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
                    logger.warning("%.3f s on %s: %s", seconds, request.path, sql)

        with connection.execute_wrapper(measure):
            return get_response(request)

    return middleware
