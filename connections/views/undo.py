"""Undoing an import, a backfill or a period: the preview, the undo, its result."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from connections.models import Connection, IntakeBatch, UndoRun
from connections.registry import DOORS
from connections.undoing.of_leads import NotUndone
from connections.undoing.report import preview, report_of
from connections.undoing.run import go_on, start
from connections.undoing.scope import UndoScope, scope_of
from medspa.clinic_time import clinic_zone
from medspa.jobs.views import watch
from medspa.models import User
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused

UNDO_RIGHT = "connections.work_connection"
LOCAL_TIME = "%Y-%m-%dT%H:%M"


class PeriodForm(forms.Form):
    """In the clinic's time."""

    since = forms.DateTimeField(label="From", input_formats=[LOCAL_TIME])
    until = forms.DateTimeField(label="To", input_formats=[LOCAL_TIME])

    def scope(self, connection: Connection) -> UndoScope:
        return UndoScope(
            connection=connection, since=self._at("since"), until=self._at("until")
        )

    def _at(self, name: str) -> datetime:
        entered: datetime = self.cleaned_data[name]
        return entered.replace(tzinfo=clinic_zone())


class UndoPage(ClinicPageMixin, TemplateView, ABC):
    """What would be undone; the same address by POST undoes it."""

    permission_required = UNDO_RIGHT
    title = "Undo"
    template_name = "connections/undo.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        scope, back = self.scope(request.POST), request.get_full_path()
        if scope is None:
            return redirect(back)
        assert isinstance(request.user, User)  # noqa: S101
        try:
            run = start(scope, request.user)
        except NotUndone as refusal:
            return redirect_refused(request, refusal, back)
        if run.work:
            return watch(request, run.work)
        messages.success(request, "Undone.")
        return redirect("undone", run.pk)

    @abstractmethod
    def scope(self, given: Any) -> UndoScope | None: ...

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        scope = self.scope(self.request.GET)
        report, refusal = None, ""
        if scope:
            assert isinstance(self.request.user, User)  # noqa: S101
            try:
                report = preview(scope, self.request.user)
            except NotUndone as error:
                refusal = error.sentence
        return super().get_context_data(
            scope=scope,
            report=report,
            refusal=refusal,
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
            **kwargs,
        )


class UndoBatchPage(UndoPage):
    title = "Undo import"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = get_object_or_404(IntakeBatch, pk=self.kwargs["batch_id"])
        if run := batch.undos.first():
            return redirect("undone", run.pk)
        return super().get(request, *args, **kwargs)

    def scope(self, given: Any) -> UndoScope:
        batch = get_object_or_404(IntakeBatch, pk=self.kwargs["batch_id"])
        return UndoScope(batch=batch)


class UndoPeriodPage(UndoPage):
    """`?since=…&until=…` in the clinic's time; without them they are asked for."""

    title = "Undo a period"

    def scope(self, given: Any) -> UndoScope | None:
        connection = get_object_or_404(Connection, pk=self.kwargs["connection_id"])
        if connection.door not in DOORS:
            raise Http404("There is no such connection.")
        self.door = DOORS[connection.door]
        self.form = PeriodForm(given) if given.get("since") else PeriodForm()
        return self.form.scope(connection) if self.form.is_valid() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"door": self.door, "form": self.form}


class UndonePage(ClinicPageMixin, TemplateView):
    permission_required = UNDO_RIGHT
    title = "Undo"
    template_name = "connections/undone.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = get_object_or_404(
            UndoRun.objects.select_related("batch", "connection", "work", "made_by"),
            pk=self.kwargs["undo_id"],
        )
        return super().get_context_data(
            run=run,
            scope=scope_of(run),
            report=report_of(run.items.all()),
            breadcrumbs_trail=[(reverse("connections"), "Connections")],
            **kwargs,
        )


@require_POST
@permission_required(UNDO_RIGHT, raise_exception=True)
def continue_undo(request: HttpRequest, undo_id: str) -> HttpResponseRedirect:
    """Of an undo whose job was canceled or failed."""
    run = get_object_or_404(UndoRun, pk=undo_id)
    assert isinstance(request.user, User)  # noqa: S101
    run = go_on(run, request.user)
    if run.work and run.work.is_active:
        return redirect("job", run.work.pk)
    return redirect("undone", run.pk)
