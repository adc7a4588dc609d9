"""Metrics that follow people: how far they got, what they paid, how they waited."""

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

# Days after which a lead's revenue is looked at.
MATURITIES = (7, 30, 60, 90)

FUNNEL = by_key(
    Metric("people", "People", COUNT, "Leads of the range who have gotten this far."),
    Metric("rate", "Rate", RATE, "People of this step ÷ people of the step named."),
    Metric("k", "Of them", COUNT, "How many of the step named got this far."),
    Metric("n", "Out of", COUNT, "How many the rate is of.", NEITHER),
    Metric("low", "Low", RATE, "Lower end of the Wilson 95% interval.", NEITHER),
    Metric("high", "High", RATE, "Upper end of the Wilson 95% interval.", NEITHER),
    basis=Basis.COHORT,
)

SPEED = by_key(
    Metric(
        "leads",
        "Leads",
        COUNT,
        "Leads created in the range, without those imported more than a day later.",
    ),
    Metric(
        "contacted",
        "Contacted",
        COUNT,
        "Leads with a text, email or call at or after their creation.",
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
        "Leads touched by a person within five minutes ÷ all leads of the range, "
        "without those imported more than a day later.",
    ),
    basis=Basis.COHORT,
)

COHORTS = by_key(
    Metric("leads", "Leads", COUNT, "Leads created in this period."),
    Metric("new_customers", "Customers", COUNT, "Leads who have paid so far."),
    Metric(
        "net_revenue_cents", "Net so far", CENTS, "Their payments minus refunds so far."
    ),
    *(
        Metric(
            f"revenue_{days}_cents",
            f"{days} days",
            CENTS,
            f"Payments minus refunds in the first {days} times 24 hours after each "
            f"lead's creation. “so far”: the youngest lead is not {days} days old yet.",
        )
        for days in MATURITIES
    ),
    Metric(
        "mature_days",
        "Days followed",
        COUNT,
        "Full days since this period ended.",
        NEITHER,
    ),
    basis=Basis.COHORT,
)

LEAKS = by_key(
    Metric(
        "reached",
        "Reached",
        COUNT,
        "Leads of the range who have reached this step.",
    ),
    Metric(
        "went_on", "Continued", COUNT, "Leads of this step who reached a later one."
    ),
    Metric(
        "lost",
        "Dropped",
        COUNT,
        "Leads of this step who haven't reached a later one.",
        LOWER,
    ),
    Metric(
        "given_up",
        "Marked lost",
        COUNT,
        "Dropped leads in a lost stage; the others can still continue.",
        LOWER,
    ),
    Metric("lost_rate", "Share lost", RATE, "Dropped ÷ reached.", LOWER),
    Metric(
        "median_seconds",
        "Median wait",
        SECONDS,
        "The middle of the times from the first moment of this step to the first of a "
        "later one, of those who went on.",
        LOWER,
    ),
    Metric(
        "lost_median_seconds",
        "Waiting since",
        SECONDS,
        "Median time since this step, for dropped leads.",
        LOWER,
    ),
    Metric(
        "lost_cents",
        "Value lost",
        CENTS,
        "Total expected value of dropped leads.",
        LOWER,
    ),
    basis=Basis.COHORT,
)

ARRIVALS = by_key(
    Metric(
        "leads",
        "Leads",
        COUNT,
        "Leads created in this hour of the clinic's day, where the time is known.",
        NEITHER,
    ),
    Metric(
        "contacted",
        "Contacted",
        COUNT,
        "Leads with a text, email or call at or after creation.",
    ),
    Metric("within_5min", "Within 5 min", COUNT, "Leads touched within five minutes."),
    Metric(
        "within_5min_share",
        "Contacted in 5 min",
        RATE,
        "Leads touched within five minutes ÷ leads of this hour.",
    ),
    basis=Basis.COHORT,
)
