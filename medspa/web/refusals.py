"""How a view answers when a service refuses.

A service raises `Refused`, or ValidationError for a rule of a model. A view catches it
and returns one of these answers, so that all pages refuse alike. What no view catches
ends as a page of its own (`refusal_pages`).
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from medspa.refusals import Refused
from medspa.web.error_pages import refusal_page


def sentence_of(refusal: Refused | ValidationError) -> str:
    """What the person reads."""
    if isinstance(refusal, ValidationError):
        return " ".join(dict.fromkeys(refusal.messages))
    return refusal.sentence


def redirect_refused(
    request: HttpRequest, refusal: Refused | ValidationError, to: str, *args: Any
) -> HttpResponse:
    """For a form that was sent: another page, with the sentence above it.

    `to` and `args` are those of Django's `redirect`.
    """
    messages.error(request, sentence_of(refusal))
    return redirect(to, *args)


def render_refused(
    request: HttpRequest,
    refusal: Refused | ValidationError,
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The page or, for htmx, its part once more, with the sentence as `refusal`."""
    return render(
        request,
        template,
        {**context, "refusal": sentence_of(refusal)},
        status=HTTPStatus.CONFLICT,
    )


def refused_json(refusal: Refused | ValidationError, **parts: Any) -> JsonResponse:
    """For a script: the sentence as `message`, with what else it needs to go on."""
    return JsonResponse(
        {"message": sentence_of(refusal), **parts}, status=HTTPStatus.CONFLICT
    )


def refusal_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a refusal that no view caught is a page with its sentence."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(
        request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return refusal_page(request, exception)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
