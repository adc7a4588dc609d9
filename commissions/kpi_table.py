"""Revenue by provider on the KPI page: each payment split as it is credited."""

from commissions.models import Provider
from kpis.choices import MONEY_KINDS
from kpis.drill.questions import RowQuestion
from kpis.extension_points import PersonTable
from kpis.metrics.definitions import PROVIDERS, Basis
from kpis.metrics.sql import FRAGMENTS
from kpis.page.table import KpiTable
from kpis.queries.breakdown import Row
from kpis.queries.database import rows
from kpis.queries.numbers import KpiData
from medspa.postgres.sql_files import sql

KEY = "provider"
NOT_CREDITED = "Not credited"
NOTE = (
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


SHARES = {
    Basis.PERIOD: _query("shares", which=_query("of_period")),
    Basis.COHORT: _query("shares", which=_query("of_cohort")),
}
SORTED_AT = {Basis.PERIOD: "occurred_at", Basis.COHORT: "created_at"}


def by_provider(numbers: KpiData) -> KpiTable:
    return KpiTable(
        KEY,
        "Revenue by provider",
        "Provider",
        numbers.basis,
        list(PROVIDERS.values()),
        _rows(numbers),
        Row(None, "All", {key: numbers.figures[key] for key in PROVIDERS}),
        numbers.window.period,
        note=NOTE,
    )


def _rows(numbers: KpiData) -> list[Row]:
    """The largest net revenue first; what is credited to nobody comes last."""
    found = rows(
        _query("by_provider", shares=SHARES[numbers.basis]),
        numbers.window,
    )
    names = _names()
    amounts = [(row["provider_id"], row["gross"], row["refunds"]) for row in found]
    amounts.sort(key=lambda row: (row[0] is None, -row[1] - row[2], row[0] or ""))
    return [
        Row(
            provider,
            names[provider] if provider else NOT_CREDITED,
            {
                "gross_collected_cents": gross,
                "refunds_cents": refunds,
                "net_revenue_cents": gross + refunds,
            },
        )
        for provider, gross, refunds in amounts
        if gross or refunds
    ]


def _names() -> dict[str, str]:
    return {
        provider.pk: f"{provider} (archived)" if provider.is_deleted else str(provider)
        for provider in Provider.all_objects.all()
    }


def question(metric: str, basis: Basis) -> RowQuestion | None:
    if metric not in KINDS:
        return None
    text = _query("rows", shares=SHARES[basis], sorted_at=SORTED_AT[basis])
    return RowQuestion(text, kinds=KINDS[metric])


REVENUE_BY_PROVIDER = PersonTable("Provider", PROVIDERS, by_provider, question)
