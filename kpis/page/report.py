"""The figures of a window as JSON: by the keys of their definitions."""

from collections.abc import Mapping, Sequence
from typing import Any

from kpis.metrics.definitions import Basis
from kpis.metrics.display import Value
from kpis.metrics.figures import RateShare, Ratio, SoFar
from kpis.page.people_tables import by_hour, by_month, drop_off
from kpis.page.table import KpiTable
from kpis.period import Window
from kpis.queries import durations, forecast
from kpis.queries.breakdown import Breakdown
from kpis.queries.numbers import KpiData
from medspa.money import round_half_away

CAMPAIGN_KEYS = (
    "spend_cents",
    "leads",
    "ad_clicks",
    "booked_leads",
    "shown_leads",
    "new_customers",
    "net_revenue_cents",
    "cpl_cents",
    "cac_cents",
    "roas",
)
BREAKDOWN_KEYS = (
    "leads",
    "ad_clicks",
    "booked_leads",
    "shown_leads",
    "new_customers",
    "net_revenue_cents",
    "revenue_per_lead_cents",
    "lead_to_booked",
    "show_rate",
)
# Clicks have no tags: tags are those of leads.
TAG_KEYS = tuple(key for key in BREAKDOWN_KEYS if key != "ad_clicks")
ROW_KEYS = {
    "campaign": CAMPAIGN_KEYS,
    "platform": CAMPAIGN_KEYS,
    "source": BREAKDOWN_KEYS,
    "procedure": BREAKDOWN_KEYS,
    "tag": TAG_KEYS,
}


def full_report(window: Window) -> dict[str, Any]:
    """All figures of the window, ready for JSON."""
    numbers = KpiData(window)
    return {
        **heading(window),
        "period": plain(numbers.figures),
        "cohort": plain(numbers.cohort),
        "scheduled": _scheduled(numbers.consults),
        "undated_bookings": numbers.undated_bookings.bookings,
        "spend_days": {
            "entered": numbers.spend.entered_days,
            "planned": numbers.spend.planned_days,
        },
        "speed_any": _speed(numbers.speeds["any"]),
        "speed_human": _speed(numbers.speeds["human"]),
        "speed_not_counted": numbers.speeds["any"].not_counted,
        "time_in_stage": _time_in_stage(numbers.ended_stage_periods),
        "by_campaign": rows_report(numbers.by("campaign")),
        "pipeline": _pipeline(numbers.forecast),
        "ageing": _ageing(numbers.open_stage_periods),
        "cohorts_by_month": _by_name(by_month(numbers)),
        "leaks": _by_name(drop_off(numbers)),
        "arrivals": _by_name(by_hour(numbers)),
    }


def heading(window: Window) -> dict[str, Any]:
    return {
        "from": str(window.period.first),
        "to": str(window.period.last),
        "as_of": window.as_of.isoformat(),
        "time_zone": window.zone.key,
        "utc_start": window.start.isoformat(),
        "utc_end": window.end.isoformat(),
        "hours": window.hours,
    }


def plain(values: Mapping[str, Value]) -> dict[str, Any]:
    """Figures as JSON holds them; rates with six decimals, and what they are of."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Value) -> Any:
    match value:
        case Ratio():
            return {
                "num": str(value.num),
                "den": str(value.den),
                "value": six_decimals(value.value),
            }
        case RateShare():
            return {
                "k": value.k,
                "n": value.n,
                "rate": six_decimals(value.value),
                "low": None if value.low is None else six_decimals(value.low),
                "high": None if value.high is None else six_decimals(value.high),
            }
        case SoFar():
            return {"so_far": value.cents}
        case int() | float() | None:
            return value
    return str(value)


def six_decimals(value: Any) -> float:
    return round_half_away(value * 10**6) / 10**6


def rows_report(table: Breakdown, basis: Basis = Basis.PERIOD) -> list[dict[str, Any]]:
    keys = ROW_KEYS[table.by]
    if basis == Basis.COHORT:
        # A click precedes its lead: cohorts have none, which is not the same as 0.
        keys = tuple(key for key in keys if key != "ad_clicks")
    return [
        {table.by: row.id, "name": row.name}
        | plain({key: row.figures[key] for key in keys})
        for row in table.rows
    ]


def _scheduled(consults: durations.Consults) -> dict[str, Any]:
    return {
        "due": consults.due,
        "held": consults.held,
        "no_show": consults.no_show,
        "no_show_rate": _plain(consults.no_show_rate),
        "show_rate": _plain(consults.show_rate),
    }


def _speed(speed: durations.Speed) -> dict[str, Any]:
    return {
        "contacted": speed.contacted,
        "uncontacted": speed.uncontacted,
        "median_seconds": speed.median_seconds,
        "within_5min": speed.within_5min,
        "within_5min_share_of_all_leads": _plain(speed.within_5min_share),
    }


def _time_in_stage(stages: Sequence[durations.StageDurations]) -> dict[str, Any]:
    return {
        stage.stage: {
            "n": stage.n,
            "mean_seconds": stage.mean_seconds,
            "median_seconds": stage.median_seconds,
        }
        for stage in stages
    }


def _ageing(stages: Sequence[durations.StageDurations]) -> dict[str, Any]:
    return {
        stage.stage: {"n": stage.n, "median_seconds": stage.median_seconds}
        for stage in stages
    }


def _by_name(table: KpiTable) -> dict[str, Any]:
    """A table's rows by their ids, under the keys of its columns."""
    keys = [metric.key for metric in table.columns]
    return {
        str(row.id): plain({key: row.figures[key] for key in keys})
        for row in table.rows
    }


def _pipeline(months: Sequence[forecast.Expected]) -> dict[str, Any]:
    whole = forecast.all_months(months)
    return {
        "open_count": whole.count,
        "open_value_cents": whole.value_cents,
        "weighted_cents": whole.weighted_cents,
        "overdue_count": whole.overdue,
        "weighted_by_expected_month": {
            f"{month.month:%Y-%m}" if month.month else "none": month.weighted_cents
            for month in months
        },
    }
