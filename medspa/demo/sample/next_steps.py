"""What the staff mean to do next for leads that are still open."""

from leads.choices import NextStep
from medspa.demo.sample.days import DAY, Wheel
from medspa.demo.sample.rows import stamp
from medspa.demo.sample.simulation import Person, Scene

PLANNED_SHARE = 0.7
REVIEW_WITHIN = 14 * DAY
BEFORE_A_CONSULT = Wheel(
    [
        NextStep.CALL_BACK.value,
        NextStep.SEND_PRICES.value,
        NextStep.OFFER_DATES.value,
        NextStep.CHECK_IN.value,
    ],
    [0.5, 0.2, 0.2, 0.1],
)


def plan_next_step(scene: Scene, person: Person) -> None:
    """Most open leads have a next step; some are overdue by now."""
    stages = scene.stages
    if person.stage in (stages.new, stages.lost) or not scene.chance(PLANNED_SHARE):
        return
    if person.stage == stages.won:
        if person.last > scene.now - REVIEW_WITHIN:
            _plan(scene, person, NextStep.ASK_FOR_REVIEW.value, person.last, 3, 10)
    elif person.stage == stages.contacted or person.due is None:
        what = BEFORE_A_CONSULT.spin(scene.rng)
        _plan(scene, person, what, person.last, 1, 12)
    elif person.shown is not None:
        what = NextStep.FOLLOW_UP_CONSULT.value
        _plan(scene, person, what, person.shown, 2, 8)
    elif person.due > scene.now:
        _plan(scene, person, NextStep.CONFIRM_CONSULT.value, person.due, -2, -1)
    else:
        _plan(scene, person, NextStep.FOLLOW_UP_NO_SHOW.value, person.due, 1, 5)


def _plan(
    scene: Scene, person: Person, what: str, after: int, least: int, most: int
) -> None:
    """Due within opening hours, `least` to `most` days after a moment."""
    planned = min(person.last, scene.now)
    day = scene.days.index(after) + scene.rng.randint(least, most)
    due = scene.days.slot(max(day, scene.days.index(planned)), scene.rng)
    scene.rows.add(
        "leads_task",
        (
            scene.new_id(planned),
            person.id,
            what,
            stamp(due),
            person.assigned_to,
            stamp(planned),
        ),
    )
