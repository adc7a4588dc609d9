"""One damaged value takes no page away."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from medspa.encryption.fields import surviving_damage


def survive_damage(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        with surviving_damage():
            return get_response(request)

    return middleware
