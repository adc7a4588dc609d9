"""Middleware: programs are answered without what is only for pages.

Sessions, forms, messages and their middleware cost a request of a program, an operation
of the API or a delivery of another system, a millisecond of CPU time or more.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.urls import resolve

from medspa.audit.actors import from_address
from medspa.encryption.middleware import survive_damage
from medspa.extension_points import program_answers
from medspa.postgres.slow_query_middleware import slow_query_log
from medspa.web.readiness import serve_when_ready

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def programs_without_pages(get_response: GetResponse) -> GetResponse:
    """What is below one of `program_answers` is answered here."""
    needed = (slow_query_log, serve_when_ready, CommonMiddleware, survive_damage)
    below = {}
    for prefix, answer in program_answers.items().items():
        for one in reversed(needed):
            answer = cast(GetResponse, one(answer))  # type: ignore[arg-type]
        below[prefix] = answer
    prefixes = tuple(below)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.startswith(prefixes):
            return get_response(request)
        [answer] = (below[prefix] for prefix in prefixes if path.startswith(prefix))
        return answer(request)

    return middleware


def answer_by_view(request: HttpRequest) -> HttpResponseBase:
    """What the view of the address answers; raises Resolver404."""
    match = resolve(request.path_info)
    request.resolver_match = match
    with from_address(request.META.get("REMOTE_ADDR", "")):
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response
