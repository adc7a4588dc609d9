"""Views of the lead list: kept, shared, changed by their owner alone, pinned."""

import re

import pytest
from django.test import Client

from leads.models import Lead, ListSettings, PinnedView, SavedView
from medspa.models import User
from tests import factories

LIST = "/leads/"


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def stage(db: None) -> object:
    """With Ana, from Google; Bea stands elsewhere."""
    warm = factories.StageFactory(name="Warm")
    factories.LeadFactory(first_name="Ana", source="google", stage=warm)
    factories.LeadFactory(first_name="Bea", source="tiktok", admitted=True)
    return warm


def shown(client: Client, query: str) -> list[str]:
    page = client.get(LIST + query)
    assert page.status_code == 200
    return [row.first_name for row in page.context["listing"].rows]


def words_of(client: Client, query: str = "") -> str:
    page = client.get(LIST + query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def act(
    client: Client, view: SavedView, what: str, query: str = "", **more: str
) -> str:
    """What the page says that follows."""
    answer = client.post(f"/leads/views/{view.pk}/{query}", {"act": what, **more})
    assert answer.status_code == 302
    return words_of(client, answer["Location"].removeprefix(LIST))


def test_a_view_keeps_ids_and_words_of_ours_and_never_what_was_searched(
    desk: Client, stage: object
) -> None:
    query = f"?stage={stage.pk}&q=ana@example.com&columns=tags,value&order=waiting"
    answer = desk.post(f"/leads/views/{query}", {"name": " Warm ones "})
    view = SavedView.objects.get()
    assert answer["Location"] == f"{LIST}?view={view.pk}"
    assert (view.name, view.is_shared) == ("Warm ones", False)
    assert view.content_json == {
        "stage": [stage.pk],
        "order": "waiting",
        "columns": ["tags", "value"],
    }
    assert "The search isn&#39;t saved" in words_of(desk)
    assert view.history.get().history_type == "+"


def test_a_view_follows_its_stage_and_says_when_it_is_retired(
    desk: Client, front_desk: User, stage: object
) -> None:
    view = factories.SavedViewFactory(
        owner=front_desk, content_json={"stage": stage.pk}
    )
    link = f"?view={view.pk}"
    assert shown(desk, link) == ["Ana"]
    stage.name = "Hot"
    stage.save()
    assert "Hot" in words_of(desk, link)
    Lead.objects.get(first_name="Ana").stage_periods.update(
        stage=Lead.objects.get(first_name="Bea").stage_periods.get().stage
    )
    stage.delete()
    assert sorted(shown(desk, link)) == ["Ana", "Bea"]
    assert "a stage that no longer exists" in words_of(desk, link)


def test_an_old_view_opens_without_what_is_no_longer_known(
    desk: Client, front_desk: User, stage: object
) -> None:
    view = factories.SavedViewFactory(owner=front_desk)
    SavedView.objects.filter(pk=view.pk).update(
        content_json={"source": "google", "columns": ["aura", "tags"], "order": "moon"}
    )
    page = desk.get(f"{LIST}?view={view.pk}")
    assert [header.label for header in page.context["headers"]] == ["Name", "Tags"]
    assert [row.first_name for row in page.context["listing"].rows] == ["Ana"]


def test_what_the_address_says_changes_the_view_until_it_is_updated(
    desk: Client, front_desk: User, stage: object
) -> None:
    view = factories.SavedViewFactory(
        owner=front_desk, content_json={"source": "google"}
    )
    changed = f"?view={view.pk}&changed=yes&source=tiktok"
    assert shown(desk, changed) == ["Bea"]
    assert "Update view" in words_of(desk, changed)
    assert "Update view" not in words_of(desk, f"?view={view.pk}")
    act(desk, view, "update", changed)
    assert shown(desk, f"?view={view.pk}") == ["Bea"]
    # Cleared of its filters it stays the same view, changed.
    assert shown(desk, f"?view={view.pk}&changed=yes") == ["Bea", "Ana"]
    # A search goes on top of the view.
    assert shown(desk, f"?view={view.pk}&q=an") == []


def test_a_shared_view_is_used_by_all_and_changed_by_its_owner(
    desk: Client, manager: User, stage: object
) -> None:
    view = factories.SavedViewFactory(
        owner=manager, name="Googlers", content_json={"source": "google"}
    )
    link = f"?view={view.pk}"
    assert "was deleted or is no longer shared" in words_of(desk, link)
    assert shown(desk, link) == ["Bea", "Ana"]
    view.is_shared = True
    view.save()
    assert shown(desk, link) == ["Ana"]
    assert "Googlers by manager" in words_of(desk)
    for what in ("rename", "update", "unshare", "delete"):
        said = act(desk, view, what, link, name="Mine now")
        assert "Only the view&#39;s owner can change it." in said
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.deleted_at) == ("Googlers", True, None)
    desk.post(f"/leads/views/{link}&source=google", {"name": "Googlers"})
    assert SavedView.objects.filter(name="Googlers").count() == 2


