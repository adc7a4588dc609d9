"""Every line opens the payments and refunds under it: on page, CSV and PDF."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from commissions.engine import LineSource
from commissions.models import Statement, StatementLine
from commissions.statements import page as pages
from commissions.statements.calculate import run_month
from commissions.statements.exports import line_rows
from commissions.statements.lines import line_views
from commissions.statements.page import SOURCES_SHOWN, read_line_sources
from commissions.statements.pdf import statement_as_pdf
from commissions.statements.sources import source_view
from kpis.models import KpiEvent
from medspa.models import User
from medspa.web.csv import csv_lines
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    agree,
    close,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
TIERS = {
    "type": "tiered",
    "event": "invoice_paid",
    "brackets": [
        {"up_to_cents": 1_000_000, "rate_bps": 800},
        {"up_to_cents": None, "rate_bps": 1000},
    ],
}


@pytest.fixture
def sales() -> list[KpiEvent]:
    """Two payments of March under a rule with tiers; half of the second is Ana's."""
    ana = hire("Ana RN")
    agree(ana, TIERS)
    return [pay(ana, 900_000, day=2), pay(ana, 1_200_000, day=3, share=5_000)]


@pytest.fixture
def march(sales: list[KpiEvent]) -> Statement:
    run_month(MARCH)
    return Statement.objects.get()


def under(line: StatementLine) -> list[tuple[str, int, int]]:
    return [tuple(each) for each in line.sources_json]


def test_the_brackets_of_a_month_name_its_payments_and_shares(
    march: Statement, sales: list[KpiEvent]
) -> None:
    first, second = march.lines.all()
    expected = [(sales[0].pk, 10_000, 900_000), (sales[1].pk, 5_000, 600_000)]
    assert under(first) == under(second) == expected


def test_the_page_shows_them(march: Statement, manager: User, client: Client) -> None:
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[march.pk])))
    assert "Payments and refunds (2)" in page
    assert "Payment of $12,000, Botox, 50% share" in page
    assert ">$6,000.00<" in page
    assert page.count(">Total (2)<") == page.count(">$15,000.00<") == 2


def test_many_have_a_page_of_their_own(manager: User, client: Client) -> None:
    ana = hire("Ana RN")
    agree(ana, TIERS)
    count = SOURCES_SHOWN + 1
    for number in range(count):
        pay(ana, 1_000 + number)
    run_month(MARCH)
    line = StatementLine.objects.get()
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[line.statement_id])))
    assert f"Show all {count}" in page
    total = f">${10 * count + sum(range(count)) / 100:.2f}<"
    assert f">Total ({count})<" in page
    assert total in page
    last = f">${10 + SOURCES_SHOWN / 100:.2f}<"
    assert last not in page
    whole = text_of(client.get(reverse("line_payments", args=[line.pk])))
    assert last in whole
    assert total in whole


def test_a_provider_opens_only_those_of_their_own_lines(
    march: Statement, provider: User, client: Client
) -> None:
    address = reverse("line_payments", args=[march.lines.all()[0].pk])
    client.force_login(provider)
    assert client.get(address).status_code == 403
    march.provider.user = provider
    march.provider.save()
    assert client.get(address).status_code == 200


def test_the_file_lists_them_below_their_line_without_amounts(
    march: Statement, sales: list[KpiEvent]
) -> None:
    lines = csv_lines(line_rows(line_views(march.lines.all())))
    rows = list(csv.DictReader("".join(lines).splitlines()))
    assert [row["Line"] for row in rows] == ["1", "1", "1", "2", "2", "2"]
    assert (
        rows[2]
        | {
            "Date": "2026-03-03",
            "Amount ($)": "",
            "Event ID": sales[1].pk,
            "Share (%)": "50",
            "Counted ($)": "6000.00",
        }
        == rows[2]
    )
    amounts = [Decimal(row["Amount ($)"] or 0) for row in rows]
    assert sum(amounts) * 100 == march.lines_cents


