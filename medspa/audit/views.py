"""The history pages of the admin: changes in sentences, and putting a value back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin

from medspa.audit.putting_back import save_back, set_back
from medspa.audit.sentences import entries

HISTORY_LENGTH = 100


class HistoryAdmin(SimpleHistoryAdmin):
    """The history page of a row, for admin classes of models with history."""

    put_back_permission = ""

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        ours = [
            path(
                "<path:object_id>/history/put-back/",
                self.admin_site.admin_view(self.put_back_view),
                name=f"{info}_put_back",
            )
        ]
        # Not offered: the library's page that shows an old state as a form.
        theirs = [
            url for url in super().get_urls() if url.name != f"{info}_simple_history"
        ]
        return ours + theirs

    def may_read_history(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def may_put_back(self, request: HttpRequest, row: Any = None) -> bool:
        return self.has_change_permission(request, row) and (
            not self.put_back_permission
            or request.user.has_perm(self.put_back_permission)
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.may_read_history(request):
            raise PermissionDenied
        row = self._row(request, object_id)
        records = row.history.select_related("history_user").order_by("-history_id")
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "breadcrumbs_trail": [
                (
                    reverse(admin_url(self.opts, "changelist")),
                    capfirst(self.opts.verbose_name_plural),
                ),
                (self._address("change", object_id), str(row)),
            ],
            "row": row,
            "entries": entries(records[: HISTORY_LENGTH + 1])[:HISTORY_LENGTH],
            "may_put_back": self.may_put_back(request, row),
            "put_back_address": self._address("put_back", object_id),
            "changeable": set(self._changeable(request, row)),
        }
        return render(request, "medspa/history.html", context)

    def put_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give one field the value it had before a change."""
        if request.method != "POST" or not self.may_put_back(request):
            raise PermissionDenied
        name = request.POST.get("field", "")
        with transaction.atomic():
            row = self._row(request, object_id, lock=True)
            may = self.may_put_back(request, row)
            if not may or name not in self._changeable(request, row):
                raise PermissionDenied
            self._put_back(request, row, name, request.POST.get("record", ""))
        came_from = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
            return redirect(came_from)
        return redirect(self._address("history", object_id))

    def _put_back(
        self, request: HttpRequest, row: Any, name: str, record_id: str
    ) -> None:
        record = (
            row.history.filter(history_id=record_id).first()
            if record_id.isdecimal()
            else None
        )
        before = record.prev_record if record else None
        if before is None:
            raise Http404
        set_back(row, [name], before)
        if refusal := self.refuse_value(row, name):
            self.message_user(request, refusal, messages.ERROR)
            return
        try:
            save_back(row)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return
        label = row._meta.get_field(name).verbose_name
        self.message_user(request, f"{capfirst(label)} restored.", messages.SUCCESS)

    def refuse_value(self, row: Any, name: str) -> str:
        """Why the row can't have the past value again; empty if it can."""
        return ""

    def _changeable(self, request: HttpRequest, row: Any) -> list[str]:
        readonly = set(self.get_readonly_fields(request, row))
        names = {field.name for field in self.opts.fields if field.editable}
        return sorted(names - readonly)

    def _row(self, request: HttpRequest, object_id: str, *, lock: bool = False) -> Any:
        rows = self.get_queryset(request).order_by()
        if lock:
            rows = rows.select_for_update(no_key=True, of=("self",))
        row = rows.filter(pk=object_id).first()
        if row is None:
            raise Http404
        return row

    def _address(self, page: str, object_id: str) -> str:
        return reverse(admin_url(self.opts, page), args=[object_id])


def admin_url(opts: Any, page: str) -> str:
    return f"admin:{opts.app_label}_{opts.model_name}_{page}"
