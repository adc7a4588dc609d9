"""Metrics of consults, of the stages, and of open opportunities."""

from kpis.metrics.definitions.metric import (
    CENTS,
    COUNT,
    LOWER,
    NEITHER,
    RATE,
    SECONDS,
    Basis,
    Metric,
    by_key,
)

CONSULTS = by_key(
    Metric(
        "due",
        "Due",
        COUNT,
        "Booked consults, not canceled, whose time is in the range and has passed.",
        NEITHER,
    ),
    Metric("held", "Held", COUNT, "Due consults that showed."),
    Metric("no_show", "No-shows", COUNT, "Due consults minus those held.", LOWER),
    Metric("show_rate", "Show rate", RATE, "Held consults ÷ due consults."),
    Metric("no_show_rate", "No-show rate", RATE, "No-shows ÷ due consults.", LOWER),
    Metric(
        "undated",
        "Without a date",
        COUNT,
        "Consults booked in the range without a date; they are never due.",
        LOWER,
    ),
)

STAGES = by_key(
    Metric(
        "n",
        "Exited",
        COUNT,
        "Stage periods that ended in the range.",
        NEITHER,
    ),
    Metric(
        "mean_seconds",
        "Mean time in stage",
        SECONDS,
        "Average length of the stage periods that ended in the range.",
        LOWER,
    ),
    Metric(
        "median_seconds",
        "Median time in stage",
        SECONDS,
        "Median length of the stage periods that ended in the range.",
        LOWER,
    ),
    Metric(
        "ageing",
        "Currently in stage",
        COUNT,
        "Leads that are in the stage now.",
        NEITHER,
    ),
    Metric(
        "ageing_median_seconds",
        "Median age",
        SECONDS,
        "Median time since the leads entered the stage.",
        LOWER,
    ),
)

FORECAST = by_key(
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
        "Sum of expected value × the stage's win probability.",
    ),
    Metric(
        "overdue_count",
        "Overdue",
        COUNT,
        "Opportunities whose expected date has passed.",
        LOWER,
    ),
    basis=Basis.NOW,
)
