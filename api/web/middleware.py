"""Middleware: what answers programs and assistants answers as the API does."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404

from api.ground.problems import NOT_FOUND
from api.web.calls import JSON
from api.web.problem_responses import (
    PROBLEM_JSON,
    UNAVAILABLE,
    problem_response,
)
from medspa.extension_points import program_answers
from medspa.programs.middleware import answer_by_view

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


@program_answers.extend(OPERATIONS_PREFIX)
def answer_operation(request: HttpRequest) -> HttpResponseBase:
    try:
        response = answer_by_view(request)
    except Resolver404:
        return _problem(HTTPStatus.NOT_FOUND)
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
