"""A number opens exactly its rows: as many as it says, or as much as it says."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client

from kpis.drill import DrillRow, MetricRef, address, find, metric_ref, read_metric
from kpis.drill.questions import COHORT_QUESTIONS, PERIOD_QUESTIONS
from kpis.drill.spend import spend_rows
from kpis.metrics.definitions import Basis, Unit
from kpis.metrics.display import as_integer, number
from kpis.page.parts import PAGE_PARTS
from kpis.page.state import PageState
from kpis.page.table import KpiTable
from kpis.page.tables import KPI_TABLES
from kpis.period import Period, RangeChoice, Window, read_date
from kpis.queries.numbers import KpiData
from kpis.rows_page.data import asked_figures, metric_of, read_rows_page
from medspa.models import User
from tests.factories import KpiEventFactory, LeadFactory
from tests.kpis.reference_case import ReferenceCase

MARCH = "from=2026-03-01&to=2026-03-31"
# Opens the rows of its stays or waits, not as many as it says.
MIDDLES = ("mean_seconds", "median_seconds")
NO_ROWS = "mature_days"  # says how old the rows are


@pytest.fixture
def clinic(db: None, clinic_of_file: ReferenceCase) -> ReferenceCase:
    return clinic_of_file


def all_rows(asked: MetricRef, numbers: KpiData) -> list[DrillRow]:
    found = find(asked, numbers.window, numbers.basis)
    rows = found.rows
    while found.following:
        found = find(asked, numbers.window, numbers.basis, found.following)
        rows += found.rows
    return rows


def said(asked: MetricRef, numbers: KpiData) -> int:
    """What the number would have to be for the rows that it opens."""
    if asked.is_spend:
        return sum(row.cents for row in spend_rows(asked, numbers))
    rows = all_rows(asked, numbers)
    ids = {row.row_id for row in rows}
    assert len(ids) == len(rows), "a row was listed twice"
    if metric_of(asked).unit == Unit.CENTS:
        return sum(row.cents or 0 for row in rows)
    return len(rows)


def opened(query: str, window: Window) -> tuple[MetricRef, KpiData]:
    """What an address of the page asks for."""
    named = {name: values[0] for name, values in parse_qs(query).items()}
    period = Period(read_date(named["from"]), read_date(named["to"]))
    basis = Basis(named.get("basis", "period"))
    asked = read_metric(named, basis)
    assert asked
    return asked, KpiData(Window(period, window.zone, window.as_of), basis)


def numbers_of(clinic: ReferenceCase) -> Iterator[KpiData]:
    for chosen in clinic.content["ranges"]:
        for basis in (Basis.PERIOD, Basis.COHORT):
            yield KpiData(clinic.window(chosen["id"]), basis)


def cells(table: KpiTable) -> Iterator[tuple[str, str, object]]:
    """The metric, the address and the exact figure of each number that opens rows."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    lines = [*table.lines, *([table.total_line] if table.total_line else [])]
    for row, line in zip(rows, lines, strict=True):
        for metric, cell in zip(table.columns, line.cells, strict=True):
            value = row.figures.get(metric.key)
            if number(value) and metric.key != NO_ROWS:
                assert cell.rows, f"{table.key} {row.name}: {metric.key} opens nothing"
                yield metric.key, cell.rows, value


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(KPI_TABLES.keys() - {"funnel"}))
def test_every_number_of_every_table_has_its_rows(
    clinic: ReferenceCase, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 3)
    seen = 0
    for whole in numbers_of(clinic):
        for metric, query, value in cells(KPI_TABLES[key](whole)):
            asked, numbers = opened(query, whole.window)
            figures = asked_figures(asked, numbers).figures
            assert number(figures[asked.metric]) == number(value)
            if asked.parts:
                state = PageState(
                    RangeChoice(numbers.window.period, "custom"), numbers.basis
                )
                assert len(read_rows_page(asked, state, numbers, None).parts) == 2
            elif not metric.endswith(MIDDLES):
                assert said(asked, numbers) == as_integer(value), (key, query)
            else:
                assert all_rows(asked, numbers)
            seen += 1
    assert seen


@pytest.mark.parametrize("metric", PERIOD_QUESTIONS)
def test_every_number_of_a_period_has_its_rows(
    clinic: ReferenceCase, metric: str
) -> None:
    for numbers in numbers_of(clinic):
        if numbers.basis == Basis.PERIOD:
            figure = as_integer(numbers.figures[metric])
            assert said(MetricRef(metric), numbers) == figure


@pytest.mark.parametrize("metric", COHORT_QUESTIONS)
def test_every_number_of_a_cohort_has_its_rows(
    clinic: ReferenceCase, metric: str
) -> None:
    for numbers in numbers_of(clinic):
        if numbers.basis == Basis.COHORT:
            figure = as_integer(numbers.figures[metric])
            assert said(MetricRef(metric), numbers) == figure


@pytest.mark.parametrize("by", ["", "campaign", "platform"])
def test_spend_is_what_its_campaigns_cost_month_by_month(
    clinic: ReferenceCase, by: str
) -> None:
    for numbers in numbers_of(clinic):
        for row in numbers.by(by).rows if by else [None]:
            figures = row.figures if row else numbers.figures
            asked = MetricRef("spend_cents", by, row.id if row else None)
            assert said(asked, numbers) == figures["spend_cents"]


@pytest.mark.parametrize("metric", metric_ref.QUOTIENTS)
def test_a_quotient_names_the_two_numbers_it_is_made_of(
    clinic: ReferenceCase, metric: str
) -> None:
    for numbers in numbers_of(clinic):
        if metric not in numbers.figures or numbers.figures[metric] is None:
            continue
        above, below = MetricRef(metric).parts or ("", "")
        value = number(numbers.figures[metric])
        exact = number(numbers.figures[above]) / number(numbers.figures[below])
        if metric == "roi_attributed":
            exact -= 1
        assert value is not None
        assert abs(exact - value) <= (0.5 if metric.endswith("_cents") else 0)


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def whole(money: str) -> str:
    """A table writes cents in all of a column, a heading only where there are some."""
    return money.removesuffix(".00")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "basis"),
    [("", "period"), ("", "cohort"), *((part, "period") for part in PAGE_PARTS)],
)
def test_every_link_opens_as_many_rows_as_it_says(
    browser: Client, clinic: ReferenceCase, part: str, basis: str
) -> None:
    html = browser.get(f"/kpis/?{MARCH}&part={part}&basis={basis}").content.decode()
    links = re.findall(r'href="/kpis/rows/\?([^"]+)"[^>]*>([^<]+)</a>', html)
    assert len(links) > 6
    for query, words in set(links):
        page = browser.get(f"/kpis/rows/?{unescape(query)}").content.decode()
        # Of a card's "4 of 12" the rows are the four.
        said = re.search("data-number>([^<]+)<", page)
        assert said and said[1] in (words.partition(" of ")[0], whole(words)), query
        if said[1].isdigit():
            assert page.count('<th class="who" scope="row">') == int(said[1]), query


def test_more_than_a_page_goes_on(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 2)
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
    [
        "",
        "rows=cost",
        "rows=leads&by=shoe",
        "rows=n&by=speed",
        "rows=spend_cents&by=tag",
    ],
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
    assert address(period, Basis.PERIOD, MetricRef("leads"), 0) == ""
    assert address(period, Basis.PERIOD, MetricRef("mature_days"), 5) == ""
    assert read_metric({"rows": "leads", "key": ""}, Basis.PERIOD) == MetricRef("leads")
