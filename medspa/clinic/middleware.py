"""A request reads the clinic and its lists at most once, whatever asks for them."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.clinic.current import open_scope


def clinic_of_request(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: outermost, so that every page and error is within it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        close = open_scope()
        try:
            response = get_response(request)
        except BaseException:
            close()
            raise
        if response.streaming:
            # A file is written while it is sent.
            response._resource_closers.append(close)  # type: ignore[attr-defined]
        else:
            close()
        return response

    return middleware
