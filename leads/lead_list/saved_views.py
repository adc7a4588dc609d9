"""Saved views of the lead list: finding, using and changing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pydantic import ValidationError as SchemaError

from leads.models import ListSettings, PinnedView, SavedView
from leads.selection.list_options import ListOptions
from leads.selection.query import Query
from leads.view_schema import (
    EXCLUDE,
    FILTERS,
    STANDARD_COLUMNS,
    ListColumn,
    ListContent,
    known_columns,
    query_of,
)
from medspa.models import User
from medspa.postgres.written_query import Given, WrittenQuery
from medspa.refusals import Refused

# Limits of the menu and the sidebar.
MOST_OWN = 50
MOST_SHOWN = 200
MOST_PINNED = 12
# What a view stores of an address.
STORED_PARAMETERS = (*FILTERS, EXCLUDE, "order", "columns")
# An address with one of these is not filled in from its view.
OWN_PARAMETERS = (*STORED_PARAMETERS, "changed")
VIEW_IS_GONE = "This view was deleted or is no longer shared with you."
FIRST_VIEW_IS_GONE = "Your default view was deleted or is no longer shared with you."


class ViewRefused(Refused):
    """The view was not saved, changed or used."""

    code = "view_refused"


@dataclass(frozen=True)
class ShownView:
    """What the list shows; `data` are all parameters, those of the view included."""

    data: Query
    columns: tuple[ListColumn, ...]
    view: SavedView | None = None
    is_changed: bool = False
    # Why the view is not shown; the whole list is not what was asked for.
    gone: str = ""


def visible_views(person: User) -> list[SavedView]:
    """One's own and the shared views by name."""
    return _visible_views().every(person=person.pk)


@cache
def _visible_views() -> WrittenQuery[SavedView]:
    views = SavedView.objects.open_to(Given("person")).select_related("owner")
    shown = ("name", "is_shared", "content_json", "owner__first_name")
    return WrittenQuery(views.only(*shown, "owner__username")[:MOST_SHOWN])


def is_pinned(person: User, view_id: str) -> bool:
    """Whether the view is in the sidebar, which was read together with the person."""
    pinned: list[dict[str, str]] = getattr(person, "sidebar_views", None) or []
    return view_id in {one["id"] for one in pinned}


def resolve(
    query: Query, views: Iterable[SavedView], options: ListOptions
) -> ShownView:
    """What an address shows, with its view and the person's settings filled in.

    A view with a filter that no longer exists still opens; the filters say what was
    left out. A view that is gone shows no leads, unless the address says itself what
    is shown.
    """
    data = query.copy()
    if not query and options.first_view:
        data["view"] = options.first_view
    view_id = data.get("view", "")
    view = next((view for view in views if view.pk == view_id), None)
    if view is None:
        data.pop("view", None)
        own = options.columns or STANDARD_COLUMNS
        says_itself = any(name in query for name in OWN_PARAMETERS)
        gone = ""
        if view_id and not says_itself:
            gone = VIEW_IS_GONE if query else FIRST_VIEW_IS_GONE
        return ShownView(data, _columns(data) or own, gone=gone)
    stored = query_of(view.content_json)
    if not any(name in query for name in OWN_PARAMETERS):
        for name, values in stored.items():
            data.setlist(name, values)
    current = {
        name: values
        for name in STORED_PARAMETERS
        if (values := [*filter(None, data.getlist(name))])
    }
    columns = _columns(data) or options.columns or STANDARD_COLUMNS
    return ShownView(data, columns, view, _sorted(current) != _sorted(stored))


def _sorted(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """Two values of a filter mean the same in any order."""
    return {name: sorted(values) for name, values in query.items()}


def _columns(data: Query) -> tuple[ListColumn, ...]:
    return known_columns(data.get("columns", "").split(","))


def content_of(data: Query) -> dict[str, Any]:
    """What a view stores of an address; raises ViewRefused for what it can't store."""
    try:
        return ListContent.of_query(data).model_dump(exclude_defaults=True)
    except SchemaError as error:
        raise ViewRefused("These filters can't be saved in a view.") from error


def save_view(
    person: User, name: str, data: Query, *, is_shared: bool = False
) -> SavedView:
    """Save what the address says under a name; raises ViewRefused."""
    if SavedView.objects.filter(owner=person).count() >= MOST_OWN:
        raise ViewRefused(f"You have {MOST_OWN} views. Delete one first.")
    view = SavedView(owner=person, name=name, is_shared=is_shared)
    view.content_json = content_of(data)
    return _saved(view)


def change_view(person: User, view_id: str, **values: Any) -> SavedView:
    """Give one's own view other values; raises ViewRefused."""
    with transaction.atomic():
        view = own_view(person, view_id)
        for name, value in values.items():
            setattr(view, name, value)
        return _saved(view)


def own_view(person: User, view_id: str, *, is_deleted: bool = False) -> SavedView:
    """The person's own view, locked until the transaction ends; raises ViewRefused."""
    rows = SavedView.all_objects.filter(owner=person, deleted_at__isnull=not is_deleted)
    view = rows.select_for_update(no_key=True).filter(pk=view_id).first()
    if view is None:
        raise ViewRefused("Only the view's owner can change it.")
    return view


@transaction.atomic
def delete_view(person: User, view_id: str) -> SavedView:
    view = own_view(person, view_id)
    view.delete()
    return view


@transaction.atomic
def restore_view(person: User, view_id: str) -> SavedView:
    """Bring a deleted view back; raises ViewRefused when its name is taken again."""
    view = own_view(person, view_id, is_deleted=True)
    try:
        view.restore()
    except ValidationError as error:
        raise ViewRefused(" ".join(error.messages)) from error
    return view


def usable_view(person: User, view_id: str) -> SavedView:
    """A view that the person may use; raises ViewRefused."""
    view = SavedView.objects.open_to(person).filter(pk=view_id).first()
    if view is None:
        raise ViewRefused("This view was deleted or is no longer shared with you.")
    return view


def pin(person: User, view_id: str) -> SavedView:
    """Put the view into the person's sidebar; once is enough."""
    view = usable_view(person, view_id)
    pinned = PinnedView.objects.filter(person=person, view__deleted_at=None)
    if pinned.exclude(view=view).count() >= MOST_PINNED:
        raise ViewRefused(f"{MOST_PINNED} views are pinned. Unpin one first.")
    PinnedView.objects.get_or_create(person=person, view=view)
    return view


def unpin(person: User, view_id: str) -> SavedView | None:
    """Take a view out of the sidebar; None for a deleted one or not shared now."""
    PinnedView.objects.filter(person=person, view=view_id).delete()
    return SavedView.objects.open_to(person).filter(pk=view_id).first()


def set_first_view(person: User, view_id: str) -> SavedView:
    """Let the person's list open with this view."""
    view = usable_view(person, view_id)
    _save_settings(person, first_view=view)
    return view


def clear_first_view(person: User) -> None:
    """Let the person's list open without a view."""
    _save_settings(person, first_view=None)


def choose_columns(person: User, columns: Iterable[ListColumn]) -> None:
    """Store the columns and their order; without any the standard ones are shown."""
    _save_settings(person, columns=[*columns])


def _save_settings(person: User, **values: Any) -> None:
    ListSettings.objects.update_or_create(person=person, defaults=values)


def _saved(view: SavedView) -> SavedView:
    """Validate and save the view; raises ViewRefused with the rule that it breaks."""
    try:
        with transaction.atomic():
            view.full_clean()
            view.save()
    except ValidationError as error:
        raise ViewRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        # Two requests at once with the same name.
        raise ViewRefused("You already have a view with this name.") from error
    return view
