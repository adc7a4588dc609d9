"""Tables that follow the leads created in a range: by month, by step, by hour."""

from datetime import timedelta

from kpis.metrics import definitions
from kpis.metrics.definitions import MATURITIES, Basis
from kpis.metrics.display import Value
from kpis.metrics.steps import STEPS
from kpis.page.table import KpiTable
from kpis.period import Period
from kpis.queries.breakdown import Row
from kpis.queries.cohorts import Cohort
from kpis.queries.drop_off import ALL_STEPS, DropOffStep
from kpis.queries.leads_by_hour import LeadsOfHour
from kpis.queries.numbers import KpiData
from medspa.formats import format_month


def by_month(numbers: KpiData) -> KpiTable:
    rows = [_month_row(cohort) for cohort in numbers.cohorts]
    return KpiTable(
        "cohorts",
        "Cohorts by month",
        "Created in",
        Basis.COHORT,
        list(definitions.COHORTS.values()),
        rows,
        period=numbers.window.period,
        note=(
            "Net revenue in the first days after each lead's creation. “so far” means "
            "not all of these leads are that old yet, so the amount can still change."
        ),
    )


def _month_row(cohort: Cohort) -> Row:
    first, last = cohort.period.first, cohort.period.last
    is_whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    name = f"{format_month(first)}" if is_whole else cohort.period.label
    figures: dict[str, Value] = {
        "leads": cohort.leads,
        "new_customers": cohort.new_customers,
        "net_revenue_cents": cohort.net_revenue_cents,
        "mature_days": cohort.mature_days,
    }
    for days in MATURITIES:
        figures[f"revenue_{days}_cents"] = cohort.after(days)
    return Row(f"{first:%Y-%m}", name, figures, period=cohort.period)


def drop_off(numbers: KpiData) -> KpiTable:
    return drop_off_table(numbers.drop_off_steps, numbers.window.period)


def drop_off_table(found: list[DropOffStep], period: Period) -> KpiTable:
    return KpiTable(
        "leaks",
        "Drop-off",
        "Step",
        Basis.COHORT,
        list(definitions.LEAKS.values()),
        [_drop_off_row(leak) for leak in found],
        _drop_off_total(found),
        period,
        note=(
            "Leads created in this period, as far as they have gotten. Each "
            "lead who hasn't paid drops off at exactly one step."
        ),
    )


def _drop_off_row(leak: DropOffStep) -> Row:
    figures = {key: getattr(leak, key) for key in definitions.LEAKS}
    return Row(leak.step, STEPS[leak.step], figures)


def _drop_off_total(found: list[DropOffStep]) -> Row:
    """From lead to payment. Medians of different steps can't be added: it has none."""
    leads = found[0].reached
    lost = sum(leak.lost for leak in found)
    whole = DropOffStep(
        ALL_STEPS,
        leads,
        leads - lost,
        sum(leak.given_up for leak in found),
        sum(leak.lost_cents for leak in found),
    )
    figures = {key: getattr(whole, key) for key in definitions.LEAKS}
    return Row(ALL_STEPS, "Lead → paid", figures)


def by_hour(numbers: KpiData) -> KpiTable:
    return KpiTable(
        "arrivals",
        "Leads by hour",
        "Hour",
        Basis.COHORT,
        list(definitions.ARRIVALS.values()),
        [_hour_row(hour) for hour in numbers.arrivals],
        period=numbers.window.period,
        note=_hour_note(numbers.leads_without_hour),
    )


def _hour_note(count: int) -> str:
    if not count:
        return ""
    leads = "lead" if count == 1 else "leads"
    return f"{count:,} {leads} without a time of day not shown."


def _hour_row(hour: LeadsOfHour) -> Row:
    figures = {key: getattr(hour, key) for key in definitions.ARRIVALS}
    return Row(hour.key, hour.name, figures)
