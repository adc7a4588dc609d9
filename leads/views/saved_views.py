"""Saving, changing and sharing views of the lead list, and choosing its columns."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from leads.lead_list import saved_views
from leads.models import SavedView
from leads.selection.list_filters import read_list_filters
from leads.selection.query import Query, encode, without
from leads.view_schema import FILTERS, ListColumn, known_columns
from leads.views.refusals import refuse
from medspa.ids import CUID
from medspa.models import User
from medspa.refusals import Refused
from medspa.web.toasts import say_with_undo

# Marks the toasts whose undo is about a view.
VIEW_TOAST = "view"


class ViewForm(forms.Form):
    """A view's name and whether everybody may use it."""

    name = forms.CharField(max_length=40, error_messages={"required": "Enter a name."})
    shared = forms.BooleanField(required=False)


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def save_view(request: HttpRequest) -> HttpResponse:
    """Save what the address says as a new view, and show it."""
    user: Any = request.user
    filters, _ = read_list_filters(request.GET, user)
    form = ViewForm(request.POST)
    if not form.is_valid():
        return _refuse(request, _first_error(form))
    given = form.cleaned_data
    try:
        view = saved_views.save_view(
            user, given["name"], filters.data, is_shared=given["shared"]
        )
    except Refused as refusal:
        return _refuse(request, refusal)
    left_out = [name for name in filters.used if name not in FILTERS]
    searched = " The search isn't saved with it." if left_out else ""
    messages.success(request, f"View “{view}” saved.{searched}")
    return redirect(address_of(view))


def _rename(user: User, view_id: str, request: HttpRequest) -> str:
    form = ViewForm(request.POST)
    if not form.is_valid():
        raise saved_views.ViewRefused(_first_error(form))
    name = form.cleaned_data["name"]
    view = saved_views.change_view(user, view_id, name=name)
    return f"The view is called “{view}” now."


def _update(user: User, view_id: str, request: HttpRequest) -> str:
    filters, _ = read_list_filters(request.GET, user)
    content = saved_views.content_of(filters.data)
    view = saved_views.change_view(user, view_id, content_json=content)
    return f"View “{view}” updated."


def _share(user: User, view_id: str, request: HttpRequest) -> str:
    view = saved_views.change_view(user, view_id, is_shared=True)
    return f"“{view}” is shared with the team."


def _unshare(user: User, view_id: str, request: HttpRequest) -> str:
    view = saved_views.change_view(user, view_id, is_shared=False)
    return f"“{view}” is private."


def _pin(user: User, view_id: str, request: HttpRequest) -> str:
    return f"“{saved_views.pin(user, view_id)}” pinned to the sidebar."


def _unpin(user: User, view_id: str, request: HttpRequest) -> str:
    view = saved_views.unpin(user, view_id)
    return f"“{view}” unpinned." if view else "Unpinned."


def _set_first(user: User, view_id: str, request: HttpRequest) -> str:
    return f"Your list opens with “{saved_views.set_first_view(user, view_id)}” now."


def _clear_first(user: User, view_id: str, request: HttpRequest) -> str:
    saved_views.clear_first_view(user)
    return "All leads are now your default."


def _restore(user: User, view_id: str, request: HttpRequest) -> str:
    return f"View “{saved_views.restore_view(user, view_id)}” is back."


VIEW_ACTIONS: dict[str, Callable[[User, str, HttpRequest], str]] = {
    "rename": _rename,
    "update": _update,
    "share": _share,
    "unshare": _unshare,
    "pin": _pin,
    "unpin": _unpin,
    "begin": _set_first,
    "begin_plainly": _clear_first,
    "restore": _restore,
}
# After these the list is shown as before, with changes that are not saved.
STAYING = {"rename", "share", "unshare", "pin", "unpin", "begin", "begin_plainly"}


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def change_view(request: HttpRequest, view_id: str) -> HttpResponse:
    """Do the action that the button names with a view, and show the view."""
    user: Any = request.user
    action = request.POST.get("act", "")
    if not CUID.fullmatch(view_id):
        return _refuse(request, saved_views.VIEW_IS_GONE)
    try:
        if action == "delete":
            return _delete(user, view_id, request)
        if action not in VIEW_ACTIONS:
            return _refuse(request, "Nothing was done: unknown action.")
        messages.success(request, VIEW_ACTIONS[action](user, view_id, request))
    except Refused as refusal:
        return _refuse(request, refusal)
    if action in STAYING:
        return redirect(_list(request.GET))
    return redirect(f"{reverse('leads')}?view={view_id}")


def _delete(user: User, view_id: str, request: HttpRequest) -> HttpResponse:
    view = saved_views.delete_view(user, view_id)
    say_with_undo(request, f"View “{view}” deleted.", f"many {VIEW_TOAST} {view.pk}")
    return redirect(f"{reverse('leads')}?changed=yes")


@require_POST
@permission_required("leads.view_lead", raise_exception=True)
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Show these columns in this order.

    With a view they are an unsaved change of it; without, the person's settings.
    """
    user: Any = request.user
    columns = () if "standard" in request.POST else chosen_columns(request.POST)
    query = without(request.GET, "columns")
    if "view" not in query:
        saved_views.choose_columns(user, columns)
        return redirect(_list(query))
    query["changed"] = "yes"
    if columns:
        query["columns"] = ",".join(columns)
    return redirect(_list(query))


def chosen_columns(data: Query) -> tuple[ListColumn, ...]:
    """The ticked columns, sorted by the numbers typed next to them."""
    ticked = known_columns(data.getlist("column"))

    def place(column: ListColumn) -> int:
        typed = data.get(f"place_{column}", "")
        return int(typed) if typed.isdecimal() and len(typed) < 4 else 0

    return tuple(sorted(ticked, key=place))


def address_of(view: SavedView) -> str:
    return f"{reverse('leads')}?view={view.pk}"


def _list(query: Query) -> str:
    return f"{reverse('leads')}?{encode(query)}".rstrip("?")


def _refuse(request: HttpRequest, refusal: Refused | str) -> HttpResponse:
    return refuse(request, refusal, _list(request.GET))


def _first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])
