"""What each number is, written down beside the definitions: unit, direction, basis.

`+` more is better, `-` less is better, `=` neither.
"""

from collections.abc import Mapping

import pytest

from kpis.metrics import definitions
from kpis.metrics.definitions import Basis, Metric
from kpis.queries import drop_off as drop_off_steps

SIGNS = {"higher": "+", "lower": "-", "neither": "="}
TABLES: dict[str, tuple[Mapping[str, Metric], Basis, str]] = {
    "period": (
        definitions.PERIOD,
        Basis.PERIOD,
        """
        leads count +, ad_clicks count +, booked_events count +, booked_leads count +,
        show_events count +, shown_leads count +, paid_invoices count +,
        paying_leads count +, new_customers count +, gross_collected_cents cents +,
        refunds_cents cents -, net_revenue_cents cents +, spend_cents cents =,
        leads_with_campaign count +, attributed_new_customers count +,
        attributed_net_revenue_cents cents +, cpl_cents cents -,
        paid_cpl_cents cents -, cost_per_booked_cents cents -,
        cost_per_show_cents cents -, cac_blended_cents cents -,
        cac_paid_cents cents -, roas_attributed ratio +, mer_blended ratio +,
        roi_attributed rate +, aov_cents cents +, revenue_per_lead_cents cents +,
        lead_to_booked rate +, show_rate rate +, close_rate rate +,
        click_to_lead rate +, cac_cents cents -, roas ratio +
        """,
    ),
    "trend": (
        definitions.TREND,
        Basis.PERIOD,
        "leads count +, booked_leads count +, net_revenue_cents cents +",
    ),
    "funnel": (
        definitions.FUNNEL,
        Basis.COHORT,
        "people count +, rate rate +, k count +, n count =, low rate =, high rate =",
    ),
    "speed": (
        definitions.SPEED,
        Basis.COHORT,
        """
        leads count +, contacted count +, uncontacted count -,
        median_seconds seconds -, within_5min count +,
        within_5min_share_of_all_leads rate +
        """,
    ),
    "cohorts": (
        definitions.COHORTS,
        Basis.COHORT,
        """
        leads count +, new_customers count +, net_revenue_cents cents +,
        revenue_7_cents cents +, revenue_30_cents cents +, revenue_60_cents cents +,
        revenue_90_cents cents +, mature_days count =
        """,
    ),
    "leaks": (
        definitions.LEAKS,
        Basis.COHORT,
        """
        reached count +, went_on count +, lost count -, given_up count -,
        lost_rate rate -, median_seconds seconds -, lost_median_seconds seconds -,
        lost_cents cents -
        """,
    ),
    "arrivals": (
        definitions.ARRIVALS,
        Basis.COHORT,
        "leads count =, contacted count +, within_5min count +, "
        "within_5min_share rate +",
    ),
    "consults": (
        definitions.CONSULTS,
        Basis.PERIOD,
        "due count =, held count +, no_show count -, show_rate rate +, "
        "no_show_rate rate -, undated count -",
    ),
    "stages": (
        definitions.STAGES,
        Basis.PERIOD,
        """
        n count =, mean_seconds seconds -, median_seconds seconds -, ageing count =,
        ageing_median_seconds seconds -
        """,
    ),
    "forecast": (
        definitions.FORECAST,
        Basis.NOW,
        "open_count count +, open_value_cents cents +, weighted_cents cents +, "
        "overdue_count count -",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_each_number_has_its_unit_direction_and_basis(name: str) -> None:
    metrics, basis, words = TABLES[name]
    said = [
        f"{key} {metric.unit.value} {SIGNS[metric.better]}"
        for key, metric in metrics.items()
    ]
    assert said == [" ".join(part.split()) for part in words.split(",")]
    assert all(metric.key == key for key, metric in metrics.items())
    assert {metric.basis for metric in metrics.values()} == {basis}
    assert all(metric.label and metric.formula for metric in metrics.values())


def test_a_number_that_differs_for_a_cohort_says_so() -> None:
    """Those of the leads of a range; what has no cohort has one sentence."""
    differing = {
        key
        for key, metric in definitions.PERIOD.items()
        if metric.words(Basis.COHORT) != metric.words(Basis.PERIOD)
    }
    assert differing == {
        "booked_events",
        "booked_leads",
        "show_events",
        "shown_leads",
        "paid_invoices",
        "paying_leads",
        "new_customers",
        "gross_collected_cents",
        "refunds_cents",
        "net_revenue_cents",
        "lead_to_booked",
        "show_rate",
    }
    metric = Metric("a", "A", definitions.Unit.COUNT, "of days", cohort="of leads")
    assert metric.words(Basis.PERIOD) == metric.words(Basis.NOW) == "of days"
    assert metric.words(Basis.COHORT) == "of leads"


def test_a_figure_of_the_leaks_names_what_has_to_be_asked() -> None:
    assert drop_off_steps.measures_of("lost_rate") == {"reached", "went_on"}
    assert drop_off_steps.measures_of("lost") == {"reached", "went_on"}
    assert drop_off_steps.measures_of("given_up") == {"reached", "went_on", "given_up"}
    assert definitions.MATURITIES == (7, 30, 60, 90)
