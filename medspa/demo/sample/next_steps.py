"""The next steps that staff plan for open leads."""

from leads.choices import NextStep
from medspa.demo.sample.days import DAY, WeightedChoice
from medspa.demo.sample.rows import stamp
from medspa.demo.sample.simulation import Person, Simulation

PLANNED_SHARE = 0.7
REVIEW_WITHIN = 14 * DAY
BEFORE_A_CONSULT = WeightedChoice(
    [
        NextStep.CALL_BACK.value,
        NextStep.SEND_PRICES.value,
        NextStep.OFFER_DATES.value,
        NextStep.CHECK_IN.value,
    ],
    [0.5, 0.2, 0.2, 0.1],
)


def plan_next_step(simulation: Simulation, person: Person) -> None:
    """Most open leads have a next step; some are overdue by now."""
    stages = simulation.stages
    if person.stage in (stages.new, stages.lost) or not simulation.chance(
        PLANNED_SHARE
    ):
        return
    if person.stage == stages.won:
        if person.last > simulation.now - REVIEW_WITHIN:
            _plan(simulation, person, NextStep.ASK_FOR_REVIEW.value, person.last, 3, 10)
    elif person.stage == stages.contacted or person.due is None:
        what = BEFORE_A_CONSULT.draw(simulation.rng)
        _plan(simulation, person, what, person.last, 1, 12)
    elif person.shown is not None:
        what = NextStep.FOLLOW_UP_CONSULT.value
        _plan(simulation, person, what, person.shown, 2, 8)
    elif person.due > simulation.now:
        _plan(simulation, person, NextStep.CONFIRM_CONSULT.value, person.due, -2, -1)
    else:
        _plan(simulation, person, NextStep.FOLLOW_UP_NO_SHOW.value, person.due, 1, 5)


def _plan(
    simulation: Simulation, person: Person, what: str, after: int, least: int, most: int
) -> None:
    """Due within opening hours, `least` to `most` days after a moment.

    Who didn't show is followed up once that is known.
    """
    is_no_show = what == NextStep.FOLLOW_UP_NO_SHOW
    planned = min(after if is_no_show else person.last, simulation.now)
    day = simulation.days.index(after) + simulation.rng.randint(least, most)
    due = simulation.days.slot(max(day, simulation.days.index(planned)), simulation.rng)
    simulation.rows.add(
        "leads_task",
        (
            simulation.new_id(planned),
            person.id,
            what,
            stamp(due),
            person.assigned_to,
            stamp(planned),
        ),
    )
