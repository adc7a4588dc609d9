"""Middleware that logs every slow query with the page that asked for it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from medspa.logs.paths import path_without_tokens

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
                    page = path_without_tokens(request)
                    logger.warning("%.3f s on %s: %s", seconds, page, sql)

        with connection.execute_wrapper(measure):
            return get_response(request)

    return middleware
