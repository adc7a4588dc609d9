"""A request reads each list of set-up at most once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from medspa.lists.read_once import reading_once


def reading_once_a_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with reading_once():
            return get_response(request)

    return middleware
