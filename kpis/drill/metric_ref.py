"""Which number is asked for, and the numbers that a quotient is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpis.drill import questions
from kpis.extension_points import person_tables
from kpis.metrics.definitions import Basis
from kpis.period import PeriodRefused, read_date

DIMENSIONS = ("campaign", "source", "platform", "procedure", "tag", "assigned")
TABLES_WITH_SPEND = ("", "campaign", "platform")
# Of the whole clinic a campaign's number has a longer name.
WHOLE_CLINIC_NAMES = {"cac_cents": "cac_paid_cents", "roas": "roas_attributed"}
# Quotients: the two numbers that they are made of.
QUOTIENTS = {
    "cpl_cents": ("spend_cents", "leads"),
    "paid_cpl_cents": ("spend_cents", "leads_with_campaign"),
    "cost_per_booked_cents": ("spend_cents", "booked_leads"),
    "cost_per_show_cents": ("spend_cents", "shown_leads"),
    "cac_blended_cents": ("spend_cents", "new_customers"),
    "cac_paid_cents": ("spend_cents", "attributed_new_customers"),
    "cac_cents": ("spend_cents", "new_customers"),
    "roas_attributed": ("attributed_net_revenue_cents", "spend_cents"),
    "roas": ("net_revenue_cents", "spend_cents"),
    "mer_blended": ("net_revenue_cents", "spend_cents"),
    "roi_attributed": ("attributed_net_revenue_cents", "spend_cents"),
    "aov_cents": ("gross_collected_cents", "paid_invoices"),
    "revenue_per_lead_cents": ("net_revenue_cents", "leads"),
    "lead_to_booked": ("booked_leads", "leads"),
    "show_rate": ("shown_leads", "booked_leads"),
    "close_rate": ("new_customers", "shown_leads"),
    "click_to_lead": ("leads_with_campaign", "ad_clicks"),
}
TABLE_QUOTIENTS = {
    "consults": {"show_rate": ("held", "due"), "no_show_rate": ("no_show", "due")},
    "speed": {"within_5min_share_of_all_leads": ("within_5min", "leads")},
    "assigned_speed": {"within_5min_share_of_all_leads": ("within_5min", "leads")},
    "arrivals": {"within_5min_share": ("within_5min", "leads")},
    "leaks": {"lost_rate": ("lost", "reached")},
}
OWN_TABLES = (*questions.TABLE_QUESTIONS, "speed", "assigned_speed")
KNOWN_TABLES = ("", *DIMENSIONS, *OWN_TABLES)


@dataclass(frozen=True)
class MetricRef:
    """A number of the page: which, and of which row of a table (`by`, `key`).

    `since` is the first day of the range of which the row is a part.
    """

    metric: str
    by: str = ""
    key: str | None = None
    since: date | None = None

    @property
    def query(self) -> dict[str, str]:
        named = {"rows": self.metric, "by": self.by, "key": self.key or ""}
        named["since"] = str(self.since or "")
        return {name: value for name, value in named.items() if value}

    @property
    def parts(self) -> tuple[str, str] | None:
        """The numbers that a quotient is made of."""
        if self.by in OWN_TABLES or self.by in person_tables:
            return TABLE_QUOTIENTS.get(self.by, {}).get(self.metric)
        return QUOTIENTS.get(self.metric)

    @property
    def is_spend(self) -> bool:
        return self.metric == "spend_cents" and self.by in TABLES_WITH_SPEND

    def question(self, basis: Basis) -> questions.RowQuestion | None:
        return questions.question(self.metric, self.by, self.key, basis)

    def opens(self, basis: Basis) -> bool:
        if self.by not in KNOWN_TABLES and self.by not in person_tables:
            return False
        return self.is_spend or bool(self.parts or self.question(basis))


def read_metric(parameters: Mapping[str, str], basis: Basis) -> MetricRef | None:
    """None for a number that opens no rows."""
    metric = MetricRef(
        parameters.get("rows", ""),
        parameters.get("by", ""),
        text_of(parameters, "key") or None,
        _read_since(parameters),
    )
    return metric if metric.opens(basis) else None


def _read_since(parameters: Mapping[str, str]) -> date | None:
    try:
        return read_date(parameters.get("since", ""))
    except PeriodRefused:
        return None


def text_of(parameters: Mapping[str, str], name: str) -> str:
    """Without the one character that the database can't take."""
    return parameters.get(name, "").replace("\0", "")
