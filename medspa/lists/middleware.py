"""A request reads each list of set-up at most once."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.lists.read_once import begin_reading_once


def reading_once_a_request(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        end = begin_reading_once()
        try:
            response = get_response(request)
        except BaseException:
            end()
            raise
        if response.streaming:
            # A file is written while it is sent.
            response._resource_closers.append(end)  # type: ignore[attr-defined]
        else:
            end()
        return response

    return middleware
