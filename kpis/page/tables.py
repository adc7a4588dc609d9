"""The tables of the KPI page, which are also its files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kpis.extension_points import person_tables
from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric
from kpis.metrics.display import Value
from kpis.metrics.figures import Figures, RateShare, total_row
from kpis.page.people_tables import by_hour, by_month, drop_off
from kpis.page.speed_tables import speed, speed_by_assigned
from kpis.page.table import KpiTable
from kpis.period import Period
from kpis.queries import forecast, trend
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.durations import StageDurations
from kpis.queries.numbers import KpiData
from kpis.queries.tags import NOTE
from medspa.formats import format_month
from medspa.months import month_of

BREAKDOWN_COLUMNS = {
    "campaign": (
        "spend_cents",
        "leads",
        "booked_leads",
        "shown_leads",
        "new_customers",
        "net_revenue_cents",
        "cpl_cents",
        "cac_cents",
        "roas",
    ),
    "source": (
        "leads",
        "booked_leads",
        "shown_leads",
        "new_customers",
        "net_revenue_cents",
        "revenue_per_lead_cents",
        "lead_to_booked",
        "show_rate",
    ),
}
WITH_SPEND = ("campaign", "platform")
BREAKDOWN_COLUMNS["platform"] = BREAKDOWN_COLUMNS["campaign"]
for _by in ("procedure", "tag", "assigned"):
    BREAKDOWN_COLUMNS[_by] = BREAKDOWN_COLUMNS["source"]
ASSIGNED_NOTE = (
    "Each lead counts for the person it is assigned to now, with everything it booked "
    "and paid."
)


def by_campaign(numbers: KpiData) -> KpiTable:
    return _breakdown(numbers, "campaign", "By campaign", "Campaign")


def by_platform(numbers: KpiData) -> KpiTable:
    return _breakdown(numbers, "platform", "By ad platform", "Platform")


def by_source(numbers: KpiData) -> KpiTable:
    return _breakdown(numbers, "source", "By source", "Source")


def by_procedure(numbers: KpiData) -> KpiTable:
    return _breakdown(numbers, "procedure", "By procedure", "Procedure")


def by_tag(numbers: KpiData) -> KpiTable:
    table = _breakdown(numbers, "tag", "By tag", "Tag")
    return replace(table, note=NOTE)


def by_assigned(numbers: KpiData) -> KpiTable:
    table = _breakdown(
        numbers,
        "assigned",
        "By assigned person",
        "Assigned to",
        numbers.of_everybody,
    )
    return replace(table, note=ASSIGNED_NOTE)


def _breakdown(
    numbers: KpiData,
    by: str,
    title: str,
    first_column: str,
    whole: Figures | None = None,
) -> KpiTable:
    """`whole` are the figures of the last row, where the rows know them themselves."""
    columns = [definitions.PERIOD[key] for key in BREAKDOWN_COLUMNS[by]]
    return KpiTable(
        by,
        title,
        first_column,
        numbers.basis,
        columns,
        sorted(_without_empty_rows(numbers.by(by), columns), key=_biggest_first),
        Row(None, "All", whole or total_row(numbers.figures)),
        numbers.window.period,
    )


def _without_empty_rows(rows: Breakdown, columns: Sequence[Metric]) -> Iterator[Row]:
    """Clicks without a lead make a row of zeros in tables that don't show clicks."""
    return (
        row
        for row in rows.rows
        if rows.by in WITH_SPEND or any(row.figures[metric.key] for metric in columns)
    )


def _biggest_first(row: Row) -> tuple[bool, int, int, str]:
    """By spend, then by leads; the row without a campaign or source comes last."""
    spend, leads = row.figures["spend_cents"], row.figures["leads"]
    assert isinstance(spend, int) and isinstance(leads, int)  # noqa: S101
    return row.id is None, -spend, -leads, row.name


def consults(numbers: KpiData) -> KpiTable:
    due = numbers.consults
    figures = {
        "due": due.due,
        "held": due.held,
        "no_show": due.no_show,
        "show_rate": due.show_rate,
        "no_show_rate": due.no_show_rate,
        "undated": numbers.undated_bookings.bookings,
    }
    return KpiTable(
        "consults",
        "Consults due",
        "Consults",
        Basis.PERIOD,
        list(definitions.CONSULTS.values()),
        [Row(None, "Scheduled in the range", figures)],
        period=numbers.window.period,
        note=_unreadable_note(len(numbers.undated_bookings.unreadable)),
    )


def _unreadable_note(count: int) -> str:
    if not count:
        return ""
    bookings = "1 booking has" if count == 1 else f"{count:,} bookings have"
    return f"{bookings} an unreadable date; see the log."


