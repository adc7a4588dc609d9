"""Each answer says how long the server took for it."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

NAME = "Server-Timing"


def server_timing(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: `Server-Timing: app;dur=` in milliseconds."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        answer = get_response(request)
        milliseconds = 1000 * (time.perf_counter() - began)
        answer.headers[NAME] = f"app;dur={milliseconds:.3f}"
        return answer

    return middleware


def milliseconds_of(header: str) -> float:
    return float(header.partition("dur=")[2] or "nan")
