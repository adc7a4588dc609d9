"""Filters that leave hardly anybody, in a list too long for one look."""

import pytest
from django.test import Client
from django.urls import reverse

from bench.plans import queries_of
from leads.models import Lead
from medspa.models import User
from tests import factories

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


def test_what_a_number_finds_is_not_compared_again(rare: Lead, desk: Client) -> None:
    Lead.objects.filter(pk=rare.pk).update(first_name="Zoe")
    found = Lead.objects.get(pk=rare.pk)
    found.phone = "+12125550171"
    found.save()
    seen = queries_of(lambda: desk.get(LIST, {"q": "0171"}))
    assert not any("MATERIALIZED" in str(sql) for sql, _ in seen)
    page = desk.get(LIST, {"q": "0171"}).context["listing"]
    assert [row.lead_id for row in page.rows] == [rare.pk]
