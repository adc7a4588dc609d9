"""Asking once more who it is, before acts that a stranger at the desk must not do.

`fresh_sign_in_required` and, for class-based pages, `FreshSignInMixin` let a request
through when the person signed in or confirmed within the last ten minutes. Else a page
asks for the password, a code or a passkey and goes on. What a form sent is kept in that
page and sent again with the answer; files have to be chosen again.

Both stand behind the check of the permission.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from medspa.accounts.models import User
from medspa.accounts.second_factor import totp
from medspa.accounts.second_factor.challenges import Purpose
from medspa.accounts.second_factor.changes import second_steps_of
from medspa.accounts.second_factor.proving_views import (
    WRONG_CODE,
    counted,
    is_password,
    refuse_if_locked,
    site_of,
)
from medspa.accounts.sessions import is_proved_lately, note_proof
from medspa.accounts.views import show
from medspa.refusals import Refused
from medspa.web.answers import answer, is_for_script

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD", "OPTIONS")
# What the page that asks adds to a form.
ANSWERS = ("confirm_password", "confirm_code", "confirm_passkey")
WRONG_PASSWORD = "That isn't your password."  # noqa: S105
TITLE = "Confirm it's you"
WHY = "It's been more than ten minutes since you signed in."


def fresh_sign_in_required(
    view: View | None = None,
    *,
    is_download: bool = False,
    is_asked_to_read: bool = True,
) -> Any:
    """A decorator of a view that needs a fresh sign-in.

    `is_download`: the answer is a file, so the page that asked stays where it is.
    `is_asked_to_read`: False where only what is posted needs it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def fresh_view(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            asked = ask_again(request, is_download, is_asked_to_read)
            return view(request, *args, **kwargs) if asked is None else asked

        return fresh_view

    return decorate(view) if view else decorate


class FreshSignInMixin:
    """For class-based pages, after `ClinicPageMixin` in the list of bases."""

    is_asked_to_read = True

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        asked = ask_again(request, is_asked_to_read=self.is_asked_to_read)
        if asked is not None:
            return asked
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


def ask_again(
    request: HttpRequest, is_download: bool = False, is_asked_to_read: bool = True
) -> HttpResponse | None:
    """The answer that asks who it is; None where nobody has to be asked."""
    is_reading = request.method in READING
    if (
        (is_reading and not is_asked_to_read)
        or not request.user.is_authenticated
        or is_proved_lately(request.session)
    ):
        return None
    if is_for_script(request):
        told = "Confirm that it's you to continue."
        address = _confirm_address(_page_behind(request))
        status = HTTPStatus.UNAUTHORIZED
        return answer(request, status, WHY[:-1], told, sign_in=address)
    if is_reading:
        behind = _page_behind(request) if is_download else ""
        return redirect(_confirm_address(request.get_full_path(), behind))
    if is_download:
        # A form that only asks for a file: its button is on the page behind.
        return redirect(_confirm_address(_page_behind(request)))
    return _ask_with_form(request)


def _page_behind(request: HttpRequest) -> str:
    """The page that a script or a link was on, of ours."""
    seen = urlsplit(request.headers.get("Referer", ""))
    return f"{seen.path}{'?' if seen.query else ''}{seen.query}" or reverse("home")


def _confirm_address(go_on_to: str, file_of: str = "") -> str:
    asked = {"next": go_on_to} | ({"back": file_of} if file_of else {})
    return f"{reverse('confirm_sign_in')}?{urlencode(asked)}"


def _ask_with_form(request: HttpRequest) -> HttpResponse | None:
    """The page that keeps what was sent; None once its answer was right."""
    person = _person(request)
    if told := refuse_if_locked(request, person):
        return told
    sent = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "confirm_username"):
        sent.pop(name, None)
    answers = {name: sent.pop(name)[-1] for name in ANSWERS if name in sent}
    refusal = _refusal(request, person, answers) if answers else ""
    if answers and not refusal:
        # The view is not to see, and never to print, a password.
        request.POST = sent  # type: ignore[assignment]
        return None
    inputs = [(name, value) for name, values in sent.lists() for value in values]
    return _page(
        request,
        person,
        HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.FORBIDDEN,
        refusal=refusal,
        inputs=inputs,
        has_files=bool(request.FILES),
    )


@login_required
@sensitive_post_parameters()
def confirm_sign_in(request: HttpRequest) -> HttpResponse:
    """The same for a link: asks, and goes on to it."""
    person = _person(request)
    if told := refuse_if_locked(request, person):
        return told
    go_on_to = _of_ours(request, request.GET.get("next", "")) or reverse("home")
    back = _of_ours(request, request.GET.get("back", ""))
    refusal = ""
    if request.method == "POST":
        sent = request.POST
        answers = {name: sent[name] for name in ANSWERS if name in sent}
        refusal = _refusal(request, person, answers)
    if request.method != "POST" or refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
        return _page(request, person, status, refusal=refusal, back=back)
    if back:
        context: dict[str, Any] = {
            "title": "Your download starts",
            "file": go_on_to,
            "back": back,
        }
        return show(request, "download", **context)
    return redirect(go_on_to)


def _of_ours(request: HttpRequest, path: str) -> str:
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(
        path, {request.get_host()}, require_https=request.is_secure()
    )
    return path if is_ours else ""


def _person(request: HttpRequest) -> User:
    person: User = User.objects.get(pk=request.user.pk)
    return person


def _refusal(request: HttpRequest, person: User, answers: dict[str, str]) -> str:
    """Why the answers don't prove it; "" if they do, which the session notes."""
    try:
        _check(request, person, answers)
    except Refused as refusal:
        return refusal.sentence
    note_proof(request.session)
    return ""


def _check(request: HttpRequest, person: User, answers: dict[str, str]) -> None:
    if passkey := answers.get("confirm_passkey"):
        from medspa.accounts.second_factor.passkeys import check_passkey

        check_passkey(request.session, Purpose.PROVE, person, passkey, site_of(request))
    elif code := answers.get("confirm_code"):
        if not totp.use_code(person, code):
            raise counted(request, person, WRONG_CODE)
    elif not is_password(request, person, answers.get("confirm_password", "")):
        raise Refused(WRONG_PASSWORD)


def _page(
    request: HttpRequest, person: User, status: HTTPStatus, **context: Any
) -> HttpResponse:
    steps = second_steps_of(person)
    return show(
        request,
        "confirm",
        status,
        title=TITLE,
        why=WHY,
        person=person,
        steps=steps,
        has_passkeys=bool(steps.passkeys) and site_of(request).has_passkeys,
        **context,
    )
