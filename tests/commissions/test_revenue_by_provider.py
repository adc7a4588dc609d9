"""Revenue by provider on the KPI page: parts of payments that add up to the card."""

import pytest

from commissions.kpi_table import (
    by_provider,
    revenue_from_rollups,
    revenue_from_rows,
)
from commissions.models import Credit
from kpis.choices import Kind
from kpis.metrics.definitions import Basis
from kpis.metrics.display import as_integer
from kpis.models import DaySum, KpiEvent
from kpis.queries.numbers import KpiData
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.verify import check
from tests.factories import CreditFactory, ProviderFactory
from tests.kpis import edges
from tests.kpis.edges import window
from tests.kpis.test_drill import cells, opened, said

BASES = (Basis.PERIOD, Basis.COHORT)


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    """Ode and Rae share what `first` paid; Ode alone has what `last` paid."""
    edges.load()
    ode, rae = (
        ProviderFactory(id=f"P-{name}", name=name) for name in ("Dr. Ode", "Rae")
    )
    for payment in KpiEvent.objects.filter(kind=Kind.INVOICE_PAID, lead="first"):
        CreditFactory(kpi_event=payment, provider=ode, share_bps=3333)
        CreditFactory(kpi_event=payment, provider=rae, share_bps=3334)
    last = KpiEvent.objects.get(kind=Kind.INVOICE_PAID, lead="last")
    CreditFactory(kpi_event=last, provider=ode, share_bps=10_000)


def amounts(basis: Basis = Basis.PERIOD) -> dict[str, list[int]]:
    return {
        row.name: [as_integer(figure) for figure in row.figures.values()]
        for row in by_provider(KpiData(window(), basis)).rows
    }


def test_each_share_counts_and_a_refund_follows_its_payment() -> None:
    # `first` paid 100, 200, 400 and 800 cents in March and got back 7 of the first.
    ode, rae = [33, 67, 133, 267], [34, 66, 134, 266]
    assert amounts() == {
        "Rae": [sum(rae), -3, sum(rae) - 3],
        "Dr. Ode": [sum(ode) + 32, -2, sum(ode) + 30],
        "Not credited": [33 + 67 + 133 + 267 + 2 + 4, -2 - 1, 506 - 3],
    }


@pytest.mark.parametrize("basis", BASES)
def test_the_rows_add_up_to_the_card(basis: Basis) -> None:
    table = by_provider(KpiData(window(), basis))
    assert table.total
    for metric in table.columns:
        figures = [as_integer(row.figures[metric.key]) for row in table.rows]
        assert sum(figures) == as_integer(table.total.figures[metric.key]), metric.key


@pytest.mark.parametrize("basis", BASES)
def test_every_amount_opens_the_payments_behind_it(basis: Basis) -> None:
    numbers = KpiData(window(), basis)
    table = by_provider(numbers)
    seen = set()
    for _, query, value in cells(table):
        asked, found = opened(query, window())
        assert said(asked, found) == as_integer(value), query
        seen.add(asked.key)
    assert {row.id for row in table.rows} <= seen


def test_a_provider_who_left_keeps_their_row() -> None:
    ProviderFactory._meta.model.objects.get(name="Rae").delete()
    assert "Rae (archived)" in amounts()


@pytest.mark.parametrize("basis", BASES)
def test_totals_follow_every_change_of_a_credit(basis: Basis) -> None:
    rebuild_rollups(edges.ZONE.key)
    last = Credit.objects.get(kpi_event__lead="last")
    others = Credit.objects.filter(kpi_event__lead="first")

    def change_share() -> None:
        last.share_bps = 4000
        last.save()

    for change in (
        lambda: None,
        change_share,
        lambda: others.filter(provider="P-Rae").delete(),
        lambda: others.delete(),
        lambda: KpiEvent.objects.filter(lead="last").update(deleted_at=edges.AS_OF),
    ):
        change()
        assert refresh_rollups(edges.ZONE.key)
        found = revenue_from_rollups(window(), basis)
        assert found == revenue_from_rows(window(), basis)
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["gross_cents", "cohort_refunds_cents"])
def test_a_wrong_total_of_a_provider_is_found(measure: str) -> None:
    rebuild_rollups(edges.ZONE.key)
    assert [one.wrong for one in check() if one.wrong] == []
    DaySum.objects.filter(dimension="payee").update(**{measure: 7})
    wrong = {name for one in check() for name in one.wrong}
    assert wrong == {"revenue by provider"}
