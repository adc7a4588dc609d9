"""Views of the lead list that people keep: finding, using and changing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from pydantic import ValidationError as ShapeError

from leads.models import ListSettings, PinnedView, SavedView
from leads.selection.list_filters import Offer
from leads.services.actions import ActRefused
from leads.view_schema import (
    FILTERS,
    STANDARD,
    Column,
    ListContent,
    known_columns,
    query_of,
)
from medspa.models import User

# As many as fit a menu and a sidebar.
MOST_OWN = 50
MOST_SHOWN = 200
MOST_PINNED = 12
# An address that says one of these itself is not filled in from its view.
KEEPS = (*FILTERS, "order", "columns")
SAID = (*KEEPS, "changed")
GONE = "This view is gone or no longer shared with you: every lead is shown."


@dataclass(frozen=True)
class Asked:
    """What the list shows: `data` says all of it, whatever view it came from."""

    data: QueryDict
    columns: tuple[Column, ...]
    view: SavedView | None = None
    is_changed: bool = False
    notices: tuple[str, ...] = ()


def visible_views(person: User) -> list[SavedView]:
    """One's own and the shared views by name."""
    views = SavedView.objects.open_to(person).select_related("owner")
    shown = ("name", "is_shared", "content_json", "owner__first_name")
    return list(views.only(*shown, "owner__username")[:MOST_SHOWN])


def is_pinned(person: User, view: SavedView) -> bool:
    """Whether the view stands in the sidebar, which came with the person."""
    pinned: list[dict[str, str]] = getattr(person, "sidebar_views", None) or []
    return view.pk in {one["id"] for one in pinned}


def resolve(query: QueryDict, views: Iterable[SavedView], offer: Offer) -> Asked:
    """What an address asks for, once its view or the person's own habit is filled in.

    A view of somebody who has gone on using old links still opens: what it asks for
    and no longer exists is told by the filters.
    """
    data = query.copy()
    if not query and offer.first_view:
        data["view"] = offer.first_view
    asked_view = data.get("view", "")
    view = next((view for view in views if view.pk == asked_view), None)
    if view is None:
        data.pop("view", None)
        own = offer.columns or STANDARD
        notices = (GONE,) if query.get("view") else ()
        return Asked(data, _columns(data) or own, notices=notices)
    kept = query_of(view.content_json)
    if not any(name in query for name in SAID):
        for name, value in kept.items():
            data[name] = value
    said = {name: data[name] for name in KEEPS if data.get(name)}
    columns = _columns(data) or offer.columns or STANDARD
    return Asked(data, columns, view, said != kept)


def _columns(data: QueryDict) -> tuple[Column, ...]:
    return known_columns(data.get("columns", "").split(","))


def content_of(data: QueryDict) -> dict[str, Any]:
    """What a view keeps of an address; raises ActRefused for what can't be kept."""
    try:
        return ListContent.of_query(data).model_dump(exclude_defaults=True)
    except ShapeError as error:
        raise ActRefused("These filters can't be kept in a view.") from error


def save_view(
    person: User, name: str, data: QueryDict, *, is_shared: bool = False
) -> SavedView:
    """Keep what the address says under a name; raises ActRefused."""
    if SavedView.objects.filter(owner=person).count() >= MOST_OWN:
        raise ActRefused(f"You have {MOST_OWN} views. Delete one first.")
    view = SavedView(owner=person, name=name, is_shared=is_shared)
    view.content_json = content_of(data)
    return _saved(view)


def change_view(person: User, view_id: str, **values: Any) -> SavedView:
    """Give one's own view other values; raises ActRefused."""
    with transaction.atomic():
        view = own_view(person, view_id)
        for name, value in values.items():
            setattr(view, name, value)
        return _saved(view)


def own_view(person: User, view_id: str, *, is_deleted: bool = False) -> SavedView:
    """The person's own view, locked until the transaction ends; raises ActRefused."""
    rows = SavedView.all_objects.filter(owner=person, deleted_at__isnull=not is_deleted)
    view = rows.select_for_update(no_key=True).filter(pk=view_id).first()
    if view is None:
        raise ActRefused("Only whoever made a view can change it.")
    return view


@transaction.atomic
def delete_view(person: User, view_id: str) -> SavedView:
    view = own_view(person, view_id)
    view.delete()
    return view


@transaction.atomic
def restore_view(person: User, view_id: str) -> SavedView:
    """Bring a deleted view back; raises ActRefused when its name is taken again."""
    view = own_view(person, view_id, is_deleted=True)
    try:
        view.restore()
    except ValidationError as error:
        raise ActRefused(" ".join(error.messages)) from error
    return view


def usable_view(person: User, view_id: str) -> SavedView:
    """A view that the person may use; raises ActRefused."""
    view = SavedView.objects.open_to(person).filter(pk=view_id).first()
    if view is None:
        raise ActRefused("This view is gone or no longer shared with you.")
    return view


def pin(person: User, view_id: str) -> SavedView:
    """Put the view into the person's sidebar; once is enough."""
    view = usable_view(person, view_id)
    pinned = PinnedView.objects.filter(person=person, view__deleted_at=None)
    if pinned.exclude(view=view).count() >= MOST_PINNED:
        raise ActRefused(f"{MOST_PINNED} views are pinned. Take one off first.")
    PinnedView.objects.get_or_create(person=person, view=view)
    return view


def unpin(person: User, view_id: str) -> SavedView:
    view = usable_view(person, view_id)
    PinnedView.objects.filter(person=person, view=view).delete()
    return view


def begin_with(person: User, view_id: str) -> SavedView:
    """From now on the person's list opens with this view."""
    view = usable_view(person, view_id)
    _settle(person, first_view=view)
    return view


def begin_plainly(person: User, view_id: str) -> SavedView:
    view = usable_view(person, view_id)
    _settle(person, first_view=None)
    return view


def choose_columns(person: User, columns: Iterable[Column]) -> None:
    """Remember the columns and their order; none are the standard ones again."""
    _settle(person, columns=[*columns])


def _settle(person: User, **values: Any) -> None:
    ListSettings.objects.update_or_create(person=person, defaults=values)


def _saved(view: SavedView) -> SavedView:
    """The view once it is stored; raises ActRefused with the rule it breaks."""
    try:
        with transaction.atomic():
            view.full_clean()
            view.save()
    except ValidationError as error:
        raise ActRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        # Somebody was quicker by a moment: the same name, twice at once.
        raise ActRefused("You already have a view with this name.") from error
    return view
