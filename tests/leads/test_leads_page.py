"""The lead list: one search box, filters, pages by key, the same cost at any size."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.lead_list import ROWS
from leads.models import Lead, LeadStage
from leads.search import SEARCH_TAKES
from leads.services.pipeline import move
from medspa.models import User
from medspa.web.paging import COUNT_LIMIT
from tests import factories
from tests.leads.many import many_leads

LIST = "/leads/"


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def three(db: None) -> None:
    for name, email, phone in (
        ("Emery", "emery@example.com", "(310) 555-0101"),
        ("Emma", "emma@example.com", "(212) 555-0102"),
        ("Zoë", "", ""),
    ):
        factories.LeadFactory(first_name=name, email=email, phone=phone, admitted=True)


def shown(client: Client, **params: Any) -> list[str]:
    """The names on the page, from top to bottom."""
    page = client.get(LIST, params)
    assert page.status_code == 200
    return [row.first_name for row in page.context["listing"].rows]


def words_of(client: Client, address: str = LIST) -> str:
    page = client.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3105550101", ["Emery"]),
        ("(310) 555-0101", ["Emery"]),
        ("+1 310-555-0101", ["Emery"]),
        ("0102", ["Emma"]),
        ("550101", ["Emery"]),
        ("555-0102", ["Emma"]),
        ("EMMA@example.com", ["Emma"]),
        ("emma@", []),
        ("em", ["Emma", "Emery"]),
        ("ZOË", ["Zoë"]),
        ("  emery  ", ["Emery"]),
        ("99", []),
        ("%", []),
        ("'; DROP TABLE leads_lead; --", []),
        ("\0", ["Zoë", "Emma", "Emery"]),
    ],
)
def test_one_box_finds_by_name_email_phone_and_last_four(
    typed: str, found: list[str], three: None, desk: Client
) -> None:
    assert shown(desk, q=typed) == found


def test_every_filter_narrows_the_list(
    three: None, desk: Client, front_desk: User
) -> None:
    emma = Lead.objects.get(first_name="Emma")
    tag = factories.TagFactory()
    factories.LeadTagFactory(lead=emma, tag=tag)
    factories.OpportunityFactory(lead=emma)
    emma.assigned_to, emma.source = front_desk, "tiktok"
    emma.campaign = factories.CampaignFactory()
    emma.save()
    stage = emma.stage_periods.get().stage
    for params in (
        {"stage": stage.pk},
        {"tag": tag.pk},
        {"assigned": "me"},
        {"assigned": front_desk.pk},
        {"source": "tiktok"},
        {"campaign": emma.campaign.pk},
        {"procedure": emma.opportunity.procedure_code},
        {"stage": stage.pk, "q": "em", "tag": tag.pk},
    ):
        assert shown(desk, **params) == ["Emma"], params
    assert shown(desk, assigned="nobody") == ["Zoë", "Emery"]
    assert shown(desk, stage=stage.pk, q="zo") == []


@pytest.mark.parametrize("name", ["stage", "tag", "campaign", "assigned", "source"])
def test_a_link_to_what_is_gone_says_so_and_keeps_the_rest(
    name: str, three: None, desk: Client
) -> None:
    assert shown(desk, q="em", **{name: "gone"}) == ["Emma", "Emery"]
    word = "person" if name == "assigned" else name
    assert f"asks for a {word} that no longer exists" in words_of(
        desk, f"{LIST}?{name}=gone"
    )


def test_in_a_stage_those_who_entered_last_come_first(desk: Client) -> None:
    first, second = factories.StageFactory(), factories.StageFactory()
    ana = factories.LeadFactory(first_name="Ana", stage=first)
    factories.LeadFactory(first_name="Bea", stage=second)
    move(ana.pk, second.pk)
    assert shown(desk) == ["Bea", "Ana"]
    assert shown(desk, stage=second.pk) == ["Ana", "Bea"]
    assert shown(desk, stage=second.pk, source="other") == ["Ana", "Bea"]
    assert shown(desk, stage=first.pk) == []


@pytest.mark.parametrize("is_in_stage", [False, True], ids=["all", "stage"])
@pytest.mark.parametrize("is_filtered", [False, True], ids=["plain", "filtered"])
def test_pages_show_every_lead_once(
    is_in_stage: bool, is_filtered: bool, desk: Client
) -> None:
    stage = factories.StageFactory()
    many_leads(ROWS + 7, stage)
    # Some came at the very same moment: the ids decide.
    one_moment = Lead.objects.first().created_at
    Lead.objects.update(created_at=one_moment)
    LeadStage.objects.update(changed_at=one_moment)
    params = {"stage": stage.pk} if is_in_stage else {}
    params |= {"source": "other"} if is_filtered else {}
    first = desk.get(LIST, params).context["listing"]
    rest = desk.get(LIST, params | {"after": str(first.after)}).context["listing"]
    assert len(first.rows) == ROWS
    assert rest.after == ""
    assert first.count == rest.count == ROWS + 7
    assert {row.lead_id for row in (*first.rows, *rest.rows)} == set(
        Lead.objects.values_list("pk", flat=True)
    )


def test_the_next_rows_alone_are_sent_to_htmx(desk: Client) -> None:
    many_leads(ROWS + 1)
    after = desk.get(LIST).context["listing"].after
    rows = desk.get(LIST, {"after": str(after)}, headers={"HX-Request": "true"})
    assert rows.content.decode().strip().startswith("<tr>")
    assert desk.get(LIST, {"after": "nonsense"}).status_code == 404


def test_a_long_result_is_counted_up_to_a_limit(desk: Client) -> None:
    Lead.objects.bulk_create(
        [Lead(first_name="Ana", source="google") for _ in range(COUNT_LIMIT + 1)]
    )
    assert "More than 1,000 leads" in words_of(desk, f"{LIST}?source=google")
    assert len(shown(desk, source="google", q="a")) == ROWS


def test_the_whole_list_and_each_stage_are_counted_exactly(
    three: None, desk: Client
) -> None:
    stage = Lead.objects.get(first_name="Emma").stage_periods.get().stage
    assert "3 leads" in words_of(desk)
    assert f"{stage} (1)" in words_of(desk)
    assert "1 lead " in words_of(desk, f"{LIST}?stage={stage.pk}")
    # Under another filter the stage's own count would be untrue.
    assert f"{stage} (1)" not in words_of(desk, f"{LIST}?q=em")


def test_the_list_says_what_to_do_when_it_is_empty(desk: Client, three: None) -> None:
    found_none = words_of(desk, f"{LIST}?q=nobody")
    assert "No leads match." in found_none
    assert SEARCH_TAKES in found_none
    assert SEARCH_TAKES not in words_of(desk, f"{LIST}?source=tiktok")
    Lead.objects.all().delete()
    assert "No leads yet." in words_of(desk)


def test_deleted_leads_are_linked_for_those_who_may_restore(
    three: None, desk: Client, manager: User
) -> None:
    Lead.objects.get(first_name="Emma").delete()
    assert shown(desk) == ["Zoë", "Emery"]
    assert "Deleted leads" not in words_of(desk)
    desk.force_login(manager)
    assert "Deleted leads" in words_of(desk)


def test_the_list_is_for_those_who_may_see_leads(
    client: Client, outsider: User, provider: User
) -> None:
    for person in (outsider, provider):
        client.force_login(person)
        assert client.get(LIST).status_code == 403


def test_what_people_typed_is_never_markup(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    tag = factories.TagFactory(name="<script>alert(1)</script>")
    factories.LeadTagFactory(lead=lead, tag=tag)
    for query, number in (({}, 1), ({"q": "<script>alert(2)</script>"}, 2)):
        page = desk.get(LIST, query).content.decode()
        assert f"&lt;script&gt;alert({number})&lt;/script&gt;" in page
        assert "<script>alert" not in page


def queries_of(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "count"), [("", 7), ("?source=other", 7), ("?stage={}&q=a", 7)]
)
def test_the_list_costs_as_many_queries_for_thirty_as_for_two(
    query: str, count: int, desk: Client
) -> None:
    stage, tag = factories.StageFactory(), factories.TagFactory()

    def add(more: int) -> None:
        for _ in range(more):
            lead = factories.LeadFactory(
                first_name="Ana", stage=stage, campaign=factories.CampaignFactory()
            )
            factories.OpportunityFactory(lead=lead)
            factories.LeadTagFactory(lead=lead, tag=tag)

    address = LIST + query.format(stage.pk)
    add(2)
    few = queries_of(desk, address)
    add(28)
    many = queries_of(desk, address)
    # Session, person with permissions and the clinic's lists, the filters' choices with
    # the kept totals and the person's columns, the views, the keys of the page (under a
    # filter up to 1,001 that it leaves; where it leaves more, the page's own by one
    # query more), and all that the columns
    # show of the page's leads, and their consults.
    assert len(few) == len(many) == count, many


@pytest.mark.parametrize(
    "query",
    [
        f"q={'a' * 10_000}",
        "q=%00%00&stage=%00",
        "page=-1",
        "page=abc",
        "after=&order=&columns=,,,&view=",
        f"view={'c' * 25}",
        "view=%00",
        "columns=" + "stage," * 500,
        "changed=yes&changed=no&stage=a&stage=b",
        "order=-1%27%3B&columns=%3Cscript%3E",
        "q=%F0%9F%92%89&source[]=google",
        "assigned=me&assigned=nobody",
    ],
)
def test_an_address_that_nobody_meant_still_opens_the_list(
    query: str, three: None, desk: Client
) -> None:
    answer = desk.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert len(answer.context["listing"].rows) in (0, 3)
    assert 'id="list-search"' in answer.text


def test_a_search_too_long_to_be_one_is_told_and_left_out(
    three: None, desk: Client
) -> None:
    query = "a" * 10_000
    assert len(shown(desk, q=query)) == 3
    assert "so it was ignored" in words_of(desk, f"{LIST}?q={query}")
