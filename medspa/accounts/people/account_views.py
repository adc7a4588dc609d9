"""What people do for themselves: accept an invitation, choose a password, an email."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from medspa.accounts.auth import SIGN_IN_BACKEND
from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.accounts.people import editing, inviting, resetting
from medspa.accounts.people.forms import (
    ChangePasswordForm,
    ChoosePasswordForm,
    ForgotPasswordForm,
    OwnEmailForm,
)
from medspa.accounts.people.reading import roles_in_words
from medspa.accounts.second_factor.changes import second_steps_of
from medspa.accounts.second_factor.models import LONGEST_PASSKEY_NAME
from medspa.accounts.second_factor.proving_views import is_password
from medspa.accounts.signed_in import where_signed_in
from medspa.accounts.views import show
from medspa.audit.actors import acting
from medspa.emails.message import is_email_set_up
from medspa.emails.sending import address_of
from medspa.refusals import Refused
from medspa.web.site_address import site_address

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


# Links ------------------------------------------------------------------------------


def find_link(token: str, kind: LinkKind) -> EmailedLink:
    """The open link of an address; raises LinkEnded with what to do instead."""
    link = EmailedLink.objects.with_token(token, kind)
    if link is None:
        raise inviting.LinkEnded(
            "This link isn't complete. Copy all of it from the email."
        )
    if link.used_at:
        raise inviting.LinkEnded("This link was already used. It works only once.")
    if link.revoked_at:
        raise inviting.LinkEnded(
            "This link was replaced or canceled. Use the one in the newest email, or "
            "ask an administrator."
        )
    if link.is_expired:
        raise inviting.LinkEnded(
            "This link has expired. Ask an administrator to send a new one."
        )
    return link


def show_ended(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return show(
        request,
        "ended",
        HTTPStatus.GONE,
        title="This link doesn't work",
        words=refusal.sentence,
    )


@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, invitation_token: str) -> HttpResponse:
    """Whose invitation it is, and a password to choose."""
    try:
        link = find_link(invitation_token, LinkKind.INVITATION)
        form = ChoosePasswordForm(link.person, request.POST or None)
        if request.method == "POST" and form.is_valid():
            person = inviting.accept(link, form.cleaned_data["new_password1"])
            login(request, person, SIGN_IN_BACKEND)
            return redirect("home")
    except inviting.LinkEnded as refusal:
        return show_ended(request, refusal)
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    name = inviting.name_of(link.person)
    return show(
        request, "invitation", status, title="Welcome", link=link, name=name, form=form
    )


def confirm_email(request: HttpRequest, email_token: str) -> HttpResponse:
    """A button, so that a mail program that opens links confirms nothing."""
    try:
        link = find_link(email_token, LinkKind.EMAIL_CHANGE)
        if request.method == "POST":
            editing.confirm_email(link)
            is_other = request.user.is_authenticated and request.user != link.person
            who = f"{inviting.name_of(link.person)} can" if is_other else "You"
            messages.success(request, f"{who} now sign in with {link.email}.")
            return redirect("home")
    except (inviting.LinkEnded, inviting.InviteRefused) as refusal:
        return show_ended(request, refusal)
    name = inviting.name_of(link.person)
    return show(
        request, "confirm_email", title="Confirm your email", link=link, name=name
    )


# Forgotten passwords ----------------------------------------------------------------


def forgot_password(request: HttpRequest) -> HttpResponse:
    """The same answer whether or not anyone has the email."""
    form = ForgotPasswordForm(request.POST or None)
    title, status = "Forgot your password?", HTTPStatus.OK
    context = {
        "form": form,
        "is_email_set_up": is_email_set_up(),
        "is_trial": settings.DEBUG,
    }
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        address = request.META.get("REMOTE_ADDR") or None
        try:
            resetting.request_reset(email, address, site_address(request))
        except resetting.TooManyRequests as refusal:
            form.add_error(None, refusal.sentence)
            status = HTTPStatus.TOO_MANY_REQUESTS
        else:
            return show(request, "forgot_sent", title="Check your email", email=email)
    elif form.errors:
        status = UNPROCESSABLE
    return show(request, "forgot", status, title=title, **context)


@sensitive_post_parameters()
def reset_password(request: HttpRequest, code: str, reset_token: str) -> HttpResponse:
    """By a link of `medspa.emails.sending.reset_address`."""
    person = person_with_token(code, reset_token)
    if person is None:
        sentence = "This link has expired or was already used. Ask for a new one."
        return show_ended(request, inviting.LinkEnded(sentence))
    form = ChoosePasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        person.set_password(form.cleaned_data["new_password1"])
        with acting(user=person):
            person.save_password()
        resetting.password_was_reset(person, request.META.get("REMOTE_ADDR"))
        messages.success(request, "Your password was changed. Sign in with it.")
        return redirect("home")
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    title, name = "Choose a new password", inviting.name_of(person)
    return show(request, "reset", status, title=title, form=form, name=name)


def person_with_token(code: str, token: str) -> User | None:
    try:
        pk = urlsafe_base64_decode(code).decode()
    except ValueError:
        return None
    if "\0" in pk:
        return None
    person: User | None = User.objects.may_sign_in().filter(pk=pk).first()
    is_theirs = person and default_token_generator.check_token(person, token)
    return person if is_theirs else None


# One's own account ------------------------------------------------------------------


@login_required
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    is_own = partial(is_password, request, person)
    form = ChangePasswordForm(request.POST or None, person, is_own)
    if request.method == "POST" and form.is_valid():
        person.set_password(form.cleaned_data["new_password1"])
        person.save_password()
        update_session_auth_hash(request, person)
        resetting.tell_password_changed(person)
        messages.success(request, "Password changed. Other devices are signed out.")
        return redirect("account")
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    trail = [("../", "Your account")]
    return show(
        request,
        "password",
        status,
        title="Change password",
        form=form,
        breadcrumbs_trail=trail,
    )


@require_GET
@login_required
def session(request: HttpRequest) -> HttpResponse:
    """Whether one is still signed in, for `static/js/shell.js`."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@login_required
@sensitive_post_parameters()
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and another email, which its link confirms."""
    person: Any = request.user
    is_own = partial(is_password, request, person)
    form = OwnEmailForm(request.POST or None, person, is_own)
    if request.method == "POST" and form.is_valid():
        base = site_address(request)
        link = editing.change_email(person, form.cleaned_data["email"], person, base)
        words = f"Open the link that goes to {link.email}." if link else "Saved."
        messages.success(request, words)
        return redirect("account")
    links = person.emailed_links.usable().filter(kind=LinkKind.EMAIL_CHANGE)
    pending = links.first()
    is_shown = pending and not is_email_set_up()
    return show(
        request,
        "account",
        UNPROCESSABLE if form.errors else HTTPStatus.OK,
        title="Your account",
        form=form,
        name=inviting.name_of(person),
        roles=roles_in_words(person),
        pending=pending,
        pending_address=address_of(pending, site_address(request)) if is_shown else "",
        steps=second_steps_of(person),
        longest_passkey_name=LONGEST_PASSKEY_NAME,
        signed_in=where_signed_in(person, request.session.session_key),
    )
