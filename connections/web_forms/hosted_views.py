"""The page of a web form, alone or inside another website, and its script.

No cookie is set or read: a signed token in the page stands for the CSRF cookie, which
browsers don't send inside other sites.
"""

import secrets
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from connections.door import Delivery
from connections.doors.web_form import TOKEN, WEB_FORM_SECRET
from connections.form_tokens import make_token, read_token
from connections.models import WebForm
from connections.refusals import DeliveryRefused
from connections.web_forms.counting import TooManyForms, count_form
from connections.web_forms.saving import connection_of
from connections.web_forms.submitting import submit
from connections.web_forms.visitor_form import HONEYPOT, VisitorForm, carried
from medspa import clock
from medspa.accounts.middleware import address_of
from medspa.clinic.current import current_clinic
from medspa.refusals import Refused

# A person needs longer to fill in two fields; programs don't.
LEAST_SECONDS = timedelta(seconds=2)
TOO_FAST = "That was very fast. Please check your entries and send again."
SCRIPT = Path(settings.BASE_DIR, "static", "js", "form-embed.js")
SCRIPT_SECONDS = 3600


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "POST"])
def hosted_form(request: HttpRequest, form_id: str) -> HttpResponse:
    form = WebForm.objects.filter(pk=form_id, is_on=True).first()
    if form is None or not connection_of(form).is_on:
        return _answer(request, None, "connections/form_closed.html", {}, 404)
    if request.method == "POST":
        return _take(request, form)
    if "sent" in request.GET:
        return _answer(request, form, "connections/form_sent.html", {})
    return _page(request, form, VisitorForm(form))


def _take(request: HttpRequest, form: WebForm) -> HttpResponse:
    if request.POST.get(HONEYPOT):
        return _thank(request, form)
    entered = VisitorForm(form, request.POST)
    if not entered.is_valid():
        return _page(request, form, entered, HTTPStatus.UNPROCESSABLE_ENTITY)
    now = clock.now()
    try:
        secret = connection_of(form).secret_values[WEB_FORM_SECRET]
        token = read_token(secret, request.POST.get(TOKEN, ""), now)
        if now - token.made_at < LEAST_SECONDS:
            raise Refused(TOO_FAST)
        count_form(address_of(request) or "", now)
        submit(form, _delivery(request))
    except TooManyForms as refusal:
        entered.add_error(None, refusal.sentence)
        return _page(request, form, entered, HTTPStatus.TOO_MANY_REQUESTS)
    except (DeliveryRefused, Refused) as refusal:
        entered.add_error(None, refusal.sentence)
        return _page(request, form, entered, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _thank(request, form)


def _delivery(request: HttpRequest) -> Delivery:
    return Delivery(
        request.body,
        url=request.path,
        content_type=request.content_type or "",
        received_at=clock.now(),
    )


def _thank(request: HttpRequest, form: WebForm) -> HttpResponse:
    answer = redirect(_address(request, form, sent="1"))
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def _address(request: HttpRequest, form: WebForm, **query: str) -> str:
    """Of the form's page; one inside another website stays so."""
    query |= {"embed": "1"} if _is_embedded(request) else {}
    address = reverse("hosted_form", args=[form.pk])
    return f"{address}?{urlencode(query)}" if query else address


def show_preview(request: HttpRequest, form: WebForm) -> HttpResponse:
    """The form's page for who sets it up; nothing can be sent from it."""
    context: dict[str, object] = {
        "entered": VisitorForm(form),
        "is_preview": True,
        "address": "#",
    }
    return _answer(request, form, "connections/hosted_form.html", context)


def _is_embedded(request: HttpRequest) -> bool:
    return "embed" in request.GET


def _page(
    request: HttpRequest, form: WebForm, entered: VisitorForm, status: int = 200
) -> HttpResponse:
    secret = connection_of(form).secret_values[WEB_FORM_SECRET]
    parameters = request.POST if request.method == "POST" else request.GET
    context = {
        "entered": entered,
        "address": _address(request, form),
        "token": make_token(secret, form.wording_version, clock.now()),
        "carried": carried(parameters),
    }
    return _answer(request, form, "connections/hosted_form.html", context, status)


def _answer(
    request: HttpRequest,
    form: WebForm | None,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    nonce = secrets.token_urlsafe(12)
    clinic = current_clinic()
    context |= {
        "form": form,
        "clinic": clinic.name,
        "clinic_logo": clinic.logo_id and reverse("clinic_logo", args=[clinic.logo_id]),
        "is_embedded": _is_embedded(request),
        "nonce": nonce,
        "honeypot": HONEYPOT,
    }
    answer = render(request, template, context, status=status)
    answer["Content-Security-Policy"] = _policy(form, nonce)
    return answer


def _policy(form: WebForm | None, nonce: str) -> str:
    """Only the form's own websites, and the site itself, may show it in a frame."""
    frames = " ".join(["'self'", *(form.allowed_origins if form else ())])
    return (
        "default-src 'none'; script-src 'self'; img-src 'self'; form-action 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; base-uri 'none'; frame-ancestors {frames}"
    )


@require_GET
def embed_script(request: HttpRequest, form_id: str) -> HttpResponse:
    """`static/js/form-embed.js` at an address that stays the same for years."""
    answer = HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    answer.is_public = True  # type: ignore[attr-defined]
    return answer
