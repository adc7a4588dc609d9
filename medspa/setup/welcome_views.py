"""The first visit to an empty site, and the checklist that follows."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import login, password_validation
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from medspa.accounts.auth import SIGN_IN_BACKEND
from medspa.accounts.models import User
from medspa.accounts.people.forms import NameField
from medspa.formats import CURRENCY_SIGNS, formats_of
from medspa.formats.places import countries, time_zones
from medspa.refusals import Refused
from medspa.setup.checklist import end_if_over, open_steps, skip_step
from medspa.setup.models import LONGEST_CLINIC_NAME
from medspa.setup.owner import (
    HAS_OWNER,
    NewOwner,
    is_empty_site,
    make_owner,
    refusal_of_token,
)
from medspa.web.answers import answer
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused

NEW_LINK = "Get a new one in the terminal: `manage.py owner_link`."


class OwnerForm(forms.Form):
    """Who you are, and which clinic this is."""

    first_name = NameField(label="First name")
    username = forms.CharField(max_length=150)
    email = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput, strip=False)
    password_again = forms.CharField(
        label="Password again", widget=forms.PasswordInput, strip=False
    )
    clinic_name = NameField(label="Clinic name", max_length=LONGEST_CLINIC_NAME)
    country = forms.ChoiceField(choices=countries)
    time_zone = forms.ChoiceField(label="Time zone", choices=time_zones)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password", "password_again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"
        for name in ("username", "email"):
            self.fields[name].widget.attrs["autocomplete"] = name
        for field in self.fields.values():
            field.widget.attrs["class"] = "field-box"

    def clean(self) -> None:
        super().clean()
        password = self.cleaned_data.get("password")
        if not password:
            return
        if password != self.cleaned_data.get("password_again"):
            self.add_error("password_again", "The two passwords aren't the same.")
        person = User(
            username=self.cleaned_data.get("username", ""),
            first_name=self.cleaned_data.get("first_name", ""),
            email=self.cleaned_data.get("email", ""),
        )
        try:
            password_validation.validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)

    def new_owner(self) -> NewOwner:
        entered = {**self.cleaned_data}
        entered.pop("password_again")
        formats = formats_of(entered["country"])
        known = formats.currency in CURRENCY_SIGNS
        return NewOwner(
            **entered,
            currency=formats.currency if known else "USD",
            week_start=formats.first_weekday,
        )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Open only while nobody can sign in, and only with the token of the terminal."""
    if not is_empty_site():
        return redirect("home")
    token = request.POST.get("token") or request.GET.get("token", "")
    refusal = refusal_of_token(token) if token else ""
    if not token or refusal:
        return _ask_for_link(request, refusal)
    form = OwnerForm(request.POST or None, initial=_initial())
    if request.method == "POST" and form.is_valid():
        try:
            owner = make_owner(token, form.new_owner())
        except Refused as refused:
            return _ask_for_link(request, refused.sentence)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                place = "clinic_name" if name == "name" else name
                form.add_error(place if place in form.fields else None, sentences)
        else:
            login(request, owner, SIGN_IN_BACKEND)
            return redirect("home")
    context = admin.site.each_context(request) | {
        "title": "Welcome",
        "form": form,
        "token": token,
    }
    return render(request, "medspa/welcome.html", context)


def _initial() -> dict[str, str]:
    return {"country": "US", "time_zone": "America/New_York"}


def _ask_for_link(request: HttpRequest, refusal: str) -> HttpResponse:
    words = (
        "No one can sign in here yet. Open the link that was printed in the terminal "
        f"when the server started. {NEW_LINK}"
    )
    if refusal == HAS_OWNER:
        words = refusal
    elif refusal:
        words = f"{refusal} {NEW_LINK}"
    return answer(
        request,
        HTTPStatus.FORBIDDEN if refusal else HTTPStatus.OK,
        "Set up this site",
        words,
        has_help=False,
        has_home=refusal == HAS_OWNER,
    )


class ChecklistPage(ClinicPageMixin, TemplateView):
    """Where an administrator starts until everything is set up."""

    permission_required = "medspa.change_clinic"
    title = "Get started"
    template_name = "medspa/checklist.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if end_if_over():
            return redirect("home")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=open_steps(), **kwargs)


@require_POST
@permission_required("medspa.change_clinic", raise_exception=True)
def leave_out_step(request: HttpRequest) -> HttpResponse:
    try:
        skip_step(request.POST.get("step", ""))
    except Refused as refusal:
        return redirect_refused(request, refusal, "checklist")
    messages.success(request, "Done.")
    return redirect("checklist")