def test_what_refunds_change_names_the_refunds(
    march: Statement, sales: list[KpiEvent], manager: User, client: Client
) -> None:
    close(MARCH, manager)
    back = refund(sales[1], 400_000, APRIL)
    run_month(APRIL)
    (line,) = statement_of(march.provider, APRIL).lines.all()
    assert under(line) == [(back.pk, 5_000, -200_000)]
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[line.statement_id])))
    assert "Refund clawbacks for March 2026" in page
    assert "of $4,000, Botox, 50% share" in page


def test_a_correction_of_a_closed_month_names_what_made_it(
    march: Statement, sales: list[KpiEvent], manager: User
) -> None:
    close(MARCH, manager)
    late = pay(march.provider, 10_000, day=20)
    back = refund(sales[0], 50_000, MARCH)
    run_month(APRIL)
    (line,) = statement_of(march.provider, APRIL).lines.corrections()
    assert line.amount_cents == (10_000 - 50_000) // 10
    assert set(under(line)) == {(late.pk, 10_000, 10_000), (back.pk, 10_000, -50_000)}


def test_a_locked_statement_keeps_them_in_its_snapshot(
    march: Statement, manager: User
) -> None:
    close(MARCH, manager)
    march.refresh_from_db()
    line = march.lines.all()[0]
    assert march.snapshot_json["lines"][0]["sources"] == line.sources_json


@pytest.mark.parametrize(("cents", "what"), [(500, "Payment"), (-500, "Refund")])
def test_what_was_deleted_with_a_person_s_data_keeps_its_kind(
    cents: int, what: str
) -> None:
    view = source_view(LineSource("gone", 10_000, cents), {})
    assert (view.what, view.on, view.event, view.cents) == (what, None, None, cents)


def test_the_pdf_grows_by_them(march: Statement) -> None:
    with_payments = statement_as_pdf(march, line_views(march.lines.all()))
    without = statement_as_pdf(march, line_views(march.lines.all(), 0))
    assert len(with_payments) > len(without) + 100


def test_a_payment_has_the_clinic_s_day(sales: list[KpiEvent]) -> None:
    """By UTC the last evening of March is in April."""
    evening = datetime(2026, 4, 1, 1, tzinfo=UTC)
    KpiEvent.objects.filter(pk=sales[1].pk).update(occurred_at=evening)
    run_month(MARCH)
    shown = line_views(Statement.objects.get().lines.all())[0]
    assert [source.on for source in shown.sources] == [
        date(2026, 3, 2),
        date(2026, 3, 31),
    ]


def test_a_voided_payment_still_names_the_procedure_of_its_refund(
    march: Statement, sales: list[KpiEvent], manager: User
) -> None:
    close(MARCH, manager)
    back = refund(sales[1], 400_000, APRIL)
    close(APRIL, manager)
    for event in (back, sales[1]):
        event.delete()
    (shown,) = line_views(statement_of(march.provider, APRIL).lines.all())
    assert [source.procedure for source in shown.sources] == ["Botox"]


def test_each_page_of_payments_shows_its_own(
    march: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SOURCES_PER_PAGE", 1)
    line = march.lines.all()[0]
    shown = [read_line_sources(line, number).sources for number in ("1", "2")]
    assert [[source.cents for source in page] for page in shown] == [
        [900_000],
        [600_000],
    ]


def test_the_page_of_a_line_says_what_it_pays_and_how(
    march: Statement, manager: User, client: Client
) -> None:
    shown = line_views(march.lines.all())[0]
    client.force_login(manager)
    page = text_of(client.get(reverse("line_payments", args=[shown.line.pk])))
    assert shown.rule_sentence and shown.arithmetic
    assert f"{escape(shown.rule_sentence)}. {escape(shown.arithmetic)}</p>" in page


def test_one_payment_alone_has_no_total(manager: User, client: Client) -> None:
    ana = hire("Ana RN")
    agree(ana, TIERS)
    pay(ana, 900_000)
    run_month(MARCH)
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[statement_of(ana).pk])))
    assert "Payments and refunds (1)" in page
    assert "Total (" not in page
