"""A view that was deleted or unshared says so; it doesn't show the whole list."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.lead_list import saved_views
from leads.models import PinnedView, SavedView
from medspa.models import User
from tests.factories import LeadFactory, SavedViewFactory, StageFactory

pytestmark = pytest.mark.django_db
GONE = "was deleted or is no longer shared with you"


@pytest.fixture
def view(manager: User) -> SavedView:
    LeadFactory(first_name="Wanda", stage=StageFactory())
    return SavedViewFactory(owner=manager, name="Secret plans", is_shared=True)


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


def unshare(view: SavedView) -> None:
    view.is_shared = False
    view.save()


@pytest.mark.parametrize("end", [unshare, SavedView.delete])
def test_the_address_of_a_view_says_that_it_is_gone(
    end: object, view: SavedView, desk: Client
) -> None:
    end(view)  # type: ignore[operator]
    page = desk.get(reverse("leads"), {"view": view.pk}).content.decode()
    assert GONE in page
    assert "Wanda" not in page
    assert "Secret plans" not in page


def test_what_an_address_says_itself_is_shown(view: SavedView, desk: Client) -> None:
    unshare(view)
    query = {"view": view.pk, "changed": "yes"}
    assert "Wanda" in desk.get(reverse("leads"), query).content.decode()


def test_the_list_that_opened_with_it_says_so_and_can_be_set_right(
    view: SavedView, desk: Client, front_desk: User
) -> None:
    saved_views.set_first_view(front_desk, view.pk)
    unshare(view)
    page = desk.get(reverse("leads")).content.decode()
    assert f"Your default view {GONE}" in page
    assert "Wanda" not in page
    desk.post(reverse("leads_view", args=[view.pk]), {"act": "begin_plainly"})
    assert "Wanda" in desk.get(reverse("leads")).content.decode()


def test_a_pinned_one_stays_without_its_name_until_it_is_unpinned(
    view: SavedView, desk: Client, front_desk: User
) -> None:
    saved_views.pin(front_desk, view.pk)
    unshare(view)
    page = desk.get(reverse("today")).content.decode()
    assert "View no longer shared" in page
    assert "Secret plans" not in page
    desk.post(reverse("leads_view", args=[view.pk]), {"act": "unpin"})
    assert not PinnedView.objects.exists()
    assert "View no longer shared" not in desk.get(reverse("today")).content.decode()
