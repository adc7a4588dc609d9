"""The page of tags: add, rename, recolor, archive, and decide on suggestions."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Tag, TagSuggestion
from leads.tag_page.changing import TagRefused, save_tag
from medspa.models import User
from medspa.web import paging
from tests import factories
from tests.locks import proves, refused

pytestmark = pytest.mark.django_db
PAGE = "/leads/tags/"


@pytest.fixture(autouse=True)
def no_tags(db: None) -> None:
    Tag.all_objects.all()._raw_delete("default")


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def act(office: Client, tag: Tag, act: str, **form: str) -> Any:
    return office.post(f"{PAGE}{tag.pk}/", {"act": act, **form})


def told(answer: Any) -> str:
    *_, last = get_messages(answer.wsgi_request)
    return str(last)


def test_each_tag_has_its_color_and_the_number_of_its_leads(office: Client) -> None:
    tag = factories.TagFactory(name="Peels", color="#336699")
    factories.TagFactory(name="Botox")
    for _ in range(3):
        factories.LeadTagFactory(tag=tag)
    tag.lead_tags.first().lead.delete()
    answer = office.get(PAGE)
    rows = answer.context["page"].tags
    assert [(str(row.tag), row.count) for row in rows] == [
        ("Botox", "0"),
        ("Peels", "2"),
    ]
    assert "#336699" in answer.text
    assert f"/leads/?tag={tag.pk}" in answer.text


def test_beyond_a_thousand_leads_nobody_counts(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("leads.lead_list.counts", "leads.tag_page.data"):
        monkeypatch.setattr(f"{module}.COUNT_LIMIT", 2)
    assert paging.COUNT_LIMIT > 2
    tag = factories.TagFactory()
    factories.LeadTagFactory.create_batch(4, tag=tag)
    (row,) = office.get(PAGE).context["page"].tags
    assert row.count == "2+"


def test_a_tag_is_added(office: Client, manager: User) -> None:
    answer = office.post(PAGE, {"name": " Peels ", "color": "#336699"})
    assert answer["Location"] == PAGE
    tag = Tag.objects.get()
    assert (tag.name, tag.color) == ("Peels", "#336699")
    assert tag.history.get().history_user == manager


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("botox", "There is already a tag with this name."),
        ("", "This field is required."),
        ("(212) 555-0123", ""),
    ],
)
def test_a_refused_tag_is_shown_again_as_it_was_typed(
    name: str, sentence: str, office: Client
) -> None:
    factories.TagFactory(name="Botox")
    answer = office.post(PAGE, {"name": name, "color": "#336699"})
    assert answer.status_code == 409
    assert sentence in answer.context["refusal"]
    assert answer.context["refusal"]
    assert f'value="{name}"' in answer.text
    assert 'value="#336699"' in answer.text
    assert Tag.objects.count() == 1


def test_a_tag_is_renamed_and_recolored(office: Client) -> None:
    tag = factories.TagFactory(name="Peels")
    answer = act(office, tag, "save", name="Chemical peels", color="#336699")
    assert told(answer) == "Peels renamed to Chemical peels."
    tag.refresh_from_db()
    assert (tag.name, tag.color) == ("Chemical peels", "#336699")
    assert told(act(office, tag, "save", name=tag.name, color="#000000")) == "Saved."


def test_a_refused_change_opens_its_form_again(office: Client) -> None:
    factories.TagFactory(name="Botox")
    tag = factories.TagFactory(name="Peels")
    answer = act(office, tag, "save", name="botox", color="#336699")
    assert answer.status_code == 409
    assert "There is already a tag with this name." in answer.text
    assert '<details class="menu" open>' in answer.text
    assert Tag.objects.get(pk=tag.pk).name == "Peels"


def test_an_archived_tag_is_undone_by_one_click_and_stays_on_its_leads(
    office: Client,
) -> None:
    tag = factories.LeadTagFactory(tag__name="Peels").tag
    act(office, tag, "archive")
    assert tag.lead_tags.count() == 1
    answer = office.get(PAGE)
    assert answer.context["page"].tags == []
    assert answer.context["page"].archived == [tag]
    assert "Undo" in answer.text
    assert told(act(office, tag, "archive")) == "Peels is already archived."
    answer = act(office, tag, "save", name="Other", color="#336699")
    assert told(answer) == "Peels was archived. Restore it first."
    assert told(act(office, tag, "restore")) == "Peels restored."
    assert told(act(office, tag, "restore")) == "Peels isn't archived."
    assert Tag.objects.get() == tag


def test_a_tag_whose_name_was_taken_stays_archived(office: Client) -> None:
    tag = factories.TagFactory(name="Peels")
    tag.delete()
    factories.TagFactory(name="peels")
    answer = act(office, tag, "restore")
    assert told(answer) == "There is already a tag with this name."
    assert Tag.objects.count() == 1


def test_suggestions_are_added_or_dismissed(office: Client) -> None:
    added, dismissed = (
        factories.TagSuggestionFactory(name=name) for name in ("VIP", "Loyal")
    )
    assert "Suggested tags" in office.get(PAGE).text
    address = f"{PAGE}suggested/"
    office.post(address, {"suggestion": added.pk})
    office.post(address, {"suggestion": dismissed.pk, "dismiss": "yes"})
    assert not TagSuggestion.objects.exists()
    assert Tag.objects.get().name == "VIP"
    answer = office.post(address, {"suggestion": added.pk})
    assert told(answer) == "This suggestion is no longer there."


@proves("leads.tag_page.changing.save_tag atomic")
def test_a_name_that_was_just_taken_is_refused_with_a_sentence() -> None:
    with refused("leads_tag", raises=TagRefused, code="unique_violation"):
        save_tag(Tag(name="Peels"))


@pytest.mark.parametrize("rows", [2, 30])
def test_the_page_costs_the_same_with_more_rows(rows: int, office: Client) -> None:
    for _ in range(rows):
        factories.LeadTagFactory()
        factories.TagSuggestionFactory()
    # The session; the person; the tags; their leads; the suggestions.
    with CaptureQueriesContext(connection) as captured:
        assert len(office.get(PAGE).context["page"].tags) == rows
    assert len(captured) == 5


def test_without_an_act_nothing_is_done(office: Client) -> None:
    tag = factories.TagFactory()
    answer = act(office, tag, "", name="Peels")
    assert told(answer) == "Choose what to do. Nothing was changed."


def test_each_act_takes_its_own_right(client: Client, person: Any) -> None:
    desk, tag = person("Front desk"), factories.TagFactory()
    client.force_login(desk)
    assert client.get(PAGE).status_code == 403
    desk.user_permissions.add(Permission.objects.get(codename="view_tag"))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert ">Edit<" not in page.text
    assert ">Archive<" not in page.text
    assert client.post(PAGE, {"name": "Peels"}).status_code == 403
    for name in ("save", "archive", "restore"):
        assert act(client, tag, name, name="Peels").status_code == 403
