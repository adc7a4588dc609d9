"""A form that adds a row makes one row, however often it is sent.

The form carries a key; the id of its row follows from the key and from what was typed.
Sent again by a second click, it finds that row and names it. Sent again with something
else typed, after the browser's Back, it adds another row.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict

from medspa.ids import CUID, CuidField, id_with, new_id

SAVED_ALREADY = "This was already saved as “{row}”, so nothing was added. Edit it here."
ROW_KEY = "row_key"
# What a form sends besides what was typed.
NOT_TYPED = {
    ROW_KEY,
    "csrfmiddlewaretoken",
    "_save",
    "_addanother",
    "_continue",
    "another",
    "add_to",
    "seen",
}


def read_row_key(form: QueryDict) -> str:
    """The form's key; empty if it has none that is possible."""
    key = form.get(ROW_KEY, "")
    return key if CUID.fullmatch(key) else ""


def row_id(form: QueryDict) -> str:
    """The id of the row that this form makes; a new one for a form without a key.

    It begins with the moment of the key, so that rows sort by when they were added.
    """
    key = read_row_key(form)
    if not key:
        return new_id()
    return id_with(key, typed_in(form.lists()))


def typed_in(sent: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    return sorted((name, texts) for name, texts in sent if name not in NOT_TYPED)


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
        if not change and self._row_key(request):
            row.pk = row_id(request.POST)
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
        has_key = isinstance(self.opts.pk, CuidField)
        return read_row_key(request.POST) if has_key else ""

    def _added(self, request: HttpRequest) -> Any:
        if not self._row_key(request):
            return None
        return self.model._base_manager.filter(pk=row_id(request.POST)).first()

    def _saved_already(self, request: HttpRequest, row: Any) -> HttpResponse:
        messages.info(request, SAVED_ALREADY.format(row=row))
        return self.response_post_save_add(request, row)  # type: ignore[attr-defined]
