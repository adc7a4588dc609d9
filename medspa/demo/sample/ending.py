"""The end of a lead's simulation: lost or not, deleted or not, and its value."""

from leads.choices import LostReason
from medspa.demo.sample.consult import expect
from medspa.demo.sample.days import DAY, HOUR, WeightedChoice
from medspa.demo.sample.rows import NULL, stamp
from medspa.demo.sample.simulation import Person, Simulation

EXTERNAL_ID_SHARE = 0.6
OPPORTUNITY_SHARE = 0.9
DATED_SHARE = 0.6
AFTER_CONSULT = WeightedChoice(
    [
        LostReason.PRICE.value,
        LostReason.COMPETITOR.value,
        LostReason.TIMING.value,
        LostReason.CHANGED_MIND.value,
        LostReason.NOT_A_FIT.value,
    ],
    [0.45, 0.2, 0.15, 0.12, 0.08],
)
WITHOUT_CONSULT = WeightedChoice(
    [
        LostReason.NO_RESPONSE.value,
        LostReason.PRICE.value,
        LostReason.TIMING.value,
        LostReason.COMPETITOR.value,
        LostReason.NOT_A_FIT.value,
        LostReason.DUPLICATE.value,
        LostReason.SPAM.value,
    ],
    [0.45, 0.2, 0.12, 0.1, 0.07, 0.04, 0.02],
)


def give_up(simulation: Simulation, person: Person) -> None:
    """Weeks after the last contact the lead is marked as lost."""
    if person.is_won:
        return
    least, most = simulation.delays.lost_after_days
    waited_from = max(person.last, person.due or 0)
    moment = waited_from + simulation.between(least * DAY, most * DAY)
    if moment > simulation.now:
        return
    moment = simulation.in_opening_hours(moment)
    if moment <= simulation.now:
        reason = _reason(simulation, person)
        simulation.enter_stage(
            person, simulation.stages.lost, moment, by=person.assigned_to, reason=reason
        )


def _reason(simulation: Simulation, person: Person) -> str:
    if person.shown is not None:
        return AFTER_CONSULT.draw(simulation.rng)
    if person.due is not None:
        return LostReason.NO_SHOW.value
    if person.touched is None:
        return LostReason.NO_RESPONSE.value
    return WITHOUT_CONSULT.draw(simulation.rng)


def write_lead(simulation: Simulation, person: Person, *, is_fresh: bool) -> None:
    """Write the lead with its opportunity and tags.

    A fresh lead waits for its first call, so nobody has deleted it.
    """
    simulation.close(person)
    changed = person.stage_since
    if simulation.chance(OPPORTUNITY_SHARE):
        _write_opportunity(simulation, person)
    for name, moment in person.tags.items():
        if tag := simulation.world.clinic.tags.get(name):
            row = (simulation.new_id(moment), person.id, tag, stamp(moment))
            simulation.rows.add("leads_leadtag", row)
    deleted = None if is_fresh else _deleted_at(simulation, person)
    simulation.rows.add(
        "leads_lead",
        (
            person.id,
            _external_id(simulation, person),
            person.contact.first_name,
            *simulation.contacts.of(person.id, person.contact),
            person.channel.source,
            person.campaign,
            person.channel.platform,
            person.assigned_to,
            stamp(person.created),
            stamp(deleted or changed),
            stamp(deleted) if deleted else NULL,
        ),
    )


def _external_id(simulation: Simulation, person: Person) -> str:
    """GoHighLevel's id of the contact: 20 letters and digits."""
    if person.channel.calls or person.channel.walks_in:
        return NULL
    if not simulation.chance(EXTERNAL_ID_SHARE):
        return NULL
    return simulation.new_id(person.created)[-20:]


def _write_opportunity(simulation: Simulation, person: Person) -> None:
    """Its value is about the person's price, rounded to fifty dollars."""
    guess = person.price_cents * (0.85 + 0.3 * simulation.rng.random())
    if person.expected_on == NULL and simulation.chance(DATED_SHARE):
        weeks = (6, 12) if person.is_surgical else (2, 5)
        ahead = person.created + simulation.between(
            weeks[0] * 7 * DAY, weeks[1] * 7 * DAY
        )
        expect(simulation, person, ahead, person.created)
    set_at = person.expected_set_at
    set_on = (
        NULL
        if set_at is None
        else simulation.days.date_texts[simulation.days.index(set_at)]
    )
    simulation.rows.add(
        "leads_opportunity",
        (
            simulation.new_id(person.created),
            person.id,
            str(max(5_000, round(guess / 5_000) * 5_000)),
            person.procedure,
            person.expected_on,
            set_on,
            stamp(person.created),
            stamp(set_at or person.created),
        ),
    )


def _deleted_at(simulation: Simulation, person: Person) -> int | None:
    """When the lead was deleted, after everything it did; most never are."""
    if not simulation.chance(simulation.delays.soft_deleted):
        return None
    moment = person.last + simulation.between(HOUR, 3 * DAY)
    if moment <= simulation.now:
        return moment
    return person.last + simulation.between(0, simulation.now - person.last)
