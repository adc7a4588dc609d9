"""The page of backups, and its two buttons."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from medspa.accounts.second_factor.fresh_views import (
    FreshSignInMixin,
    fresh_sign_in_required,
)
from medspa.jobs.registry import start_job
from medspa.jobs.views import watch
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused
from safekeeping.backups.jobs import (
    BACKUP,
    DRILL,
    RIGHT,
    BackupArguments,
    DrillArguments,
)
from safekeeping.backups.page import read_backups_page
from safekeeping.backups.recovery_sheet import recovery_sheet
from safekeeping.backups.storage.config import BackupRefused, current_config


class BackupsPage(LoginRequiredMixin, ClinicPageMixin, TemplateView):
    permission_required = "safekeeping.view_backup"
    title = "Backups"
    template_name = "safekeeping/backups.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(data=read_backups_page(), **kwargs)


class RecoverySheetPage(
    LoginRequiredMixin, ClinicPageMixin, FreshSignInMixin, TemplateView
):
    permission_required = RIGHT
    title = "Recovery sheet"
    template_name = "safekeeping/recovery_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sheet=recovery_sheet(current_config()),
            breadcrumbs_trail=[(reverse("backups"), "Backups")],
            **kwargs,
        )


@require_POST
@permission_required(RIGHT, raise_exception=True)
@fresh_sign_in_required
def back_up_now(request: HttpRequest) -> HttpResponse:
    return _start(request, BACKUP, BackupArguments(), "Backup")


@require_POST
@permission_required(RIGHT, raise_exception=True)
@fresh_sign_in_required
def drill_now(request: HttpRequest) -> HttpResponse:
    return _start(request, DRILL, DrillArguments(), "Restore drill")


def _start(request: HttpRequest, kind: str, arguments: Any, title: str) -> HttpResponse:
    try:
        _ = current_config().role_url
    except BackupRefused as refusal:
        return redirect_refused(request, refusal, "backups")
    run = start_job(
        kind,
        arguments,
        title=title,
        by=request.user,  # type: ignore[arg-type]
        after=reverse("backups"),
        key="by hand",
    )
    return watch(request, run)
