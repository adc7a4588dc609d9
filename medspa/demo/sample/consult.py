"""Booking a consult, coming to it or not, and once more."""

from math import log

from commissions.models import Role
from kpis.choices import Kind
from leads.choices import ActivityType
from medspa.demo.sample.days import DAY, HOUR, MINUTE
from medspa.demo.sample.rows import stamp
from medspa.demo.sample.simulation import Person, Scene

BOOKS_ONLINE = 0.25
MOST_LIKELY = 0.97
# A consult's show is noted within the first minutes of the appointment.
ARRIVES_AFTER = (-5 * MINUTE, 10 * MINUTE)


def book(scene: Scene, person: Person) -> None:
    """A lead that was called soon books more often; one never called, by itself."""
    speed = None if person.touched is None else person.touched - person.created
    rate = person.channel.books * scene.delays.speed_multiplier(speed)
    moment = _booked_at(scene, person)
    if not scene.chance(min(rate, MOST_LIKELY)) or moment > scene.now:
        return
    scene.enter(person, scene.stages.booked, moment, by=person.assigned_to)
    _agree_on_a_day(scene, person, moment, f',"stay":"{person.stay}"')
    _confirm(scene, person, moment)
    _book_again_perhaps(scene, person)


def expect(scene: Scene, person: Person, day_of: int, moment: int) -> None:
    """What is expected for the local day of `day_of`, said at `moment`."""
    person.expected_on = scene.days.date_texts[scene.days.index(day_of)]
    person.expected_said = moment


def _booked_at(scene: Scene, person: Person) -> int:
    delays = scene.delays.lead_to_booked
    delay = delays.surgical if person.is_surgical else delays.nonsurgical
    hours = min(
        scene.rng.lognormvariate(log(delay.median), delay.sigma), delays.max_days * 24
    )
    moment = person.created + int(hours * HOUR)
    if not scene.chance(BOOKS_ONLINE):
        moment = scene.in_opening_hours(moment)
    return max(moment, (person.touched or person.created) + 3 * MINUTE)


def _slot(scene: Scene, person: Person, moment: int) -> int:
    spans = scene.delays.booked_to_consult_days
    least, most = spans["surgical" if person.is_surgical else "nonsurgical"]
    day = scene.days.index(moment) + scene.rng.randint(least, most)
    return scene.days.slot(day, scene.rng)


def _agree_on_a_day(
    scene: Scene, person: Person, moment: int, more_metadata: str = ""
) -> None:
    """A booking made at `moment`, and whether the person then comes."""
    person.due = slot = _slot(scene, person, moment)
    expect(scene, person, slot, moment)
    metadata = f'{{"scheduled_for":"{stamp(slot)}"{more_metadata}}}'
    booking = scene.event(person, Kind.CONSULT_BOOKED.value, moment, metadata)
    arrival = slot + scene.between(*ARRIVES_AFTER)
    if scene.chance(person.channel.shows) and arrival <= scene.now:
        _come(scene, person, arrival, booking)


def _confirm(scene: Scene, person: Person, moment: int) -> None:
    """Every other booking is confirmed by an automatic message."""
    moment += 30
    if person.contact.email and moment <= scene.now and scene.chance(0.5):
        payload = '{"automated":true,"template":"consult-confirmation"}'
        scene.act(person, ActivityType.EMAIL_SENT.value, payload, moment)


def _come(scene: Scene, person: Person, moment: int, booking: str) -> None:
    person.shown = moment
    metadata = f'{{"booking":"{booking}"}}'
    event = scene.event(person, Kind.CONSULT_SHOW.value, moment, metadata)
    if person.is_surgical:
        scene.credit(event, moment, (scene.providers(Role.PHYSICIAN)[0], 10_000))


def _book_again_perhaps(scene: Scene, person: Person) -> None:
    """Some who did not come book once more."""
    missed = person.due
    if missed is None or person.shown is not None:
        return
    moment = scene.in_opening_hours(missed + scene.between(3 * HOUR, 4 * DAY))
    if moment <= scene.now and scene.chance(scene.delays.no_show_rebook):
        _agree_on_a_day(scene, person, moment)
