"""All definitions as one page of Markdown: `docs/kpis.md`."""

from collections.abc import Iterator, Mapping

from kpis.metrics.definitions.metric import Metric
from kpis.metrics.definitions.people import ARRIVALS, COHORTS, FUNNEL, LEAKS, SPEED
from kpis.metrics.definitions.persons import PROVIDER_REVENUE
from kpis.metrics.definitions.pipeline import CONSULTS, FORECAST, STAGES
from kpis.metrics.definitions.ranges import PERIOD, TREND

INTRODUCTION = """# What the KPIs mean

`manage.py kpi_definitions` writes this page from `kpis/metrics/definitions`. Keys are
those of JSON files, of the JSON report and of the page's addresses. Money is in cents
there; CSV files have the labels and amounts that people read. Where a figure means
something else for the leads of a range, followed up, that stands below its formula."""
TABLES: Mapping[str, Mapping[str, Metric]] = {
    "A range of days, and the rows of its tables": PERIOD,
    "Trend": TREND,
    "Funnel": FUNNEL,
    "Speed to lead": SPEED,
    "By provider": PROVIDER_REVENUE,
    "Cohorts by month": COHORTS,
    "Drop-off": LEAKS,
    "Leads by hour": ARRIVALS,
    "Consults": CONSULTS,
    "Stages": STAGES,
    "Forecast": FORECAST,
}


def definitions_page() -> str:
    return "\n".join([INTRODUCTION, *_tables(), ""])


def _tables() -> Iterator[str]:
    for title, metrics in TABLES.items():
        yield f"\n## {title}\n"
        yield "| key | label | formula | unit | basis | better |"
        yield "|---|---|---|---|---|---|"
        for metric in metrics.values():
            yield _line(metric)


def _line(metric: Metric) -> str:
    formula = metric.formula
    if metric.cohort:
        formula += f"<br>Cohort: {metric.cohort}"
    cells = (metric.label, formula, metric.unit, metric.basis, metric.better)
    return f"| `{metric.key}` | {' | '.join(cells)} |"
