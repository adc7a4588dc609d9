"""The API keys page, for administrators."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from api.keys.form import KeyForm
from api.keys.listing import read_keys
from api.keys.making import (
    OVERLAP_HOURS,
    KeyRefused,
    ShownOnce,
    make_key,
    revoke_key,
    rotate_key,
)
from medspa.accounts.second_factor.fresh_views import (
    FreshSignInMixin,
    fresh_sign_in_required,
)
from medspa.ids import new_id
from medspa.web.add_once import again_if_taken, read_row_key, row_id
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused, sentence_of

KEY_REFUSALS = (KeyRefused, ValidationError)
OVERLAP_WORDS = {0: "at once", 1: "in an hour", 24: "in a day", 72: "in three days"}


class KeysPage(ClinicPageMixin, TemplateView):
    permission_required = "api.view_apikey"
    title = "API keys"
    template_name = "api/keys.html"

    def get_context_data(self, shown: ShownOnce | None = None, **kwargs: Any) -> Any:
        return super().get_context_data(
            rows=read_keys(),
            row_key=new_id(),
            shown=shown,
            overlaps=[(n, OVERLAP_WORDS.get(n, "in a week")) for n in OVERLAP_HOURS],
            **kwargs,
        )


class AddKeyPage(ClinicPageMixin, FreshSignInMixin, TemplateView):
    permission_required = "api.add_apikey"
    title = "Create an API key"
    template_name = "api/add_key.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(KeyForm(owner=self._person))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return again_if_taken(lambda: self._make(request))

    def _make(self, request: HttpRequest) -> HttpResponse:
        form = KeyForm(request.POST, owner=self._person)
        if not form.is_valid():
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            shown = make_key(form.new_key, self._person, key_id=row_id(request.POST))
        except KEY_REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
            return self._show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        return show_once(request, shown)

    @property
    def _person(self) -> Any:
        return self.request.user

    def _show(self, form: KeyForm, status: int = HTTPStatus.OK) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            row_key=read_row_key(self.request.POST) or new_id(),
            breadcrumbs_trail=[(reverse("api_keys"), "API keys")],
        )
        return render(self.request, self.template_name, context, status=status)


def show_once(request: HttpRequest, shown: ShownOnce) -> HttpResponse:
    """The page of all keys with the new secret above: loaded again, it is gone."""
    page = KeysPage()
    page.setup(request)
    return page.render_to_response(page.get_context_data(shown))


@require_POST
@permission_required("api.change_apikey", raise_exception=True)
@fresh_sign_in_required
def rotate(request: HttpRequest, key_id: str) -> HttpResponse:
    person: Any = request.user
    given = request.POST.get("overlap", "")
    try:
        hours = int(given) if given.isdecimal() and len(given) < 5 else -1
        shown = rotate_key(key_id, hours, person, secret_id=row_id(request.POST))
        return show_once(request, shown)
    except KEY_REFUSALS as refusal:
        return redirect_refused(request, refusal, "api_keys")


@require_POST
@permission_required("api.change_apikey", raise_exception=True)
def revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """Without a fresh sign-in: who finds a key in the open must not wait."""
    person: Any = request.user
    try:
        key = revoke_key(key_id, person)
    except KEY_REFUSALS as refusal:
        return redirect_refused(request, refusal, "api_keys")
    messages.success(request, f"{key} was revoked. It no longer works.")
    return redirect("api_keys")
