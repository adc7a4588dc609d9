"""Statements as files: every column by hand, and no cell that a spreadsheet runs."""

import csv
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Statement
from commissions.statements.calculate import run_month
from commissions.statements.exports import (
    as_json,
    line_rows,
    month_rows,
)
from commissions.statements.lines import line_views
from medspa import clock
from medspa.accounts.sessions import PROVED
from medspa.models import AuditEvent, User
from medspa.web.csv import csv_lines, without_formula
from tests.commissions.clinic import (
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    refund,
    statement_of,
)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_words_that_look_like_a_formula_get_an_apostrophe(sign: str) -> None:
    assert without_formula(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize(
    "cell", ["", "Ana RN", "a=b", " =1", "'=1", "\n=1", -5, 0, None, date(2026, 3, 1)]
)
def test_other_cells_and_negative_numbers_are_left_alone(cell: Any) -> None:
    assert without_formula(cell) == cell


def test_rows_are_handed_on_line_by_line() -> None:
    rows = iter([["a", "-b"], [1, -2]])
    lines = csv_lines(rows)
    assert next(lines) == "a,'-b\r\n"
    assert list(rows) == [[1, -2]], "the second row was not asked for yet"


@pytest.fixture
def statements(manager: User) -> tuple[Statement, Statement]:
    """March with a sale; April with a correction of March and a refund."""
    ana = hire("=Ana")
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_050, day=10)
    close(date(2026, 3, 1), manager)
    refund(sale, 20_000, date(2026, 4, 1), day=12)
    pay(ana, 30_000, day=11)
    close(date(2026, 4, 1), manager)
    return statement_of(ana), statement_of(ana, date(2026, 4, 1))


def read(lines: Any) -> list[dict[str, str]]:
    return list(csv.DictReader("".join(lines).splitlines()))


@pytest.mark.django_db
def test_a_month_as_a_file(statements: tuple[Statement, Statement]) -> None:
    march, april = read(csv_lines(month_rows(statements)))
    assert march == {
        "Month": "2026-03",
        "Provider": "'=Ana",
        "Status": "Locked",
        "Revision": "1",
        "Earned ($)": "100.05",
        "Adjustments ($)": "0.00",
        "Opening ($)": "0.00",
        "Payable ($)": "100.05",
        "Closing ($)": "0.00",
        "Draw balance ($)": "0.00",
    }
    assert (april["Month"], april["Earned ($)"]) == ("2026-04", "-20.00")
    assert (april["Adjustments ($)"], april["Payable ($)"]) == ("30.00", "10.00")


@pytest.mark.django_db
def test_a_statement_as_a_file(statements: tuple[Statement, Statement]) -> None:
    march, april = statements
    (sale,) = read(csv_lines(line_rows(line_views(march.lines.all()))))
    stored = march.lines.get()
    assert (sale["Line"], sale["Date"]) == ("1", "2026-03-10")
    assert (sale["Base ($)"], sale["Amount ($)"]) == ("1000.50", "100.05")
    assert (sale["Event ID"], sale["Corrects"]) == (stored.event_id, "")
    assert sale["Rule version"] == "1"
    assert "10" in sale["Rule"]
    assert sale["Calculation"]
    lines = read(csv_lines(line_rows(line_views(april.lines.all()))))
    assert sorted((row["Corrects"], row["Amount ($)"]) for row in lines) == [
        ("", "-20.00"),
        ("2026-03", "30.00"),
    ]


@pytest.mark.django_db
def test_shares_are_written_to_the_hundredth() -> None:
    """Of a line, and of a payment under one."""
    ana = hire()
    agree(ana, TEN_PERCENT)
    bonus = {"type": "bonus", "event": "invoice_paid", "threshold_cents": 10}
    agree(ana, {**bonus, "amount_cents": 700})
    sale = pay(ana, 30_000, share=3_333)
    run_month(date(2026, 3, 1))
    lines = statement_of(ana).lines.all()
    rows = read(csv_lines(line_rows(line_views(lines))))
    assert [(row["Event ID"], row["Share (%)"]) for row in rows if row["Event ID"]] == [
        (sale.pk, "33.33")
    ] * 2


@pytest.mark.django_db
def test_a_file_has_the_name_of_its_month_and_provider(
    statements: tuple[Statement, Statement], manager: User, client: Client
) -> None:
    client.force_login(manager)
    for form in ("csv", "pdf"):
        answer = client.get(reverse(f"statement_{form}", args=[statements[1].pk]))
        assert answer["Content-Disposition"] == (
            f'attachment; filename="commissions_2026-04_ana.{form}"'
        )


@pytest.mark.django_db
def test_a_statement_as_json(statements: tuple[Statement, Statement]) -> None:
    march, april = statements
    data = as_json(march, march.lines.all())
    line = march.lines.get()
    assert data == {
        "provider": march.provider_id,
        "provider_name": "=Ana",
        "period": "2026-03",
        "revision": 1,
        "status": "locked",
        "lines_cents": 10_005,
        "adjustments_cents": 0,
        "opening_cents": 0,
        "payable_cents": 10_005,
        "closing_cents": 0,
        "draw_opening_cents": 0,
        "draw_topup_cents": 0,
        "draw_recovered_cents": 0,
        "draw_balance_cents": 0,
        "lines": [
            {
                "rule": line.rule_id,
                "event": line.event_id,
                "base_cents": 100_050,
                "exact": "10005",
                "amount_cents": 10_005,
                "note": line.engine_line.note,
                "corrects_statement": None,
                "payments": [],
            }
        ],
    }
    corrected = [
        line["corrects_statement"]
        for line in as_json(april, april.lines.all())["lines"]
    ]
    assert sorted(map(str, corrected)) == sorted([march.pk, "None"])


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_only_a_file_that_is_given_is_recorded_as_downloaded(
    form: str,
    statements: tuple[Statement, Statement],
    manager: User,
    client: Client,
) -> None:
    """Who has not confirmed their password for long is asked for it first."""
    client.force_login(manager)
    address = reverse(f"statement_{form}", args=[statements[0].pk])
    recorded = AuditEvent.objects.filter(kind="downloaded")

    def is_given(confirmed_at: str) -> bool:
        session = client.session
        session[PROVED] = confirmed_at
        session.save()
        return client.get(address).has_header("Content-Disposition")

    just_now, an_hour_ago = clock.now(), clock.now() - timedelta(hours=1)
    assert not is_given(an_hour_ago.isoformat())
    assert not recorded.exists()
    assert is_given(just_now.isoformat())
    assert recorded.count() == 1