def test_the_owner_renames_shares_and_deletes_with_undo(
    desk: Client, front_desk: User
) -> None:
    view = factories.SavedViewFactory(owner=front_desk, name="One")
    factories.SavedViewFactory(owner=front_desk, name="Two")
    assert "already have a view" in act(desk, view, "rename", name="tWO")
    assert "called “Three”" in act(desk, view, "rename", name="Three")
    assert "shared with the team" in act(desk, view, "share")
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Three", True)
    assert "deleted" in act(desk, view, "delete")
    assert not SavedView.objects.filter(pk=view.pk).exists()
    assert "is back" in act(desk, view, "restore")
    assert SavedView.objects.filter(pk=view.pk).exists()
    assert [row.history_type for row in view.history.all()] == ["~", "~", "~", "~", "+"]


def test_a_deleted_view_stays_away_while_its_name_is_taken(
    desk: Client, front_desk: User
) -> None:
    view = factories.SavedViewFactory(owner=front_desk, name="One")
    act(desk, view, "delete")
    factories.SavedViewFactory(owner=front_desk, name="one")
    assert "already have a view with this name" in act(desk, view, "restore")


def test_a_pinned_view_stands_in_ones_own_sidebar(
    desk: Client, front_desk: User, manager: User
) -> None:
    view = factories.SavedViewFactory(owner=manager, name="Mornings", is_shared=True)
    link = f"{LIST}?view={view.pk}"
    assert "Mornings" not in words_of(desk, "board/")
    act(desk, view, "pin")
    act(desk, view, "pin")
    assert PinnedView.objects.get().person == front_desk
    assert f'href="{link}"' in desk.get("/leads/board/").content.decode()
    groups = desk.get(link).context["sidebar_navigation"]
    marked = [item["title"] for item in groups[0]["items"] if item["active"]]
    assert marked == ["Mornings"]
    desk.force_login(manager)
    assert f'href="{link}"' not in desk.get("/leads/board/").content.decode()
    desk.force_login(front_desk)
    view.is_shared = False
    view.save()
    assert "Mornings" not in words_of(desk, "board/")


def test_a_pinned_views_name_is_text_and_never_markup(
    desk: Client, front_desk: User
) -> None:
    """Even a tag without `script` would run: the theme's Alpine reads attributes."""
    name = "<i x-init=alert(1)>"
    view = factories.SavedViewFactory(owner=front_desk, name=name)
    act(desk, view, "pin")
    for address in (f"{LIST}?view={view.pk}", "/leads/board/", "/leads/today/"):
        page = desk.get(address).content.decode()
        assert "&lt;i x-init=alert(1)&gt;" in page, address
        assert name not in page, address


def test_the_list_opens_with_the_view_that_one_chose(
    desk: Client, front_desk: User, stage: object
) -> None:
    view = factories.SavedViewFactory(
        owner=front_desk, content_json={"source": "google"}
    )
    act(desk, view, "begin")
    assert shown(desk, "") == ["Ana"]
    assert shown(desk, "?changed=yes") == ["Bea", "Ana"]
    view.delete()
    assert shown(desk, "") == ["Bea", "Ana"]
    view.restore()
    act(desk, view, "begin_plainly")
    assert shown(desk, "") == ["Bea", "Ana"]
    assert ListSettings.objects.get().first_view is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Enter a name."),
        ("x" * 41, "at most 40 characters"),
        ("a\0b", "invisible character"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, sentence: str, desk: Client) -> None:
    answer = desk.post("/leads/views/?source=google", {"name": name})
    assert sentence in words_of(desk, answer["Location"].removeprefix(LIST))
    assert not SavedView.objects.exists()


def test_what_is_no_view_and_no_act_does_nothing(
    desk: Client, front_desk: User
) -> None:
    view = factories.SavedViewFactory(owner=front_desk)
    assert "unknown action" in act(desk, view, "explode")
    assert desk.post("/leads/views/nonsense/", {"act": "pin"}).status_code == 302
    assert desk.post(f"/leads/views/{'c' * 25}/", {"act": "pin"}).status_code == 302
    assert desk.get(f"/leads/views/{view.pk}/").status_code == 405


def test_views_are_for_those_who_may_see_leads(client: Client, provider: User) -> None:
    view = factories.SavedViewFactory(owner=provider)
    client.force_login(provider)
    assert client.post("/leads/views/", {"name": "Mine"}).status_code == 403
    answer = client.post(f"/leads/views/{view.pk}/", {"act": "pin"})
    assert answer.status_code == 403
    assert client.post("/leads/columns/").status_code == 403