def time_in_stage(numbers: KpiData) -> KpiTable:
    return stage_table(
        numbers.ended_stage_periods, numbers.open_stage_periods, numbers.window.period
    )


def stage_table(
    left: Sequence[StageDurations], still_in: Sequence[StageDurations], period: Period
) -> KpiTable:
    """How long leads were in the stages they left, and are in the stage they are in."""
    ended = {stage.place: stage for stage in left}
    ageing = {stage.place: stage for stage in still_in}
    rows = [
        _stage_row(ended.get(place), ageing.get(place))
        for place in sorted(ended | ageing)
    ]
    return KpiTable(
        "stages",
        "Time in stage",
        "Stage",
        Basis.PERIOD,
        list(definitions.STAGES.values()),
        rows,
        period=period,
    )


def _stage_row(left: StageDurations | None, still_in: StageDurations | None) -> Row:
    known = left or still_in
    assert known  # noqa: S101
    return Row(
        known.place[2],
        known.stage,
        {
            "n": left.n if left else 0,
            "mean_seconds": left.mean_seconds if left else None,
            "median_seconds": left.median_seconds if left else None,
            "ageing": still_in.n if still_in else 0,
            "ageing_median_seconds": still_in.median_seconds if still_in else None,
        },
    )


def forecast_table(numbers: KpiData) -> KpiTable:
    months = numbers.forecast
    this_month = month_of(numbers.window.today)
    rows = [
        Row(
            f"{month.month:%Y-%m}" if month.month else None,
            f"{format_month(month.month)}" if month.month else "No date",
            _forecast_figures(month),
            "overdue" if month.month and month.month < this_month else "",
        )
        for month in months
    ]
    return KpiTable(
        "forecast",
        "Forecast",
        "Expected in",
        Basis.NOW,
        list(definitions.FORECAST.values()),
        rows,
        Row("all", "All", _forecast_figures(forecast.all_months(months))),
        numbers.window.period,
    )


def _forecast_figures(month: forecast.Expected) -> dict[str, Value]:
    return {
        "open_count": month.count,
        "open_value_cents": month.value_cents,
        "weighted_cents": month.weighted_cents,
        "overdue_count": month.overdue,
    }


def trend_table(numbers: KpiData) -> KpiTable:
    """The numbers that the charts of the trend show."""
    steps = numbers.trend
    rows = [
        Row(
            str(step.period.first),
            step.period.label,
            {key: getattr(step, key) for key in definitions.TREND},
            period=step.period,
        )
        for step in steps
    ]
    name = trend.step_name(numbers.window.period)
    return KpiTable(
        "trend",
        f"Trend by {name}",
        name.capitalize(),
        Basis.PERIOD,
        list(definitions.TREND.values()),
        rows,
        Row(None, "All", dict(trend.totals(steps))),
        numbers.window.period,
    )


def funnel(numbers: KpiData) -> KpiTable:
    """How far the leads of the range got; each rate names what it is of."""
    steps = {
        "Leads": ("leads", None),
        "Booked, of leads": ("booked", "lead_to_booked"),
        "Showed, of booked": ("shown", "booked_to_shown"),
        "Showed and paid, of showed": ("shown_and_won", "shown_to_won"),
        "Paid, of leads": ("won", "lead_to_won"),
    }
    rows = []
    for name, (people, rate) in steps.items():
        share = numbers.cohort[rate] if rate else None
        figures: dict[str, Value] = {"people": numbers.cohort[people]}
        if isinstance(share, RateShare):
            figures |= {
                "rate": share,
                "k": share.k,
                "n": share.n,
                "low": share.low,
                "high": share.high,
            }
        rows.append(Row(people, name, figures))
    return KpiTable(
        "funnel",
        "Funnel",
        "Step",
        Basis.COHORT,
        list(definitions.FUNNEL.values()),
        rows,
    )


# The tables by their name in `?export=`.
KPI_TABLES: dict[str, Callable[[KpiData], KpiTable]] = {
    "campaign": by_campaign,
    "platform": by_platform,
    "source": by_source,
    "procedure": by_procedure,
    "tag": by_tag,
    "assigned": by_assigned,
    "assigned_speed": speed_by_assigned,
    "cohorts": by_month,
    "leaks": drop_off,
    "arrivals": by_hour,
    "consults": consults,
    "speed": speed,
    "stages": time_in_stage,
    "forecast": forecast_table,
    "trend": trend_table,
    "funnel": funnel,
}


def builder_of(key: str) -> Callable[[KpiData], KpiTable] | None:
    """What builds the table `key`, also one of an app above; None if there is none."""
    if table := person_tables.get(key):
        return table.build
    return KPI_TABLES.get(key)
