"""A number opens exactly its rows: as many as it says, or as much as it says."""

import re
from html import unescape

import pytest
from django.test import Client

from kpis import drill
from kpis.definitions import Basis, Unit
from kpis.display import as_integer
from kpis.drill import COHORT, PERIOD, Asked, Row, address, find, read_asked
from kpis.drill_page import METRICS
from kpis.numbers import Numbers
from medspa.models import User
from tests.factories import KpiEventFactory, LeadFactory
from tests.kpis.reference_case import ReferenceCase

MARCH = "from=2026-03-01&to=2026-03-31"


def all_rows(asked: Asked, numbers: Numbers) -> list[Row]:
    found = find(asked, numbers.window, numbers.basis)
    rows = found.rows
    while found.following:
        found = find(asked, numbers.window, numbers.basis, found.following)
        rows += found.rows
    return rows


def said(rows: list[Row], metric: str) -> int:
    """What the number would have to be for these rows."""
    if METRICS[metric].unit == Unit.CENTS:
        return sum(row.cents or 0 for row in rows)
    return len(rows)


@pytest.mark.parametrize("metric", PERIOD)
@pytest.mark.parametrize("by", ["", *drill.PLACES])
def test_every_number_of_a_period_has_its_rows(
    clinic: ReferenceCase, monkeypatch: pytest.MonkeyPatch, metric: str, by: str
) -> None:
    monkeypatch.setattr(drill, "PAGE", 3)
    for chosen in clinic.content["ranges"]:
        numbers = Numbers(clinic.window(chosen["id"]))
        rows = numbers.by(by).rows if by else [None]
        for row in rows:
            figures = row.figures if row else numbers.figures
            found = all_rows(Asked(metric, by, row.id if row else None), numbers)
            assert said(found, metric) == as_integer(figures[metric]), (chosen, row)
            assert len({one.row_id for one in found}) == len(found)


@pytest.mark.parametrize("metric", sorted(COHORT.keys() - {"within_5min"}))
@pytest.mark.parametrize("by", ["", *drill.PLACES])
def test_every_number_of_a_cohort_has_its_rows(
    clinic: ReferenceCase, metric: str, by: str
) -> None:
    for chosen in clinic.content["ranges"]:
        numbers = Numbers(clinic.window(chosen["id"]), Basis.COHORT)
        for row in numbers.by(by).rows if by else [None]:
            figures = row.figures if row else numbers.figures
            found = all_rows(Asked(metric, by, row.id if row else None), numbers)
            assert len(found) == figures[metric], (chosen, row)


def test_leads_that_were_contacted_in_time_are_listed(clinic: ReferenceCase) -> None:
    for chosen in clinic.content["ranges"]:
        numbers = Numbers(clinic.window(chosen["id"]), Basis.COHORT)
        found = all_rows(Asked("within_5min"), numbers)
        assert len(found) == numbers.speeds["any"].within_5min


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_every_link_of_the_page_opens_as_many_rows_as_it_says(
    browser: Client, clinic: ReferenceCase
) -> None:
    html = browser.get(f"/kpis/?{MARCH}").content.decode()
    links = re.findall(r'href="/kpis/rows/\?([^"]+)"[^>]*>([^<]+)</a>', html)
    assert len(links) > 40
    for query, number in set(links):
        page = browser.get(f"/kpis/rows/?{unescape(query)}").content.decode()
        number = number.partition(" of ")[0]
        assert f"data-number>{number}<" in page
        if "$" not in number:
            assert page.count('<th scope="row">') == int(number), query


def test_more_than_a_page_goes_on(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill, "PAGE", 2)
    for name in ("Ana", "Bea", "Carla"):
        KpiEventFactory(lead=LeadFactory(first_name=name), paid=True)
    first = browser.get("/kpis/rows/?range=today&rows=net_revenue_cents")
    html = first.content.decode()
    assert "$1,500" in html
    assert "Carla" in html and "Ana" not in html
    following = re.search(r'rel="next" href="([^"]+)"', html)
    assert following
    html = browser.get(unescape(following[1])).content.decode()
    assert "Ana" in html and "Carla" not in html and 'rel="next"' not in html


def test_the_front_desk_opens_no_rows(client: Client, front_desk: User) -> None:
    client.force_login(front_desk)
    assert client.get("/kpis/rows/?rows=leads").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["", "rows=cpl_cents", "rows=leads&by=shoe", "rows=net_revenue_cents&basis=cohort"],
)
def test_a_number_without_rows_is_not_found(browser: Client, query: str) -> None:
    assert browser.get(f"/kpis/rows/?{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "before=never&before_id=c",
        "before=2026-03-01T00:00:00&before_id=c",
        "before=2026-03-01T00:00:00%2B00:00&before_id=%00",
        "by=campaign&key=gone",
        "by=source&key=%00",
    ],
)
def test_a_bent_address_is_answered(
    browser: Client, clinic: ReferenceCase, query: str
) -> None:
    assert browser.get(f"/kpis/rows/?rows=leads&{MARCH}&{query}").status_code == 200


def test_nothing_has_no_link(clinic: ReferenceCase) -> None:
    period = clinic.window(clinic.content["ranges"][0]["id"]).period
    assert address(period, Basis.PERIOD, Asked("leads"), 0) == ""
    assert address(period, Basis.PERIOD, Asked("cpl_cents"), 5) == ""
    assert read_asked({"rows": "leads", "key": ""}, Basis.PERIOD) == Asked("leads")
