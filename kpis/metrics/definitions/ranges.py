"""Metrics of a range as a whole, of the rows of its tables, and of its trend."""

from kpis.metrics.definitions.metric import (
    CENTS,
    COUNT,
    LOWER,
    NEITHER,
    RATE,
    RATIO,
    Metric,
    by_key,
)

# Of a range as a whole, and (where it has a row's cost or return) of a table's row.
PERIOD = by_key(
    Metric("leads", "Leads", COUNT, "Leads created in the range."),
    Metric(
        "ad_clicks",
        "Ad clicks",
        COUNT,
        "Ad clicks in the range, including anonymous ones.",
    ),
    Metric(
        "booked_events",
        "Bookings",
        COUNT,
        "Consults booked in the range, including repeats.",
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
        "Consults that showed in the range, including repeats.",
        cohort="Consults that the leads of the range showed up for so far.",
    ),
    Metric(
        "shown_leads",
        "Showed",
        COUNT,
        "Different leads who showed in the range.",
        cohort="Leads of the range who showed so far.",
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
        "Leads whose first payment is in the range.",
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
        "Campaign spend: entered amounts are spread evenly over its days. Other "
        "days of a running campaign count their share of its monthly budget.",
        NEITHER,
    ),
    Metric(
        "leads_with_campaign",
        "Ad leads",
        COUNT,
        "Leads with a campaign created in the range.",
    ),
    Metric(
        "attributed_new_customers",
        "New customers (ads)",
        COUNT,
        "New customers with a campaign.",
    ),
    Metric(
        "attributed_net_revenue_cents",
        "Net revenue (ads)",
        CENTS,
        "Payments minus refunds of leads with a campaign.",
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
        "Ad spend ÷ leads who showed.",
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
        "Leads with a consult booked ÷ leads created in the range. Bookings may "
        "be of earlier leads, so it can exceed 100%.",
        cohort="Leads of the range with a consult booked ÷ leads of the range.",
    ),
    Metric(
        "show_rate",
        "Booked → showed",
        RATE,
        "Leads who showed ÷ leads with a booking in the range. Those who came may "
        "have booked earlier, so it can exceed 100%.",
        cohort="Leads of the range who showed ÷ those with a consult booked.",
    ),
    Metric(
        "close_rate",
        "Showed → customer",
        RATE,
        "New customers ÷ leads who showed; it can exceed 100%.",
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

TREND = by_key(
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
