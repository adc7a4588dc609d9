"""Columns of the lead list: chosen, ordered, remembered; orders that an index has."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from leads.lead_list import ROWS, read_listing
from leads.models import Lead, LeadStage, SavedView
from leads.selection.list_filters import read_list_filters
from leads.selection.list_rows import rows_of
from leads.selection.orders import DESCENDING, SUMMARY_COLUMNS
from leads.view_schema import ListColumn
from medspa.models import User
from tests import factories
from tests.leads.many import many_leads

LIST = "/leads/"


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def labels(client: Client, query: str = "") -> list[str]:
    return [header.label for header in client.get(LIST + query).context["headers"]]


def names(client: Client, **params: Any) -> list[str]:
    page = client.get(LIST, params)
    return [row.first_name for row in page.context["listing"].rows]


def test_columns_are_remembered_for_the_person_in_their_order(
    desk: Client, front_desk: User, manager: User
) -> None:
    usual = labels(desk)
    chosen = {
        "column": ["tags", "value", "aura"],
        "place_tags": "2",
        "place_value": "1",
    }
    answer = desk.post("/leads/columns/?source=google", chosen)
    assert answer["Location"] == f"{LIST}?source=google"
    assert labels(desk) == ["Name", "Expected value", "Tags"]
    desk.force_login(manager)
    assert labels(desk) == usual
    desk.force_login(front_desk)
    desk.post("/leads/columns/", {"standard": "yes"})
    assert labels(desk) == usual


def test_in_a_view_the_columns_are_the_views(desk: Client, front_desk: User) -> None:
    view = factories.SavedViewFactory(owner=front_desk)
    answer = desk.post(f"/leads/columns/?view={view.pk}", {"column": ["tags"]})
    assert labels(desk, answer["Location"].removeprefix(LIST)) == ["Name", "Tags"]
    assert len(labels(desk, f"?view={view.pk}")) > 2
    query = answer["Location"].partition("?")[2]
    desk.post(f"/leads/views/{view.pk}/?{query}", {"act": "update"})
    assert SavedView.objects.get().content_json == {"columns": ["tags"]}
    assert labels(desk, f"?view={view.pk}") == ["Name", "Tags"]
    assert len(labels(desk)) > 2


def first_cells(page: Any) -> str:
    """The cells of the first lead, after the one with its name."""
    rows = page.content.decode().partition("<tbody>")[2]
    return str(rows.partition("</th>")[2].partition("</tr>")[0])


def test_every_column_says_what_the_lead_has(desk: Client, front_desk: User) -> None:
    lead = factories.LeadFactory(
        first_name="Ana",
        phone="(212) 555-0101",
        source="google",
        ad_platform="tiktok",
        campaign=factories.CampaignFactory(name="Spring"),
        stage=factories.StageFactory(name="Warm"),
        assigned_to=front_desk,
    )
    factories.OpportunityFactory(
        lead=lead,
        expected_value_cents=120_050,
        procedure_code="BTX",
        expected_date=timezone.localdate() + timedelta(days=40),
    )
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory(name="Peel & glow"))
    factories.ActivityFactory(lead=lead, created_at=timezone.now())
    page = desk.get(LIST, {"columns": ",".join(ListColumn.values)})
    cells = first_cells(page)
    text = " ".join(re.sub(r"<[^>]+>", " ", cells).split())
    for word in (
        "Warm",
        "(212) 555-0101",
        "Peel &amp; glow",
        "Google",
        "Spring",
        "TikTok",
        "$1,200.50",
        "Botox",
        str((timezone.localdate() + timedelta(days=40)).year),
    ):
        assert word in text, word
    # In the stage, created, last activity, last contact.
    assert text.count("now") == 4


def test_a_lead_with_nothing_fills_every_column(desk: Client) -> None:
    factories.LeadFactory(phone="", email="ana@example.com")
    Lead.objects.update(email=b"", email_index=b"")
    LeadStage.objects.all().delete()
    page = desk.get(LIST, {"columns": ",".join(ListColumn.values), "source": "other"})
    cells = first_cells(page)
    assert cells.count(">–<") == 13


@pytest.mark.slow
@pytest.mark.parametrize("is_filtered", [False, True], ids=["all", "filtered"])
@pytest.mark.parametrize(
    ("order", "is_in_stage"),
    [
        ("newest", False),
        ("oldest", False),
        ("name", False),
        ("name_down", False),
        ("entered", True),
        ("waiting", True),
        *((order, is_one) for order in SUMMARY_COLUMNS for is_one in (False, True)),
    ],
)
def test_every_order_shows_every_lead_once(
    order: str, is_in_stage: bool, is_filtered: bool, desk: Client
) -> None:
    stage = factories.StageFactory()
    many_leads(ROWS + 7, stage, lambda at: {"source": "google"})
    params = {"order": order, "columns": "tags"}
    params |= {"stage": stage.pk} if is_in_stage else {}
    params |= {"source": "google"} if is_filtered else {}
    first = desk.get(LIST, params).context["listing"]
    assert (first.order, first.left) == (order, 7)
    rest = desk.get(LIST, params | {"after": first.after}).context["listing"]
    seen = [row.lead_id for row in (*first.rows, *rest.rows)]
    assert len(seen) == len(set(seen)) == ROWS + 7
    by = {"name": "first_name", "name_down": "-first_name"}
    down = order in DESCENDING
    expected = Lead.objects.order_by(
        *([by[order]] if order in by else []), "-pk" if down else "pk"
    )
    assert seen == [lead.pk for lead in expected]


def test_the_next_page_says_how_many_are_left(desk: Client) -> None:
    many_leads(ROWS + 7)
    assert "Show 7 more" in desk.get(LIST).content.decode()


def test_an_order_that_no_index_has_here_is_the_usual_one(desk: Client) -> None:
    stage = factories.StageFactory()
    factories.LeadFactory(first_name="Ana", stage=stage)
    factories.LeadFactory(first_name="Bea", stage=stage)
    for order in ("name", "value", "'", "newest"):
        assert names(desk, stage=stage.pk, order=order) == ["Bea", "Ana"]
    assert names(desk, order="waiting") == ["Bea", "Ana"]
    assert names(desk, order="name") == ["Ana", "Bea"]


@pytest.mark.parametrize("after", ["nonsense", "c" * 25, "9" * 30, "\0", "'--"])
@pytest.mark.parametrize("order", ["newest", "name"])
def test_a_broken_link_to_the_next_leads_is_a_missing_page(
    after: str, order: str, desk: Client
) -> None:
    factories.LeadFactory(admitted=True)
    assert desk.get(LIST, {"after": after, "order": order}).status_code == 404


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "leads_lead_created"),
        ("order=oldest", "leads_lead_created"),
        ("order=name", "leads_lead_name_created"),
        ("order=name_down", "leads_lead_name_created"),
        ("order=value", "leads_leadsummary_value"),
        ("order=active", "leads_leadsummary_active"),
        ("order=idle", "leads_leadsummary_active"),
        ("order=contacted", "leads_leadsummary_contacted"),
        ("order=next", "leads_leadsummary_next_due"),
        ("age=7", "leads_leadstage_current_since"),
        ("lost=price", "leads_leadstage_lost_reason"),
        ("stage={stage}&lost=price", "leads_leadstage_stage_lost"),
        ("stage={stage}&lost=price&order=waiting", "leads_leadstage_stage_lost"),
        ("platform=tiktok", "leads_lead_platform"),
    ],
)
def test_each_order_is_that_of_an_index(
    query: str, index: str, front_desk: User
) -> None:
    stage = factories.StageFactory()
    asked = QueryDict(query.format(stage=stage.pk))
    filters, _ = read_list_filters(asked, front_desk)
    sql, params = rows_of(filters).ordered()[:100].query.sql_with_params()
    # Which index is cheapest for empty tables depends on what was in them before.
    many_leads(ROWS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead, leads_leadstage, leads_leadsummary")
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert index in plan


def test_a_stage_with_a_lost_reason_is_known_when_it_is_planned(
    front_desk: User,
) -> None:
    """By a stage that isn't, a sort of all of its leads looks cheap."""
    stage = factories.StageFactory()
    for query, is_known in (("lost=price", True), ("lost=price&exclude=lost", False)):
        asked = QueryDict(f"stage={stage.pk}&{query}")
        filters, _ = read_list_filters(asked, front_desk)
        sql, params = rows_of(filters).ordered().query.sql_with_params()
        assert ('"leads_leadstage"."stage_id" = %s' in sql) is is_known
        order = sql.partition("ORDER BY")[2]
        assert ('"leads_leadstage"."stage_id"' in order) is not is_known
        assert stage.pk in params


