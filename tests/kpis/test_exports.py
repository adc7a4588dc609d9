"""KPI tables as CSV and JSON: exact figures, and no cell that a spreadsheet runs."""

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from kpis.metrics.definitions import Unit
from kpis.metrics.figures import RateShare, Ratio
from kpis.page.exports import cell, exact_figure
from medspa.models import User
from medspa.web.csv import without_formula
from tests import factories


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_looks_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert without_formula(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("text", ["", "Google", "a=b", " =1", "'=1", "1-2", "\n=1"])
def test_other_names_are_left_alone(text: str) -> None:
    assert without_formula(text) == text


def csv_of(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/kpis/?range=30d&{query}")
    assert answer.status_code == 200
    chunks: Iterable[bytes] = answer.streaming_content  # type: ignore[attr-defined]
    return list(csv.DictReader(b"".join(chunks).decode("utf-8-sig").splitlines()))


@pytest.mark.django_db
def test_a_campaign_named_like_a_formula_is_harmless_in_its_file(
    manager: User, client: Client
) -> None:
    campaign = factories.CampaignFactory(name='=HYPERLINK("http://x")')
    factories.LeadFactory(campaign=campaign, admitted=True)
    client.force_login(manager)
    names = [row["Campaign"] for row in csv_of(client, "export=campaign")]
    assert '\'=HYPERLINK("http://x")' in names
    data = client.get("/kpis/?range=30d&export=campaign&format=json").json()
    assert '=HYPERLINK("http://x")' in [row["name"] for row in data["rows"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (123_456, "123456"),
        (-5, "-5"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(6, 2), "3"),
        (RateShare(1, 4, None, None), "0.25"),
        (RateShare(4, 4, None, None), "1"),
        (Ratio(10, 4), "2.5"),
    ],
)
def test_a_figure_is_written_exactly(value: Any, text: str) -> None:
    written = exact_figure(value)
    assert (None if written is None else Fraction(str(written))) == (
        Fraction(text) if text else None
    )


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (None, Unit.CENTS, None),
        (123_456, Unit.CENTS, Decimal("1234.56")),
        (-5, Unit.CENTS, Decimal("-0.05")),
        (Fraction(100, 3), Unit.CENTS, Decimal("0.33")),
        (RateShare(1, 3, None, None), Unit.RATE, 33.333333),
        (RateShare(1, 4, None, None), Unit.RATE, 25),
        (Ratio(10, 4), Unit.RATIO, 2.5),
        (90, Unit.SECONDS, 90),
        (7, Unit.COUNT, 7),
    ],
)
def test_a_cell_is_what_a_spreadsheet_calculates_with(
    value: Any, unit: Unit, written: Any
) -> None:
    assert cell(value, unit) == written


@pytest.mark.django_db
def test_a_file_is_headed_as_its_page(manager: User, client: Client) -> None:
    factories.LeadFactory(source="google", admitted=True)
    client.force_login(manager)
    (row, _) = csv_of(client, "export=source")
    assert (row["Source"], row["Leads"]) == ("Google", "1")
    assert (row["Net revenue ($)"], row["Leads → booked (%)"]) == ("0.00", "0.0")


@pytest.mark.django_db
def test_the_file_of_a_table_says_what_it_is(manager: User, client: Client) -> None:
    factories.LeadFactory(source="google", admitted=True)
    client.force_login(manager)
    query = "/kpis/?from=2026-03-01&to=2026-03-31&export=source&format=json"
    data = client.get(query).json()
    assert (data["table"], data["basis"]) == ("source", "period")
    assert (data["from"], data["to"]) == (
        date(2026, 3, 1).isoformat(),
        date(2026, 3, 31).isoformat(),
    )
    assert set(data) == {
        *("table", "title", "basis", "from", "to", "note", "columns", "rows")
    }
    assert set(data["columns"][0]) == {"key", "label", "unit", "formula", "better"}
    keys = {column["key"] for column in data["columns"]}
    assert all(set(row) == {"id", "name", *keys} for row in data["rows"])
