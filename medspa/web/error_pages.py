"""What is answered when something can't be done, by kind of trouble."""

import sys
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from medspa.postgres.contention import refusal_of
from medspa.refusals import Refused
from medspa.web.answers import answer, is_for_script, sign_in_address

RETRY_AFTER_SECONDS = 5
# What psycopg's error says; it never sends the statement.
NULL_BYTE = "NUL (0x00)"
SAVED_IS_KEPT = "Everything you saved earlier is kept."


class MovedOn(Http404):
    """What was asked for is gone, and the page of `address` is where to go on."""

    def __init__(self, sentence: str, address: str, label: str) -> None:
        super().__init__(sentence)
        self.onward = address, label


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request,
        HTTPStatus.BAD_REQUEST,
        "Bad request",
        "The link or the form data is invalid. Nothing was done.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For people who may not do it, and for those whose session has ended."""
    if request.user.is_authenticated:
        return answer(
            request,
            HTTPStatus.FORBIDDEN,
            "You don't have access to this page",
            "Nothing was done. If you need access, ask an administrator.",
        )
    return signed_out(request, HTTPStatus.FORBIDDEN)


def signed_out(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    return answer(
        request,
        HTTPStatus.UNAUTHORIZED if is_for_script(request) else status,
        "You're signed out",
        f"Nothing was done. {SAVED_IS_KEPT} Sign in and try again.",
        sign_in=sign_in_address(request),
    )


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """For a refusal that no view answered by itself."""
    status = getattr(refusal, "status", HTTPStatus.CONFLICT)
    told = answer(request, status, "This was not done", refusal.sentence)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        told["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return told


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request,
        HTTPStatus.NOT_FOUND,
        "Page not found",
        _sentence_of(exception)
        or "It may have been deleted, or the link is wrong. Go back, or go to home.",
        onward=getattr(exception, "onward", None),
    )


def explain_wrong_methods(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: who opens the address of a form's POST as a page is told so."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
            return response
        page = answer(
            request,
            HTTPStatus.METHOD_NOT_ALLOWED,
            "Nothing to show here",
            "This address only receives forms. Go back to the page you came from.",
        )
        page["Allow"] = response["Allow"]
        return page

    return middleware


def sign_in_for_scripts(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: where a page would be sent to sign in, a script is told so.

    A script follows a redirect by itself and would show the form as what it asked for.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        location = response.headers.get("Location", "")
        if not location:
            return response
        is_sign_in = urlsplit(location).path == resolve_url(settings.LOGIN_URL)
        if is_sign_in and is_for_script(request):
            return signed_out(request, HTTPStatus.UNAUTHORIZED)
        return response

    return middleware


def busy_answers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: who waited too long for somebody else's save is told who it is."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(
        request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        refusal = refusal_of(exception)
        return refusal_page(request, refusal) if refusal else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def refuse_null_bytes(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: PostgreSQL stores no NUL in text, so a value with one is a 400.

    Most form fields refuse it themselves; this is for ids in addresses and hidden
    fields.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(
        request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        has_null_byte = isinstance(exception, DataError) and NULL_BYTE in str(exception)
        return bad_request(request, exception) if has_null_byte else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For Django's CSRF check, which mostly fails for a page from before signing in."""
    return answer(
        request,
        HTTPStatus.FORBIDDEN,
        "This page expired",
        "Nothing was saved just now. Go back, reload and try again.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return answer(
            request,
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something went wrong",
            f"This is our fault, and it has been logged. {SAVED_IS_KEPT} Go back "
            "and check whether your last step was saved before trying again.",
            has_help=False,
        )
    told = answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database isn't responding",
        f"It's usually back within seconds. {SAVED_IS_KEPT} Reload, and check whether "
        "your last step was saved before trying again.",
        has_help=False,
    )
    told["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return told


def _sentence_of(exception: Exception) -> str:
    """The sentence of a 404 of ours; Django's own texts are not for people."""
    text = exception.args[0] if exception.args else ""
    is_ours = isinstance(text, str) and text.startswith(("This ", "The ", "There "))
    return text if is_ours else ""
