"""How a lead stands today: lost or not, deleted or not, worth what."""

from leads.choices import LostReason
from medspa.demo.sample.consult import expect
from medspa.demo.sample.days import DAY, HOUR, Wheel
from medspa.demo.sample.rows import NULL, stamp
from medspa.demo.sample.simulation import Person, Scene

EXTERNAL_ID_SHARE = 0.6
OPPORTUNITY_SHARE = 0.9
DATED_SHARE = 0.6
AFTER_CONSULT = Wheel(
    [
        LostReason.PRICE.value,
        LostReason.COMPETITOR.value,
        LostReason.TIMING.value,
        LostReason.CHANGED_MIND.value,
        LostReason.NOT_A_FIT.value,
    ],
    [0.45, 0.2, 0.15, 0.12, 0.08],
)
WITHOUT_CONSULT = Wheel(
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


def give_up(scene: Scene, person: Person) -> None:
    """Weeks after the last sign the lead is put down as lost."""
    if person.is_won:
        return
    least, most = scene.delays.lost_after_days
    waited_from = max(person.last, person.due or 0)
    moment = waited_from + scene.between(least * DAY, most * DAY)
    if moment > scene.now:
        return
    moment = scene.in_opening_hours(moment)
    if moment <= scene.now:
        reason = _reason(scene, person)
        scene.enter(
            person, scene.stages.lost, moment, by=person.assigned_to, reason=reason
        )


def _reason(scene: Scene, person: Person) -> str:
    if person.shown is not None:
        return AFTER_CONSULT.spin(scene.rng)
    if person.due is not None:
        return LostReason.NO_SHOW.value
    if person.touched is None:
        return LostReason.NO_RESPONSE.value
    return WITHOUT_CONSULT.spin(scene.rng)


def write(scene: Scene, person: Person) -> None:
    """The lead itself and what hangs on it once."""
    scene.rest(person)
    changed = person.stage_since
    if scene.chance(OPPORTUNITY_SHARE):
        _write_opportunity(scene, person)
    for name, moment in person.tags.items():
        if tag := scene.world.clinic.tags.get(name):
            row = (scene.new_id(moment), person.id, tag, stamp(moment))
            scene.rows.add("leads_leadtag", row)
    deleted = _deleted_at(scene, person)
    scene.rows.add(
        "leads_lead",
        (
            person.id,
            _external_id(scene, person),
            person.contact.first_name,
            *scene.contacts.of(person.id, person.contact),
            person.channel.source,
            person.campaign,
            person.channel.platform,
            person.assigned_to,
            stamp(person.created),
            stamp(deleted or changed),
            stamp(deleted) if deleted else NULL,
        ),
    )


def _external_id(scene: Scene, person: Person) -> str:
    """What GoHighLevel calls the contact: 20 letters and digits."""
    if person.channel.calls or person.channel.walks_in:
        return NULL
    if not scene.chance(EXTERNAL_ID_SHARE):
        return NULL
    return scene.new_id(person.created)[-20:]


def _write_opportunity(scene: Scene, person: Person) -> None:
    """Worth about what the person has in mind, in whole fifty dollars."""
    guess = person.price_cents * (0.85 + 0.3 * scene.rng.random())
    if person.expected_on == NULL and scene.chance(DATED_SHARE):
        weeks = (6, 12) if person.is_surgical else (2, 5)
        ahead = person.created + scene.between(weeks[0] * 7 * DAY, weeks[1] * 7 * DAY)
        expect(scene, person, ahead, person.created)
    said = person.expected_said
    said_on = NULL if said is None else scene.days.date_texts[scene.days.index(said)]
    scene.rows.add(
        "leads_opportunity",
        (
            scene.new_id(person.created),
            person.id,
            str(max(5_000, round(guess / 5_000) * 5_000)),
            person.procedure,
            person.expected_on,
            said_on,
            stamp(person.created),
            stamp(said or person.created),
        ),
    )


def _deleted_at(scene: Scene, person: Person) -> int | None:
    """When the lead was deleted, after all that it did; most never are."""
    if not scene.chance(scene.delays.soft_deleted):
        return None
    moment = person.last + scene.between(HOUR, 3 * DAY)
    if moment <= scene.now:
        return moment
    return person.last + scene.between(0, scene.now - person.last)
