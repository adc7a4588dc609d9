"""Revenue by provider on the KPI page: each payment split as it is credited."""

from commissions.models import Provider
from kpis.choices import MONEY_KINDS
from kpis.drill.questions import RowQuestion
from kpis.extension_points import PersonTable
from kpis.metrics.definitions import PROVIDER_REVENUE, Basis
from kpis.metrics.display import as_integer
from kpis.metrics.sql import FRAGMENTS
from kpis.page.table import KpiTable
from kpis.queries.breakdown import Row
from kpis.queries.database import rows
from kpis.queries.numbers import KpiData
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


# The payments and refunds that count, whoever is credited.
MONEY = {
    Basis.PERIOD: _query("money_of_period", which=WHICH[Basis.PERIOD]),
    Basis.COHORT: _query("credited", joined="", which=WHICH[Basis.COHORT]),
}


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
        Row(None, "All", {key: numbers.figures[key] for key in PROVIDER_REVENUE}),
        numbers.window.period,
        note=PROVIDER_NOTE,
    )


def _rows(numbers: KpiData) -> list[Row]:
    """The largest net revenue first; what is credited to nobody comes last."""
    text = _query("by_provider", part=PART, money=MONEY[numbers.basis])
    found = rows(text, numbers.window)
    found.sort(key=lambda row: (-row["gross"] - row["refunds"], row["provider_id"]))
    names = _names()
    shares = [
        _row(
            row["provider_id"], names[row["provider_id"]], row["gross"], row["refunds"]
        )
        for row in found
    ]
    rest = [
        as_integer(numbers.figures[f"{key}_cents"]) - sum(row[name] for row in found)
        for key, name in (("gross_collected", "gross"), ("refunds", "refunds"))
    ]
    shares.append(_row(None, NOT_CREDITED, *rest))
    return [row for row in shares if any(row.figures.values())]


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
