"""Signing in: the password, then the second step; or a passkey alone."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from medspa.accounts.models import User
from medspa.accounts.second_factor.challenges import Purpose
from medspa.accounts.second_factor.changes import second_steps_of
from medspa.accounts.second_factor.half_signed_in import (
    GO_ON_TO,
    begin_half,
    half_signed_in,
)
from medspa.accounts.second_factor.passkeys import ask_for, ask_to_add, check_passkey
from medspa.accounts.second_factor.proving_views import (
    PASSKEY,
    finish_sign_in,
    refuse_if_locked,
    second_step_in,
    site_of,
)
from medspa.accounts.second_factor.state import has_second_step
from medspa.accounts.sessions import SECOND_STEP, is_proved_lately
from medspa.accounts.sign_in import SignInForm
from medspa.accounts.views import show
from medspa.refusals import Refused
from medspa.web.answers import answer
from medspa.web.refusals import refused_json


class SignInView(LoginView):
    """Who has a second step isn't signed in by the password alone."""

    def form_valid(self, form: Any) -> HttpResponse:
        person: User = form.get_user()
        if not has_second_step(person):
            return super().form_valid(form)
        begin_half(self.request.session, person, self.get_success_url())
        return redirect("two_step")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            has_passkeys=site_of(self.request).has_passkeys, **kwargs
        )


def asked_person(request: HttpRequest) -> User | None:
    """Who is to prove a second step: half signed in, or signed in without."""
    person = half_signed_in(request.session)
    if person is not None:
        return person
    current: Any = request.user
    is_verified = bool(request.session.get(SECOND_STEP))
    if current.is_authenticated and not is_verified and has_second_step(current):
        return User.objects.get(pk=current.pk)
    return None


@sensitive_post_parameters()
def two_step(request: HttpRequest) -> HttpResponse:
    """Asks for a code of the authenticator app, a passkey or a recovery code."""
    person = asked_person(request)
    if person is None:
        return redirect("home")
    if told := refuse_if_locked(request, person):
        return told
    refusal = ""
    if request.method == "POST":
        try:
            second_step = second_step_in(request, person, Purpose.SIGN_IN)
        except Refused as refused:
            refusal = refused.sentence
        else:
            return redirect(finish_sign_in(request, person, second_step) or "home")
    return show(
        request,
        "two_step",
        HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK,
        title="Two-step sign-in",
        person=person,
        steps=second_steps_of(person),
        has_passkeys=site_of(request).has_passkeys,
        refusal=refusal,
    )


@require_POST
@sensitive_post_parameters()
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in whoever owns the passkey, without a password."""
    sent, site = request.POST.get("passkey", ""), site_of(request)
    try:
        found = check_passkey(request.session, Purpose.SIGN_IN, None, sent, site)
        if not found.person.may_sign_in:
            raise Refused("This account is deactivated. Ask an administrator.")
    except Refused as refusal:
        context: dict[str, Any] = {
            "form": SignInForm(),
            "app_path": resolve_url("admin:login"),
            "has_passkeys": site.has_passkeys,
            "refusal": refusal.sentence,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return show(request, "sign_in", status, title="Sign in", **context)
    request.session[GO_ON_TO] = _next_in(request)
    return redirect(finish_sign_in(request, found.person, PASSKEY) or "home")


def _next_in(request: HttpRequest) -> str:
    path = request.POST.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(
        path, {request.get_host()}, require_https=request.is_secure()
    )
    return path if is_ours else ""


@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What a script asks the browser's passkeys: JSON, with a fresh challenge."""
    site, current = site_of(request), _signed_in_person(request)
    purpose = request.POST.get("purpose", "")
    if not site.has_passkeys:
        return refused_json(Refused("Passkeys need https and a host name."))
    if purpose == Purpose.SIGN_IN:
        person = asked_person(request)
        return _json(ask_for(request.session, Purpose.SIGN_IN, person, site))
    if current is None:
        return answer(
            request, HTTPStatus.UNAUTHORIZED, "You're signed out", "Sign in first."
        )
    if purpose == Purpose.PROVE:
        return _json(ask_for(request.session, Purpose.PROVE, current, site))
    if not is_proved_lately(request.session):
        return refused_json(Refused("Reload this page, and confirm that it's you."))
    return _json(ask_to_add(request.session, current, site))


def _signed_in_person(request: HttpRequest) -> User | None:
    """Not somebody whose second step is still asked for: they could add their own."""
    current: Any = request.user
    is_open = current.is_authenticated and asked_person(request) is None
    return User.objects.get(pk=current.pk) if is_open else None


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=JsonResponse({})["Content-Type"])