@pytest.mark.slow
@pytest.mark.parametrize("order", ["entered", "waiting", "newest", "value", "next"])
@pytest.mark.parametrize("wide", [150, 60, 5], ids=["wide", "narrow", "tiny"])
@pytest.mark.parametrize("few", [1_000, 40, 10], ids=["all", "few", "many"])
def test_several_filters_show_every_lead_once_wherever_they_are_found(
    few: int, wide: int, order: str, front_desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("leads.lead_list", "leads.selection.bounded_scan"):
        monkeypatch.setattr(f"{module}.EXACT_LIMIT", few)
        monkeypatch.setattr(f"{module}.SCAN_LIMIT", wide)
    monkeypatch.setattr("leads.lead_list.FURTHER_LIMIT", 7)
    monkeypatch.setattr("leads.lead_list.ROWS", 10)
    stage = factories.StageFactory()
    person = factories.UserFactory()
    sources = ("google", "tiktok") * 35
    many_leads(70, stage, lambda at: {"source": sources[at], "assigned_to": person})
    asked = QueryDict(mutable=True)
    asked.update({"assigned": person.pk, "source": "google", "order": order})
    if order in ("entered", "waiting"):
        asked["stage"] = stage.pk
    filters, _ = read_list_filters(asked, front_desk)
    seen: list[str] = []
    after = ""
    while not seen or after:
        listing = read_listing(filters, after)
        assert listing is not None
        seen += [row.lead_id for row in listing.rows]
        assert listing.count == 35 or (listing.is_more and listing.count < 35)
        after = listing.after
    wanted = Lead.objects.filter(source="google")
    sign = "-" if order in ("entered", "newest", "value") else ""
    assert seen == [lead.pk for lead in wanted.order_by(f"{sign}pk")]
