"""Revenue by provider on the KPI page: each payment split as it is credited."""

from collections.abc import Callable

from commissions.models import Provider
from kpis.choices import MONEY_KINDS
from kpis.drill.questions import RowQuestion
from kpis.extension_points import PersonTable, Read
from kpis.metrics.definitions import PROVIDER_REVENUE, Basis
from kpis.metrics.display import as_integer
from kpis.metrics.sql import FRAGMENTS
from kpis.models.rollup import Dimension
from kpis.page.table import KpiTable
from kpis.period import Window
from kpis.queries.breakdown import Row
from kpis.queries.database import rows
from kpis.queries.numbers import KpiData
from kpis.rollups import reading
from medspa.postgres.sql_files import sql

KEY = "provider"
NOT_CREDITED = "Not credited"
PROVIDER_NOTE = (
    "A payment counts for the providers it is credited to, each with their share; a "
    "refund follows its payment."
)
PAID, REFUNDED = MONEY_KINDS
KINDS = {
    "gross_collected_cents": (PAID,),
    "refunds_cents": (REFUNDED,),
    "net_revenue_cents": MONEY_KINDS,
}


def _query(name: str, **more: str) -> str:
    return sql("commissions", "revenue", name).format(**FRAGMENTS, **more)


PART = _query("part")
WHICH = {Basis.PERIOD: _query("of_period"), Basis.COHORT: _query("of_cohort")}
SORTED_AT = {Basis.PERIOD: "event.occurred_at", Basis.COHORT: "lead.created_at"}


# The parts of what some leads paid, for the rollups.
PARTS = _query("parts", part=PART, money=_query("happened"))
# Provider id → gross and refunds in cents, which are negative.
Revenue = dict[str, tuple[int, int]]


def _by_provider(basis: Basis) -> str:
    credited = _query("credited", joined="", which=WHICH[basis])
    money = _query("money", credited=credited)
    return _query("by_provider", parts=_query("parts", part=PART, money=money))


BY_PROVIDER = {basis: _by_provider(basis) for basis in WHICH}


def _shared(basis: Basis) -> str:
    joined = _query("joined_shares", part=PART)
    return _query("credited", joined=joined, which=WHICH[basis])


def by_provider(numbers: KpiData) -> KpiTable:
    return KpiTable(
        KEY,
        "Revenue by provider",
        "Provider",
        numbers.basis,
        list(PROVIDER_REVENUE.values()),
        _rows(numbers),
        Row(None, "All", {key: numbers.of_everybody[key] for key in PROVIDER_REVENUE}),
        numbers.window.period,
        note=PROVIDER_NOTE,
    )


def _rows(numbers: KpiData) -> list[Row]:
    """The largest net revenue first; what is credited to nobody comes last."""
    found = _revenue(numbers)
    names = _names()
    largest = sorted(found, key=lambda provider: (-sum(found[provider]), provider))
    shares = [_row(provider, names[provider], *found[provider]) for provider in largest]
    rest = [
        as_integer(numbers.of_everybody[key]) - sum(amounts)
        for key, amounts in zip(
            ("gross_collected_cents", "refunds_cents"),
            zip(*found.values(), strict=True) if found else ((), ()),
            strict=True,
        )
    ]
    shares.append(_row(None, NOT_CREDITED, *rest))
    return [row for row in shares if any(row.figures.values())]


def _revenue(numbers: KpiData) -> Revenue:
    fresh = numbers.freshness
    is_cohort = numbers.basis == Basis.COHORT
    if fresh.for_cohort if is_cohort else fresh.for_period:
        return revenue_from_rollups(numbers.window, numbers.basis)
    return revenue_from_rows(numbers.window, numbers.basis)


def revenue_from_rollups(window: Window, basis: Basis) -> Revenue:
    """From the rollups, which have to be fresh."""
    ask = reading.cohort_rows if basis == Basis.COHORT else reading.period_rows
    found = ask(window.period, Dimension.CREDITED, reading.BY_KEY)
    return _without_nothing(
        {
            row["key"]: (row["gross_collected_cents"], -row["refunds_cents"])
            for row in found
        }
    )


def revenue_from_rows(window: Window, basis: Basis) -> Revenue:
    """The same, counted from payments and credits themselves."""
    found = rows(BY_PROVIDER[basis], window)
    return _without_nothing(
        {row["provider_id"]: (row["gross"], row["refunds"]) for row in found}
    )


def _without_nothing(revenue: Revenue) -> Revenue:
    return {provider: amounts for provider, amounts in revenue.items() if any(amounts)}


def _row(provider: str | None, name: str, gross: int, refunds: int) -> Row:
    figures = {
        "gross_collected_cents": gross,
        "refunds_cents": refunds,
        "net_revenue_cents": gross + refunds,
    }
    return Row(provider, name, figures)


def _names() -> dict[str, str]:
    return {
        provider.pk: f"{provider} (archived)" if provider.is_deleted else str(provider)
        for provider in Provider.all_objects.all()
    }


def question(metric: str, basis: Basis) -> RowQuestion | None:
    if metric not in KINDS:
        return None
    text = _query("rows", credited=_shared(basis), sorted_at=SORTED_AT[basis])
    return RowQuestion(text, kinds=KINDS[metric])


REVENUE_BY_PROVIDER = PersonTable("Provider", PROVIDER_REVENUE, by_provider, question)


def _on_both_bases(read: Callable[[Window, Basis], Revenue]) -> Read:
    return lambda window: [read(window, basis) for basis in WHICH]


COMPARED = (
    "revenue by provider",
    _on_both_bases(revenue_from_rollups),
    _on_both_bases(revenue_from_rows),
)
