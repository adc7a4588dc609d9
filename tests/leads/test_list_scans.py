"""Filters that leave hardly anybody, in a list too long for one look."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.plans import queries_of
from leads.models import Lead
from leads.search import Search, SearchKind
from leads.selection.orders import lead_rows
from leads.selection.written_searches import first_by_creation
from leads.view_schema import ListOrder
from medspa.models import User
from tests import factories
from tests.leads.many import many_leads

pytestmark = pytest.mark.django_db
LIST = reverse("leads")


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("leads.lead_list", "leads.selection.bounded_scan"):
        monkeypatch.setattr(f"{module}.EXACT_LIMIT", 1)
        monkeypatch.setattr(f"{module}.SCAN_LIMIT", 4)
    monkeypatch.setattr("leads.lead_list.FURTHER_LIMIT", 2)


@pytest.fixture
def rare() -> Lead:
    """The oldest of eight, and the only one that fits."""
    for source in ("google", "google", *["tiktok"] * 6):
        factories.LeadFactory(
            admitted=True,
            source=source,
            ad_platform="bing",
            assigned_to=factories.UserFactory(),
        )
    found = Lead.objects.earliest("pk")
    found.assigned_to, found.ad_platform = None, ""
    found.save()
    return found


PARAMS = {"platform": "none", "source": "google", "order": "name"}


def test_a_look_that_meets_nobody_says_so_and_goes_on_where_it_ended(
    rare: Lead, desk: Client
) -> None:
    Lead.objects.filter(pk=rare.pk).update(first_name="Zoe")
    Lead.objects.exclude(pk=rare.pk).update(first_name="Ana")
    page = desk.get(LIST, PARAMS)
    words = page.content.decode()
    assert "No matches in the first 4 leads" in words
    assert "Keep looking" in words
    after = page.context["listing"].after
    found = desk.get(LIST, PARAMS | {"after": after}).context["listing"]
    assert [row.lead_id for row in found.rows] == [rare.pk]


def test_a_single_filter_finds_its_leads_however_far_they_are(
    rare: Lead, desk: Client
) -> None:
    listing = desk.get(LIST, {"source": "google", "order": "name"}).context["listing"]
    assert {row.lead_id for row in listing.rows} == set(
        Lead.objects.filter(source="google").values_list("pk", flat=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize("order", ["newest", "oldest", "name", "active"])
def test_a_name_that_many_have_finds_all_of_them_page_by_page(
    order: str, rare: Lead, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.lead_list.ROWS", 2)
    Lead.objects.filter(pk=rare.pk).update(first_name="Zoe")
    Lead.objects.exclude(pk=rare.pk).update(first_name="Ána")
    for typed in ("Ana", "an"):
        params, found = {"q": typed, "order": order}, []
        while True:
            listing = desk.get(LIST, params).context["listing"]
            found += [row.first_name for row in listing.rows]
            if not listing.after:
                break
            params["after"] = listing.after
        assert found == ["Ána"] * 7


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_digits_that_many_share_find_all_of_them_page_by_page(
    order: str, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.lead_list.ROWS", 2)
    areas = (212, 415, 617, 305, 312, 206, 602, 702)
    phones = [f"+1{area}5550149" for area in areas]
    leads = [
        factories.LeadFactory(admitted=True, phone=phone) for phone in phones[:5]
    ] + [factories.LeadFactory(admitted=True)]
    # The last has the digits as a further number only, the first as both.
    for lead, phone in ((leads[5], phones[5]), (leads[0], phones[6])):
        factories.ContactPointFactory(lead=lead, email="", phone=phone)
    factories.ContactPointFactory(email="", phone=phones[7]).delete()
    leads[2].delete()
    expected = [lead.pk for lead in leads if lead != leads[2]]
    params, found = {"q": "0149", "order": order}, []
    while "after" not in params or params["after"]:
        listing = desk.get(LIST, params).context["listing"]
        found += [row.lead_id for row in listing.rows]
        params["after"] = listing.after
    assert found == (expected if order == "oldest" else expected[::-1])


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["zoe@example.com", "415 555 2671", "2671", "Zo"])
def test_a_search_that_few_fit_is_exact_under_other_filters(
    typed: str, rare: Lead, desk: Client
) -> None:
    rare.first_name, rare.email, rare.phone = "Zoe", "zoe@example.com", "+14155552671"
    rare.save()
    stage = rare.stage_periods.get(left_at=None).stage_id
    for params in ({"stage": stage}, {"source": "google"}, {"assigned": "nobody"}):
        listing = desk.get(LIST, params | {"q": typed}).context["listing"]
        assert [row.lead_id for row in listing.rows] == [rare.pk]
        assert (listing.count, listing.is_more) == (1, False)


def test_no_page_of_several_filters_asks_more_than_eight_questions(
    rare: Lead, desk: Client
) -> None:
    assert len(queries_of(lambda: desk.get(LIST, PARAMS))) <= 8
    assert len(queries_of(lambda: desk.get(LIST, {"q": "A", "source": "google"}))) <= 8


def test_a_scan_reads_only_what_the_filters_name(rare: Lead, desk: Client) -> None:
    seen = queries_of(lambda: desk.get(LIST, {"platform": "none", "source": "google"}))
    scans = [sql for sql, _ in seen if "MATERIALIZED" in str(sql)]
    assert scans
    for sql in scans:
        window = str(sql).partition("MATERIALIZED (")[2].partition("FROM")[0]
        assert '"ad_platform"' in window
        assert '"email"' not in window
        assert '"phone"' not in window


@pytest.mark.parametrize("typed", ["0149", "Ana"])
def test_the_newest_of_a_search_are_read_by_its_own_index(typed: str) -> None:
    many_leads(300)
    search = Search.read(typed)
    rows = lead_rows(None, ListOrder.NEWEST, Lead.objects.all())
    seen = queries_of(lambda: first_by_creation(rows, search, None, 100))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
        for way in ("seqscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {seen[0][0]}", seen[0][1])
        plan = "\n".join(row for (row,) in cursor.fetchall())
    if search.kind is SearchKind.NAME:
        assert "Index Only Scan using leads_lead_name_created" in plan
    else:
        assert "Index Scan Backward using leads_lead_last4_created" in plan
        assert "Sort" not in plan


def test_what_a_number_finds_is_not_compared_again(rare: Lead, desk: Client) -> None:
    Lead.objects.filter(pk=rare.pk).update(first_name="Zoe")
    found = Lead.objects.get(pk=rare.pk)
    found.phone = "+12125550171"
    found.save()
    seen = queries_of(lambda: desk.get(LIST, {"q": "0171"}))
    assert not any("MATERIALIZED" in str(sql) for sql, _ in seen)
    page = desk.get(LIST, {"q": "0171"}).context["listing"]
    assert [row.lead_id for row in page.rows] == [rare.pk]
