"""What each number means, as data: cards, tooltips, headers, CSV and JSON read it."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    COUNT = "count"
    CENTS = "cents"
    RATIO = "ratio"  # shown as 2.4×
    RATE = "rate"  # shown as 41 %
    SECONDS = "seconds"


class Basis(StrEnum):
    """Period: events by their own date. Cohort: the leads of the range, followed up."""

    PERIOD = "period"
    COHORT = "cohort"
    NOW = "now"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Metric:
    """One number: `formula` in words, `cohort` where it differs on that basis."""

    key: str
    label: str
    unit: Unit
    formula: str
    better: Better = Better.HIGHER
    cohort: str = ""

    def words(self, basis: Basis) -> str:
        return self.cohort if self.cohort and basis == Basis.COHORT else self.formula


def _by_key(*metrics: Metric) -> dict[str, Metric]:
    return {metric.key: metric for metric in metrics}


COUNT, CENTS, RATIO, RATE, SECONDS = (
    Unit.COUNT,
    Unit.CENTS,
    Unit.RATIO,
    Unit.RATE,
    Unit.SECONDS,
)
LOWER, NEITHER = Better.LOWER, Better.NEITHER

# Of a range as a whole, and (where it has a row's cost or return) of a table's row.
PERIOD = _by_key(
    Metric("leads", "Leads", COUNT, "Leads created in the range."),
    Metric(
        "ad_clicks",
        "Ad clicks",
        COUNT,
        "Clicks on ads in the range, of anonymous people too.",
    ),
    Metric(
        "booked_events",
        "Bookings",
        COUNT,
        "Consults booked in the range, repeated ones too.",
        cohort="Consults that the leads of the range have booked so far.",
    ),
    Metric(
        "booked_leads",
        "Consults booked",
        COUNT,
        "Different leads with a consult booked in the range.",
        cohort="Leads of the range that have booked a consult so far.",
    ),
    Metric(
        "show_events",
        "Consults held",
        COUNT,
        "Consults shown in the range, repeated ones too.",
        cohort="Consults that the leads of the range have come to so far.",
    ),
    Metric(
        "shown_leads",
        "Shown",
        COUNT,
        "Different leads who came to a consult in the range.",
        cohort="Leads of the range who have come to a consult so far.",
    ),
    Metric(
        "paid_invoices",
        "Invoices paid",
        COUNT,
        "Payments in the range.",
        cohort="Payments by the leads of the range so far.",
    ),
    Metric(
        "paying_leads",
        "Paying leads",
        COUNT,
        "Different leads with a payment in the range.",
        cohort="Leads of the range who have paid so far.",
    ),
    Metric(
        "new_customers",
        "New customers",
        COUNT,
        "Leads whose first payment ever falls in the range.",
        cohort="Leads of the range who have paid at least once so far.",
    ),
    Metric(
        "gross_collected_cents",
        "Gross collected",
        CENTS,
        "Sum of the payments in the range.",
        cohort="Sum of the payments by the leads of the range so far.",
    ),
    Metric(
        "refunds_cents",
        "Refunds",
        CENTS,
        "Sum of the refunds in the range, on the day of the refund.",
        LOWER,
        cohort="Sum of the refunds to the leads of the range so far.",
    ),
    Metric(
        "net_revenue_cents",
        "Net revenue",
        CENTS,
        "Payments minus refunds in the range.",
        cohort="Payments minus refunds of the leads of the range so far.",
    ),
    Metric(
        "spend_cents",
        "Ad spend",
        CENTS,
        "What the campaigns cost: the month's actual spend, else the planned one, "
        "by day, for the days on which a campaign runs.",
        NEITHER,
    ),
    Metric("cpl_cents", "Cost per lead", CENTS, "Ad spend ÷ leads.", LOWER),
    Metric(
        "paid_cpl_cents",
        "Cost per ad lead",
        CENTS,
        "Ad spend ÷ leads with a campaign.",
        LOWER,
    ),
    Metric(
        "cost_per_booked_cents",
        "Cost per booking",
        CENTS,
        "Ad spend ÷ leads with a consult booked.",
        LOWER,
    ),
    Metric(
        "cost_per_show_cents",
        "Cost per show",
        CENTS,
        "Ad spend ÷ leads who came to a consult.",
        LOWER,
    ),
    Metric(
        "cac_blended_cents",
        "CAC (all)",
        CENTS,
        "Ad spend ÷ all new customers.",
        LOWER,
    ),
    Metric(
        "cac_paid_cents",
        "CAC (ads)",
        CENTS,
        "Ad spend ÷ new customers with a campaign.",
        LOWER,
    ),
    Metric(
        "roas_attributed",
        "ROAS",
        RATIO,
        "Net revenue of leads with a campaign ÷ ad spend.",
    ),
    Metric("mer_blended", "MER", RATIO, "Net revenue ÷ ad spend."),
    Metric(
        "roi_attributed",
        "ROI",
        RATE,
        "(Net revenue of leads with a campaign − ad spend) ÷ ad spend.",
    ),
    Metric(
        "aov_cents",
        "Average invoice",
        CENTS,
        "Gross collected ÷ invoices paid; refunds are not in it.",
    ),
    Metric("revenue_per_lead_cents", "Revenue per lead", CENTS, "Net revenue ÷ leads."),
    Metric(
        "lead_to_booked",
        "Leads → booked",
        RATE,
        "Leads with a consult booked ÷ leads created in the range. The bookings may "
        "be of earlier leads, so it can exceed 100 %.",
        cohort="Leads of the range with a consult booked ÷ leads of the range.",
    ),
    Metric(
        "show_rate",
        "Booked → shown",
        RATE,
        "Leads who came ÷ leads with a consult booked in the range. Those who came may "
        "have booked earlier, so it can exceed 100 %.",
        cohort="Leads of the range who came ÷ those with a consult booked.",
    ),
    Metric(
        "close_rate",
        "Shown → customer",
        RATE,
        "New customers ÷ leads who came to a consult; it can exceed 100 %.",
    ),
    Metric(
        "click_to_lead", "Clicks → leads", RATE, "Leads with a campaign ÷ ad clicks."
    ),
    Metric(
        "cac_cents",
        "CAC (ads)",
        CENTS,
        "Ad spend ÷ new customers of the campaign.",
        LOWER,
    ),
    Metric("roas", "ROAS", RATIO, "Net revenue of the campaign's leads ÷ ad spend."),
)

FUNNEL = _by_key(
    Metric("people", "People", COUNT, "Leads of the range who got this far so far."),
    Metric("rate", "Rate", RATE, "People of this step ÷ people of the step named."),
    Metric("k", "Of them", COUNT, "How many of the step named got this far."),
    Metric("n", "Out of", COUNT, "How many the rate is of.", NEITHER),
    Metric("low", "Low", RATE, "Lower end of the Wilson 95 % interval.", NEITHER),
    Metric("high", "High", RATE, "Upper end of the Wilson 95 % interval.", NEITHER),
)

CONSULTS = _by_key(
    Metric(
        "due",
        "Due",
        COUNT,
        "Booked consults whose hour lies in the range and has come.",
        NEITHER,
    ),
    Metric("held", "Held", COUNT, "Due consults that the lead came to."),
    Metric("no_show", "No-shows", COUNT, "Due consults minus held ones.", LOWER),
    Metric("show_rate", "Show rate", RATE, "Held consults ÷ due consults."),
    Metric("no_show_rate", "No-show rate", RATE, "No-shows ÷ due consults.", LOWER),
)

SPEED = _by_key(
    Metric("leads", "Leads", COUNT, "Leads created in the range."),
    Metric(
        "contacted",
        "Contacted",
        COUNT,
        "Leads with a text, e-mail or call at or after their creation.",
    ),
    Metric(
        "uncontacted", "Never contacted", COUNT, "Leads minus contacted leads.", LOWER
    ),
    Metric(
        "median_seconds",
        "Median wait",
        SECONDS,
        "The middle of the waits from creation to the first touch; real time, of "
        "contacted leads only.",
        LOWER,
    ),
    Metric("within_5min", "Within 5 min", COUNT, "Leads touched within five minutes."),
    Metric(
        "within_5min_share_of_all_leads",
        "Contacted in 5 min",
        RATE,
        "Leads touched within five minutes, automatic texts included ÷ all leads of "
        "the range.",
    ),
)

STAGES = _by_key(
    Metric(
        "n",
        "Left it",
        COUNT,
        "Stays in the stage that ended in the range.",
        NEITHER,
    ),
    Metric(
        "mean_seconds",
        "Mean stay",
        SECONDS,
        "Average time of the stays that ended in the range.",
        LOWER,
    ),
    Metric(
        "median_seconds",
        "Median stay",
        SECONDS,
        "Middle of the stays that ended in the range.",
        LOWER,
    ),
    Metric("ageing", "In it now", COUNT, "Leads that are in the stage now.", NEITHER),
    Metric(
        "ageing_median_seconds",
        "Median age",
        SECONDS,
        "Middle of the times since those who are in it came.",
        LOWER,
    ),
)

FORECAST = _by_key(
    Metric(
        "open_count",
        "Opportunities",
        COUNT,
        "Opportunities of leads in an open stage, by expected month.",
    ),
    Metric(
        "open_value_cents", "Expected value", CENTS, "Sum of their expected values."
    ),
    Metric(
        "weighted_cents",
        "Weighted value",
        CENTS,
        "Sum of expected value × the stage's chance of winning.",
    ),
    Metric(
        "overdue_count",
        "Overdue",
        COUNT,
        "Opportunities whose expected date has passed.",
        LOWER,
    ),
)

TREND = _by_key(
    Metric("leads", "Leads", COUNT, "Leads created on these days."),
    Metric(
        "booked_leads",
        "Consults booked",
        COUNT,
        "Different leads, each on the day of its first booking in the range.",
    ),
    Metric(
        "net_revenue_cents",
        "Net revenue",
        CENTS,
        "Payments minus refunds on these days.",
    ),
)
