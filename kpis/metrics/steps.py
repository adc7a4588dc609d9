"""The steps from lead to payment: when a lead got to each, and to a later one."""

from kpis.metrics.sql import query

STEPS = {
    "leads": "Lead → booked",
    "booked": "Booked → showed",
    "shown": "Showed → paid",
}
# The first moment of each step, and that of the first later one.
MOMENTS = {
    "leads": ("lead.created_at", "least(booked_at, shown_at, paid_at)"),
    "booked": ("booked_at", "least(shown_at, paid_at)"),
    "shown": ("shown_at", "paid_at"),
}
FIRST_MOMENTS = query("people", "first_moments")
# Who reached a later step first did not wait at all.
WAIT = "greatest(date_part('epoch', {later} - {at}), 0)"
WENT_ON = "{at} IS NOT NULL AND {later} IS NOT NULL"
GOT_NO_FURTHER = "{at} IS NOT NULL AND {later} IS NULL"


def first_step_case(answers: dict[str, str], otherwise: str) -> str:
    """SQL: the answer of the one step at which a lead stands that never paid."""
    whens = " ".join(
        f"WHEN {GOT_NO_FURTHER.format(at=at, later=later)} THEN {answers[step]}"
        for step, (at, later) in MOMENTS.items()
    )
    return f"CASE {whens} ELSE {otherwise} END"


# Columns of a fact.
STEP_WAITS = ", ".join(
    f"CASE WHEN {WENT_ON} THEN {WAIT} END AS {step}_wait".format(at=at, later=later)
    for step, (at, later) in MOMENTS.items()
)
LAST_STEP = first_step_case({step: f"'{step}'" for step in MOMENTS}, "''")
LAST_STEP_AT = first_step_case({step: at for step, (at, _) in MOMENTS.items()}, "NULL")
