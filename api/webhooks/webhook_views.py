"""The Webhooks pages, for administrators."""

from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from api.keys.key_views import OVERLAP_WORDS
from api.keys.making import OVERLAP_HOURS
from api.webhooks.delivery import SendState
from api.webhooks.endpoint import WebhookEndpoint
from api.webhooks.endpoints import (
    EndpointRefused,
    SecretShownOnce,
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from api.webhooks.form import EndpointForm, ReplayForm
from api.webhooks.listing import answer_in_words, read_deliveries, read_endpoints
from api.webhooks.replaying import replay_one, replay_since, send_test
from medspa.accounts.second_factor.fresh_views import (
    FreshSignInMixin,
    fresh_sign_in_required,
)
from medspa.formats.plurals import counted
from medspa.ids import new_id
from medspa.web.add_once import again_if_taken, read_row_key, row_id
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused, sentence_of

ENDPOINT_REFUSALS = (EndpointRefused, ValidationError)
MAY_CHANGE = "api.change_webhookendpoint"
LONGEST_PLACE = 18


class WebhooksPage(ClinicPageMixin, TemplateView):
    permission_required = "api.view_webhookendpoint"
    title = "Webhooks"
    template_name = "api/webhooks.html"

    def get_context_data(
        self, shown: SecretShownOnce | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        return super().get_context_data(
            rows=read_endpoints(),
            row_key=new_id(),
            shown=shown,
            overlaps=[(n, OVERLAP_WORDS.get(n, "in a week")) for n in OVERLAP_HOURS],
            **kwargs,
        )


class WebhookPage(ClinicPageMixin, TemplateView):
    """One endpoint and its deliveries."""

    permission_required = "api.view_webhookendpoint"
    title = "Deliveries"
    template_name = "api/webhook.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint = _endpoint(self.kwargs["endpoint_id"])
        state = self.request.GET.get("status", "")
        page = read_deliveries(endpoint, state, _place(self.request))
        return super().get_context_data(
            endpoint=endpoint,
            deliveries=[(row, answer_in_words(row)) for row in page.rows],
            before=page.before,
            state=state,
            states=[("", "All"), *SendState.choices],
            breadcrumbs_trail=[(reverse("webhooks"), "Webhooks")],
            **kwargs,
        )


class EndpointFormPage(ClinicPageMixin, FreshSignInMixin, TemplateView, ABC):
    template_name = "api/webhook_form.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(EndpointForm(endpoint=self.endpoint))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return again_if_taken(lambda: self._act(request))

    def _act(self, request: HttpRequest) -> HttpResponse:
        form = EndpointForm(request.POST, endpoint=self.endpoint)
        if not form.is_valid():
            return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            return self.act(form)
        except ENDPOINT_REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
            return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)

    @property
    def endpoint(self) -> WebhookEndpoint | None:
        return None

    @abstractmethod
    def act(self, form: EndpointForm) -> HttpResponse: ...

    def show(self, form: EndpointForm, status: int = HTTPStatus.OK) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            endpoint=self.endpoint,
            row_key=""
            if self.endpoint
            else read_row_key(self.request.POST) or new_id(),
            breadcrumbs_trail=[(reverse("webhooks"), "Webhooks")],
        )
        return render(self.request, self.template_name, context, status=status)


class AddWebhookPage(EndpointFormPage):
    permission_required = "api.add_webhookendpoint"
    title = "Add an endpoint"

    def act(self, form: EndpointForm) -> HttpResponse:
        person: Any = self.request.user
        shown = add_endpoint(form.facts, person, endpoint_id=row_id(self.request.POST))
        return show_secret(self.request, shown)


class ChangeWebhookPage(EndpointFormPage):
    permission_required = MAY_CHANGE
    title = "Change an endpoint"

    @property
    def endpoint(self) -> WebhookEndpoint:
        return _endpoint(self.kwargs["endpoint_id"])

    def act(self, form: EndpointForm) -> HttpResponse:
        person: Any = self.request.user
        endpoint = change_endpoint(self.kwargs["endpoint_id"], form.facts, person)
        messages.success(self.request, f"{endpoint} saved.")
        return redirect("webhooks")


def show_secret(request: HttpRequest, shown: SecretShownOnce) -> HttpResponse:
    """The page of all endpoints with the new secret: loaded again, it is gone."""
    page = WebhooksPage()
    page.setup(request)
    return page.render_to_response(page.get_context_data(shown))


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
@fresh_sign_in_required
def rotate(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    person: Any = request.user
    given = request.POST.get("overlap", "")
    hours = int(given) if given.isdecimal() and len(given) < 5 else -1
    try:
        shown = rotate_secret(
            endpoint_id, hours, person, secret_id=row_id(request.POST)
        )
        return show_secret(request, shown)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhooks")


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
def disable(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Without a fresh sign-in: nobody has to wait to stop it."""
    person: Any = request.user
    try:
        endpoint = disable_endpoint(endpoint_id, person)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhooks")
    messages.success(request, f"{endpoint} is disabled. What waited was canceled.")
    return redirect("webhooks")


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
@fresh_sign_in_required
def delete(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    person: Any = request.user
    try:
        name = delete_endpoint(endpoint_id, person)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhooks")
    messages.success(request, f"{name} was deleted, with its deliveries.")
    return redirect("webhooks")


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
@fresh_sign_in_required
def enable(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    person: Any = request.user
    try:
        endpoint = enable_endpoint(endpoint_id, person)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhooks")
    messages.success(request, f"{endpoint} is told of what happens from now on.")
    return redirect("webhooks")


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
def test(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    person: Any = request.user
    try:
        send_test(endpoint_id, person)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhooks")
    messages.success(request, "Test event queued. Reload to see its answer.")
    return redirect("webhook", endpoint_id)


@require_POST
@permission_required(MAY_CHANGE, raise_exception=True)
def replay(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """One delivery, or all that failed since a moment."""
    person: Any = request.user
    _endpoint(endpoint_id)
    try:
        said = _replay(request, endpoint_id, person)
    except ENDPOINT_REFUSALS as refusal:
        return redirect_refused(request, refusal, "webhook", endpoint_id)
    messages.success(request, said)
    return redirect("webhook", endpoint_id)


def _replay(request: HttpRequest, endpoint_id: str, person: Any) -> str:
    if given := request.POST.get("delivery", ""):
        replay_one(endpoint_id, _number(given) or 0, person)
        return "Queued again."
    form = ReplayForm(request.POST)
    if not form.is_valid():
        raise ValidationError([error for one in form.errors.values() for error in one])
    count = replay_since(endpoint_id, form.cleaned_data["since"], person)
    words = counted(count, "delivery", "deliveries")
    return f"{words} queued again." if count else "Nothing failed since then."


def _endpoint(endpoint_id: str) -> WebhookEndpoint:
    row: WebhookEndpoint | None = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if row is None:
        raise Http404("This endpoint doesn't exist.")
    return row


def _place(request: HttpRequest) -> int | None:
    return _number(request.GET.get("before", ""))


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_PLACE
    return int(text) if is_number else None
