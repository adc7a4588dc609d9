"""A form that adds a row makes one row, however often it is sent.

The form carries the id of its row. Sent again, after the browser's Back or by a second
click, it finds that row and names it: what was typed since isn't saved.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from medspa.ids import CUID, CuidField, new_id

SAVED_ALREADY = "This was already saved as “{row}”, so nothing was added. Edit it here."


def again_if_taken(answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a form; of two who save the same at once the second one is told.

    Both forms were valid. The second time the form finds what the other has saved.
    """
    try:
        return answer()
    except IntegrityError:
        return answer()


class AddOnceMixin:
    """For admin classes whose form has the template `medspa/_row_key.html` in it."""

    model: Any
    opts: Any

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        add = super().add_view  # type: ignore[misc]

        def answer() -> HttpResponse:
            if row := self._added(request):
                return self._saved_already(request, row)
            return add(request, form_url, extra_context)

        return again_if_taken(answer)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        change = super().change_view  # type: ignore[misc]
        return again_if_taken(
            lambda: change(request, object_id, form_url, extra_context)
        )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        row = super().save_form(request, form, change)  # type: ignore[misc]
        if not change and (key := self._row_key(request)):
            row.pk = key
        return row

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, **kwargs: Any
    ) -> HttpResponse:
        if add and isinstance(self.opts.pk, CuidField):
            context["row_key"] = self._row_key(request) or new_id()
        return super().render_change_form(  # type: ignore[misc]
            request, context, add=add, **kwargs
        )

    def _row_key(self, request: HttpRequest) -> str:
        key = request.POST.get("row_key", "")
        is_possible = isinstance(self.opts.pk, CuidField) and CUID.fullmatch(key)
        return key if is_possible else ""

    def _added(self, request: HttpRequest) -> Any:
        key = self._row_key(request)
        return self.model._base_manager.filter(pk=key).first() if key else None

    def _saved_already(self, request: HttpRequest, row: Any) -> HttpResponse:
        messages.info(request, SAVED_ALREADY.format(row=row))
        return self.response_post_save_add(request, row)  # type: ignore[attr-defined]
