"""Setting two-step sign-in up, changing it, and recovery codes."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from medspa.accounts.devices import device_in_words
from medspa.accounts.models import User
from medspa.accounts.second_factor import changes, totp
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.accounts.second_factor.half_signed_in import GO_ON_TO
from medspa.accounts.second_factor.models import LONGEST_PASSKEY_NAME
from medspa.accounts.second_factor.proving_views import (
    APP,
    PASSKEY,
    site_of,
    verify_session,
)
from medspa.accounts.second_factor.state import needs_second_step
from medspa.accounts.sessions import SECOND_STEP
from medspa.accounts.views import show
from medspa.clinic.current import current_clinic
from medspa.refusals import Refused
from medspa.web.refusals import redirect_refused

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def person_of(request: HttpRequest) -> User:
    person: User = User.objects.get(pk=request.user.pk)
    return person


@login_required
@require_GET
def set_up(request: HttpRequest) -> HttpResponse:
    """What there is to choose from."""
    person = person_of(request)
    steps = changes.second_steps_of(person)
    if steps.is_on:
        return redirect("account")
    return show(
        request,
        "two_step_set_up",
        title="Set up two-step sign-in",
        is_required=needs_second_step(person),
        has_passkeys=site_of(request).has_passkeys,
    )


@login_required
@fresh_sign_in_required
@sensitive_post_parameters()
def add_authenticator(request: HttpRequest) -> HttpResponse:
    """A QR code to scan, and the first code of the app.

    The secret stays in its row; the form that comes back holds the code alone.
    """
    person, refusal = person_of(request), ""
    if request.method == "POST":
        try:
            codes = changes.confirm_app(person, request.POST.get("code", ""))
        except totp.WrongCode as refused:
            refusal = refused.sentence
        except Refused as refused:
            return redirect_refused(request, refused, "account")
        else:
            return _added(request, APP, "Authenticator app added.", codes)
    device = totp.begin_set_up(person)
    address = totp.address_for_app(device, current_clinic().name)
    return show(
        request,
        "add_authenticator",
        UNPROCESSABLE if refusal else HTTPStatus.OK,
        title="Add an authenticator app",
        # Made by segno of text that it encodes; nothing of it is markup.
        qr_code=mark_safe(totp.qr_code(address)),  # noqa: S308
        secret=totp.secret_in_groups(device),
        refusal=refusal,
    )


@login_required
@fresh_sign_in_required
def add_passkey(request: HttpRequest) -> HttpResponse:
    person, site, refusal = person_of(request), site_of(request), ""
    if request.method == "POST":
        sent = request.POST
        try:
            codes = changes.add_passkey(
                request.session,
                person,
                sent.get("name", ""),
                sent.get("passkey", ""),
                site,
            )
        except Refused as refused:
            refusal = refused.sentence
        else:
            return _added(request, PASSKEY, "Passkey added.", codes)
    return show(
        request,
        "add_passkey",
        UNPROCESSABLE if refusal else HTTPStatus.OK,
        title="Add a passkey",
        suggested=device_in_words(request.headers.get("User-Agent", "")),
        longest=LONGEST_PASSKEY_NAME,
        has_passkeys=site.has_passkeys,
        refusal=refusal,
    )


def _added(
    request: HttpRequest, second_step: str, words: str, codes: list[str]
) -> HttpResponse:
    """Who added a step has proved it; new recovery codes are shown this once."""
    verify_session(request, request.session.get(SECOND_STEP) or second_step)
    messages.success(request, words)
    go_on_to = str(request.session.pop(GO_ON_TO, "")) or reverse("account")
    return _show_codes(request, codes, go_on_to) if codes else redirect(go_on_to)


def _show_codes(request: HttpRequest, codes: list[str], go_on_to: str) -> HttpResponse:
    return show(
        request,
        "recovery_codes",
        title="Recovery codes",
        codes=codes,
        # For the link that saves them as a file.
        file="\n".join([f"Recovery codes, {current_clinic().name}", *codes, ""]),
        go_on_to=go_on_to,
    )


@login_required
@fresh_sign_in_required
def renew_codes(request: HttpRequest) -> HttpResponse:
    """A button; the new codes are in the answer, and nowhere afterwards."""
    person = person_of(request)
    if request.method != "POST":
        left = changes.second_steps_of(person).codes_left
        return show(request, "renew_codes", title="New recovery codes", left=left)
    try:
        codes = changes.renew_codes(person)
    except Refused as refusal:
        return redirect_refused(request, refusal, "account")
    return _show_codes(request, codes, reverse("account"))


@login_required
@require_POST
@fresh_sign_in_required
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    return _remove(request, changes.remove_app)


@login_required
@require_POST
@fresh_sign_in_required
def remove_passkey(request: HttpRequest, passkey_id: str) -> HttpResponse:
    return _remove(request, partial(changes.remove_passkey, passkey_id=passkey_id))


@login_required
@require_POST
@fresh_sign_in_required
def rename_passkey(request: HttpRequest, passkey_id: str) -> HttpResponse:
    try:
        name = request.POST.get("name", "")
        changes.rename_passkey(person_of(request), passkey_id, name)
    except Refused as refusal:
        return redirect_refused(request, refusal, "account")
    messages.success(request, "Saved.")
    return redirect("account")


def _remove(request: HttpRequest, remove: Callable[..., bool]) -> HttpResponse:
    try:
        is_left = remove(person_of(request), here=request.session.session_key)
    except Refused as refusal:
        return redirect_refused(request, refusal, "account")
    if not is_left:
        request.session[SECOND_STEP] = ""
    messages.success(request, "Removed. You're signed out on other devices.")
    return redirect("account")
