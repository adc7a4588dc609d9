"""Middleware: what answers programs and assistants answers as the API does."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.urls import Resolver404, resolve

from api.ground.problems import NOT_FOUND
from api.web.calls import JSON
from api.web.problem_responses import (
    PROBLEM_JSON,
    UNAVAILABLE,
    problem_response,
)
from medspa.audit.actors import from_address
from medspa.encryption.middleware import survive_damage
from medspa.postgres.slow_query_middleware import slow_query_log
from medspa.web.readiness import serve_when_ready

OPERATIONS_PREFIX = "/api/v1/"
API_PREFIXES = (OPERATIONS_PREFIX, "/api/mcp/")
# What is answered before an operation is found, or instead of one.
PROBLEM_SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("bad_request", "The request can't be read."),
    HTTPStatus.NOT_FOUND: ("not_found", NOT_FOUND),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        "This method isn't allowed here. The Allow header lists those that are.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is too large."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", UNAVAILABLE),
}
KEPT_HEADERS = ("Allow", "Retry-After")
OTHER = ("failed", "The request was not answered.")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def operations_without_pages(get_response: GetResponse) -> GetResponse:
    """An operation is answered here: sessions, forms and messages are for pages.

    All that is behind this middleware costs a request a millisecond of CPU time.
    """
    needed = (slow_query_log, serve_when_ready, CommonMiddleware, survive_damage)
    answer: GetResponse = _answer_operation
    for one in reversed(needed):
        answer = cast(GetResponse, one(answer))  # type: ignore[arg-type]

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(OPERATIONS_PREFIX):
            return answer(request)
        return get_response(request)

    return middleware


def _answer_operation(request: HttpRequest) -> HttpResponseBase:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return _problem(HTTPStatus.NOT_FOUND)
    request.resolver_match = match
    with from_address(request.META.get("REMOTE_ADDR", "")):
        response = match.func(request, *match.args, **match.kwargs)
    return _problem_instead(response) if _is_page(response) else response


def problems_for_programs(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path_info.startswith(API_PREFIXES):
            return response
        if _is_page(response):
            response = _problem_instead(response)
        for name, text in getattr(request, "api_headers", {}).items():
            response.headers.setdefault(name, text)
        return response

    return middleware


def _is_page(response: HttpResponseBase) -> bool:
    is_error = response.status_code >= HTTPStatus.BAD_REQUEST
    # JSON-RPC says itself what is wrong.
    is_for_programs = response.headers.get("Content-Type") in (PROBLEM_JSON, JSON)
    return is_error and not is_for_programs


def _problem_instead(response: HttpResponseBase) -> HttpResponseBase:
    status = HTTPStatus(response.status_code)
    headers = {
        name: response.headers[name]
        for name in KEPT_HEADERS
        if name in response.headers
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", "5")
    return _problem(status, headers)


def _problem(
    status: HTTPStatus, headers: dict[str, str] | None = None
) -> HttpResponseBase:
    code, sentence = PROBLEM_SENTENCES.get(status, OTHER)
    return problem_response(status, code, sentence, headers=headers)
