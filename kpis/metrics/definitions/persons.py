"""Metrics of the tables by person that no other table has."""

from kpis.metrics.definitions.metric import CENTS, LOWER, Metric, by_key

# What is in the range, or belongs to the leads of the range, is split by the credits of
# each payment; a refund as the payment that it refunds.
PROVIDER_REVENUE = by_key(
    Metric(
        "gross_collected_cents",
        "Gross collected",
        CENTS,
        "Their share of the payments in the range, by commission credit.",
        cohort="Their share of the payments by the leads of the range so far.",
    ),
    Metric(
        "refunds_cents",
        "Refunds",
        CENTS,
        "Their share of the refunds in the range, as of the refunded payment.",
        LOWER,
        cohort="Their share of the refunds to the leads of the range so far.",
    ),
    Metric(
        "net_revenue_cents",
        "Net revenue",
        CENTS,
        "Their share of payments minus refunds in the range.",
        cohort="Their share of payments minus refunds by the leads of the range.",
    ),
)
