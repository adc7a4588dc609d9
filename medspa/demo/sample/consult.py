"""Booking a consult, coming to it or not, and booking again."""

from math import log
from random import Random

from commissions.models import Role
from kpis.choices import Kind
from leads.choices import ActivityType
from medspa.demo.sample.days import DAY, HOUR, MINUTE
from medspa.demo.sample.rows import NULL, stamp
from medspa.demo.sample.simulation import ID_BITS, Person, Simulation
from medspa.ids import cuid

BOOKS_ONLINE = 0.25
MOST_LIKELY = 0.97
CONFIRMS = 0.6
CONFIRMS_BEFORE = (2 * HOUR, 3 * DAY)
# Staff record that the person came around the time of the appointment.
ARRIVES_AFTER = (-5 * MINUTE, 10 * MINUTE)


def book(simulation: Simulation, person: Person) -> None:
    """A lead that was called soon books more often than one that waited."""
    speed = None if person.touched is None else person.touched - person.created
    rate = person.channel.books * simulation.delays.speed_multiplier(speed)
    moment = _booked_at(simulation, person)
    if not simulation.chance(min(rate, MOST_LIKELY)) or moment > simulation.now:
        return
    simulation.enter_stage(
        person, simulation.stages.booked, moment, by=person.assigned_to
    )
    _agree_on_a_day(simulation, person, moment, f',"stay":"{person.stage_period}"')
    _confirm(simulation, person, moment)
    _book_again_perhaps(simulation, person)


def expect(simulation: Simulation, person: Person, day_of: int, moment: int) -> None:
    """Set the expected date to the local day of `day_of`, as entered at `moment`."""
    person.expected_on = simulation.days.date_texts[simulation.days.index(day_of)]
    person.expected_set_at = moment


def _booked_at(simulation: Simulation, person: Person) -> int:
    delays = simulation.delays.lead_to_booked
    delay = delays.surgical if person.is_surgical else delays.nonsurgical
    hours = min(
        simulation.rng.lognormvariate(log(delay.median), delay.sigma),
        delays.max_days * 24,
    )
    moment = person.created + int(hours * HOUR)
    if not simulation.chance(BOOKS_ONLINE):
        moment = simulation.in_opening_hours(moment)
    return max(moment, (person.touched or person.created) + 3 * MINUTE)


def _slot(simulation: Simulation, person: Person, moment: int) -> int:
    spans = simulation.delays.booked_to_consult_days
    least, most = spans["surgical" if person.is_surgical else "nonsurgical"]
    day = simulation.days.index(moment) + simulation.rng.randint(least, most)
    return simulation.days.slot(day, simulation.rng)


def _agree_on_a_day(
    simulation: Simulation, person: Person, moment: int, more_metadata: str = ""
) -> None:
    """A booking made at `moment`, and whether the person then comes."""
    person.due = slot = _slot(simulation, person, moment)
    expect(simulation, person, slot, moment)
    metadata = f'{{"scheduled_for":"{stamp(slot)}"{more_metadata}}}'
    booking = simulation.add_event(person, Kind.CONSULT_BOOKED.value, moment, metadata)
    _arrange(simulation, person, booking, moment, slot)
    arrival = slot + simulation.between(*ARRIVES_AFTER)
    if simulation.chance(person.channel.shows) and arrival <= simulation.now:
        _come(simulation, person, arrival, booking)


def _arrange(
    simulation: Simulation, person: Person, booking: str, moment: int, slot: int
) -> None:
    """With whom the consult is; many confirm it on the last days before.

    With random numbers of its own, so that the rest of the clinic stays the same.
    """
    rng = Random(booking)  # noqa: S311  (no secrets)
    confirmed = max(moment, slot - int(rng.uniform(*CONFIRMS_BEFORE)))
    is_confirmed = rng.random() < CONFIRMS and confirmed <= simulation.now
    row = (
        cuid(moment * 1000, rng.getrandbits(ID_BITS)),
        booking,
        rng.choice(simulation.providers(_treats(person))),
        person.procedure,
        stamp(confirmed) if is_confirmed else NULL,
        "",
    )
    simulation.rows.add("kpis_consultdetails", row)


def _treats(person: Person) -> Role:
    if person.is_surgical:
        return Role.PHYSICIAN
    is_laser = person.procedure == "LASER"
    return Role.LASER if is_laser else Role.INJECTOR


def _confirm(simulation: Simulation, person: Person, moment: int) -> None:
    """Every other booking is confirmed by an automatic message."""
    moment += 30
    if person.contact.email and moment <= simulation.now and simulation.chance(0.5):
        payload = '{"automated":true,"template":"consult-confirmation"}'
        simulation.add_activity(person, ActivityType.EMAIL_SENT.value, payload, moment)


def _come(simulation: Simulation, person: Person, moment: int, booking: str) -> None:
    person.shown = moment
    metadata = f'{{"booking":"{booking}"}}'
    event = simulation.add_event(person, Kind.CONSULT_SHOW.value, moment, metadata)
    if person.is_surgical:
        simulation.add_credits(
            event, moment, (simulation.providers(Role.PHYSICIAN)[0], 10_000)
        )


def _book_again_perhaps(simulation: Simulation, person: Person) -> None:
    """Some who did not come book once more."""
    missed = person.due
    if missed is None or person.shown is not None:
        return
    moment = simulation.in_opening_hours(missed + simulation.between(3 * HOUR, 4 * DAY))
    if moment <= simulation.now and simulation.chance(simulation.delays.no_show_rebook):
        _agree_on_a_day(simulation, person, moment)
