"""The set-up page of a connection: keys, test, mappings, what is written back, and the
first import."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.policy import FIELD_RULES
from connections.jobs import BACKFILL, PREVIEW, start_backfill
from connections.mapping.saving import read_sent, save_mappings
from connections.models import Connection
from connections.page.set_up import read_import, read_set_up
from connections.registry import DOORS
from connections.setting_up import set_account
from connections.views.acting import SET_UP_RIGHT, find_connection
from medspa.accounts.second_factor.fresh_views import (
    FreshSignInMixin,
    fresh_sign_in_required,
)
from medspa.jobs.models import JobRun
from medspa.jobs.registry import cancel
from medspa.models import User
from medspa.refusals import Refused
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused, sentence_of
from medspa.web.site_address import site_address

SET_UP_PAGE = "set_up_connection"


class SetUpPage(ClinicPageMixin, FreshSignInMixin, TemplateView):
    """`?test=yes` tests the token; `?part=import` is the progress alone, for htmx."""

    permission_required = SET_UP_RIGHT
    is_asked_to_read = False
    template_name = "connections/set_up.html"
    proposed: dict[str, Any] | None = None
    refusal = ""

    def get_template_names(self) -> list[str]:
        return [
            "connections/_first_import.html"
            if self._is_part
            else "connections/set_up.html"
        ]

    @property
    def _is_part(self) -> bool:
        return self.request.method == "GET" and self.request.GET.get("part") == "import"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        connection = find_connection(self.kwargs["connection_id"])
        self.title = f"Set up {DOORS[connection.door].title}"
        if self._is_part:
            kwargs["page"] = {
                "connection": connection,
                "importing": read_import(connection),
            }
        else:
            is_tested = self.request.GET.get("test") == "yes"
            kwargs["page"] = read_set_up(
                connection, is_tested=is_tested, proposed=self.proposed
            )
        return super().get_context_data(
            refusal=self.refusal,
            site=site_address(self.request),
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        connection = find_connection(self.kwargs["connection_id"])
        others = _switches(request) if connection.door == GOHIGHLEVEL else {}
        try:
            save_mappings(connection, request.POST.dict(), others)
        except (Refused, ValidationError) as refusal:
            return self._again(connection, refusal, others)
        messages.success(request, "Settings saved.")
        return redirect(SET_UP_PAGE, connection.pk)

    def _again(
        self,
        connection: Connection,
        refusal: Refused | ValidationError,
        others: dict[str, Any],
    ) -> HttpResponse:
        """The page with what was entered, and what is wrong with it."""
        self.refusal = f"{sentence_of(refusal)} Nothing was saved."
        door = DOORS[connection.door]
        try:
            self.proposed = read_sent(door, self.request.POST.dict()) | others
        except Refused:
            self.proposed = None
        context = self.get_context_data()
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _switches(request: HttpRequest) -> dict[str, Any]:
    known = [rule.switch for rule in FIELD_RULES if rule.switch]
    return {"writes": [name for name in known if request.POST.get(f"write-{name}")]}


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
@fresh_sign_in_required
def correct_account(request: HttpRequest, connection_id: str) -> HttpResponse:
    """Another location, while nothing came in from the one that was entered."""
    connection = find_connection(connection_id)
    try:
        set_account(connection.pk, request.POST.get("account", ""))
    except (Refused, ValidationError) as refusal:
        return redirect_refused(request, refusal, SET_UP_PAGE, connection.pk)
    messages.success(request, "Saved.")
    return redirect(_tested(connection))


def _tested(connection: Connection) -> str:
    return f"{reverse(SET_UP_PAGE, args=[connection.pk])}?test=yes"


@require_POST
@permission_required(SET_UP_RIGHT, raise_exception=True)
@fresh_sign_in_required
def first_import(request: HttpRequest, connection_id: str) -> HttpResponse:
    """`act` is `preview`, `start` (also goes on after a pause) or `pause`."""
    connection = find_connection(connection_id)
    if connection.door != GOHIGHLEVEL:
        refusal = Refused("Only GoHighLevel has a first import.", "no_import")
        return redirect_refused(request, refusal, SET_UP_PAGE, connection.pk)
    act = request.POST.get("act", "")
    if act == "pause":
        for run in _active_runs(connection):
            cancel(run)
    elif act in ("preview", "start"):
        by = request.user if isinstance(request.user, User) else None
        start_backfill(connection, by, is_preview=act == "preview")
    return redirect(f"{reverse(SET_UP_PAGE, args=[connection.pk])}#import")


def _active_runs(connection: Connection) -> list[JobRun]:
    kinds = (BACKFILL, PREVIEW)
    return list(JobRun.objects.active().filter(kind__in=kinds, key=connection.pk))
