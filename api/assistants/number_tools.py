"""Tools that read KPIs, explain a number and compare campaigns."""

from typing import Annotated, Any, Literal

import msgspec

from api.assistants.values import FirstDay, LastDay, link_to, nothing_there, window_of
from api.assistants.views import reading_tool
from api.web.calls import ApiCall
from kpis.drill.links import address
from kpis.drill.metric_ref import QUOTIENTS, MetricRef
from kpis.metrics.definitions import PERIOD, Basis, Metric
from kpis.metrics.display import Value, text
from kpis.page.report import CAMPAIGN_KEYS, plain
from kpis.queries.numbers import KpiData

SEE_KPIS = "kpis.view_kpis"
CAMPAIGNS_COMPARED = 50
BasisName = Annotated[
    Literal["period", "cohort"],
    msgspec.Meta(
        description="period: events by their own date; cohort: the leads created in "
        "the range, followed up to now."
    ),
]
MetricKey = Annotated[str, msgspec.Meta(max_length=60, description="As read_kpis has.")]


class Kpis(msgspec.Struct):
    """Both days are included."""

    first_day: FirstDay
    last_day: LastDay
    basis: BasisName = "period"


class KpiNumber(msgspec.Struct):
    """A figure: exact, as people read it, what it means, and the page of its rows."""

    key: str
    label: str
    value: Any
    shown: str
    definition: str
    rows_link: str


class KpiNumbers(msgspec.Struct):
    """`page` has the same figures."""

    numbers: list[KpiNumber]
    basis: str
    page: str


@reading_tool(
    "KPIs of some days",
    "Every figure of a range of days with its definition and a link to the rows behind "
    "it.",
    SEE_KPIS,
)
def read_kpis(call: ApiCall, params: Kpis) -> KpiNumbers:
    data, basis = _data(params)
    numbers = [
        _number(call, data, basis, PERIOD[key], value)
        for key, value in _figures(data, basis).items()
        if key in PERIOD
    ]
    days = f"from={params.first_day}&to={params.last_day}"
    return KpiNumbers(numbers, basis.value, link_to(call, "kpis", query=days))


class ExplainNumber(Kpis, kw_only=True):
    """Both days are included."""

    key: MetricKey


class ExplainedNumber(msgspec.Struct):
    """`divided` and `by` are the two numbers that a quotient is made of."""

    number: KpiNumber
    which_date_counts: str
    divided: KpiNumber | None
    by: KpiNumber | None


@reading_tool(
    "Explain a number",
    "What a figure of some days means, the two numbers that a rate or a cost is made "
    "of, and links to the rows behind each.",
    SEE_KPIS,
)
def explain_number(call: ApiCall, params: ExplainNumber) -> ExplainedNumber:
    data, basis = _data(params)
    figures = _figures(data, basis)
    if params.key not in PERIOD or params.key not in figures:
        raise nothing_there("number")

    def number(key: str) -> KpiNumber | None:
        if key not in PERIOD or key not in figures:
            return None
        return _number(call, data, basis, PERIOD[key], figures[key])

    divided, by = QUOTIENTS.get(params.key, ("", ""))
    found = number(params.key)
    if found is None:
        raise nothing_there("number")
    return ExplainedNumber(found, basis.label, number(divided), number(by))


class CompareCampaigns(msgspec.Struct):
    """Both days are included."""

    first_day: FirstDay
    last_day: LastDay


class CampaignNumbers(msgspec.Struct):
    """`name` was typed by somebody; the id is null for leads without a campaign."""

    campaign_id: str | None
    name: str
    figures: dict[str, Any]


class ComparedCampaigns(msgspec.Struct):
    """The most spent first; `definitions` say what each figure means."""

    campaigns: list[CampaignNumbers]
    definitions: dict[str, str]
    page: str


@reading_tool(
    "Compare campaigns",
    "Cost, leads, consults, new customers, revenue and return of each campaign in some "
    "days, with what each figure means.",
    SEE_KPIS,
)
def compare_campaigns(call: ApiCall, params: CompareCampaigns) -> ComparedCampaigns:
    data = KpiData(window_of(params.first_day, params.last_day))
    rows = data.by("campaign").rows
    found = [
        CampaignNumbers(
            row.id,
            row.name,
            plain({key: row.figures[key] for key in CAMPAIGN_KEYS}),
        )
        for row in rows
    ]
    found.sort(key=lambda row: row.figures["spend_cents"] or 0, reverse=True)
    return ComparedCampaigns(
        found[:CAMPAIGNS_COMPARED],
        {key: PERIOD[key].formula for key in CAMPAIGN_KEYS if key in PERIOD},
        link_to(call, "kpis", query=f"from={params.first_day}&to={params.last_day}"),
    )


def _data(params: Kpis) -> tuple[KpiData, Basis]:
    window = window_of(params.first_day, params.last_day)
    return KpiData(window), Basis(params.basis)


def _figures(data: KpiData, basis: Basis) -> dict[str, Value]:
    return {**(data.cohort if basis == Basis.COHORT else data.figures)}


def _number(
    call: ApiCall, data: KpiData, basis: Basis, metric: Metric, value: Value
) -> KpiNumber:
    rows = address(data.window.period, basis, MetricRef(metric.key), value)
    return KpiNumber(
        metric.key,
        metric.label,
        plain({metric.key: value})[metric.key],
        text(value, metric.unit, with_cents=True),
        metric.words(basis),
        link_to(call, "kpi_rows", query=rows) if rows else "",
    )
