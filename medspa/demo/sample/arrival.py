"""How a lead comes in and who contacts it first."""

from collections.abc import Iterator
from math import log
from random import Random

from kpis.choices import Kind
from leads.choices import ActivityType, CallOutcome
from medspa.demo.sample.channels import Channel, advertised, channels
from medspa.demo.sample.days import HOUR, MINUTE, WeightedChoice
from medspa.demo.sample.distributions import SURGERY
from medspa.demo.sample.people import Contact, invent_contact
from medspa.demo.sample.rows import NULL, stamp
from medspa.demo.sample.simulation import Person, Simulation

# Ad clicks of people who never become a lead, per lead from an ad.
ANONYMOUS_CLICKS = 3
# Minutes before the present; a fresh lead has had no call yet.
FRESH_AGES = (4, 11, 26, 48, 95, 170)
ASSIGNED_SHARE = 0.7
OPPORTUNITY_TAGS = {
    "BTX": "botox",
    "FILLER": "filler",
    "LASER": "laser",
    **dict.fromkeys(SURGERY, "surgery"),
}


class ArrivalPlan:
    """When each lead comes, and by which channel."""

    def __init__(self, simulation: Simulation) -> None:
        known = simulation.world.known
        self.simulation = simulation
        ways = channels(known)
        self._ways = WeightedChoice(ways, [way.mix for way in ways])
        ads = [way for way in ways if way.platform]
        self._ads = WeightedChoice(ads, [way.mix for way in ads])
        self._digital = WeightedChoice(range(24), known.hour_weights_digital)
        self._phone = WeightedChoice(range(24), known.hour_weights_phone)

    def in_order(self) -> Iterator[tuple[int, Channel, bool]]:
        """Moment, channel and whether the lead is fresh, in order of time."""
        rng = self.simulation.rng
        usual = [
            self._one(day)
            for day, count in self.simulation.chunk.arrivals
            for _ in range(count)
        ]
        yield from sorted(usual, key=lambda arrival: arrival[0])
        ages = sorted(FRESH_AGES[: self.simulation.chunk.fresh], reverse=True)
        for age in ages:
            moment = self.simulation.now - age * MINUTE - rng.randrange(MINUTE)
            yield moment, self._ads.draw(rng), True

    def _one(self, day: int) -> tuple[int, Channel, bool]:
        rng = self.simulation.rng
        channel = self._ways.draw(rng)
        in_person = channel.calls or channel.walks_in
        moment = self.moment(day, self._phone if in_person else self._digital)
        return moment, channel, False

    def moment(self, day: int, hours: WeightedChoice | None = None) -> int:
        """A random moment of the day, weighted by hour, never after now."""
        rng, days, now = self.simulation.rng, self.simulation.days, self.simulation.now
        hour = (hours or self._digital).draw(rng)
        moment = days.at_hour(day, hour + rng.random())
        if moment <= now:
            return moment
        midnight = days.midnights[day]
        return midnight + int(rng.random() * (now - midnight))


def create_person(
    simulation: Simulation, number: int, moment: int, channel: Channel
) -> Person:
    """A person who wants a procedure at some price and, after an ad, has a campaign."""
    rng, world = simulation.rng, simulation.world
    wheel = world.procedures[simulation.days.months[simulation.days.index(moment)]]
    code = wheel.draw(rng)
    mix = world.known.procedures[code]
    staff = world.clinic.staff
    return Person(
        id=simulation.new_id(moment),
        number=number,
        contact=_contact(simulation, number, channel),
        channel=channel,
        campaign=world.clinic.campaigns.get((channel.platform, advertised(code)), NULL),
        procedure=code,
        mix=mix,
        is_surgical=code in SURGERY,
        price_cents=draw_price(rng, mix.median, mix.sigma, mix.lo, mix.hi),
        assigned_to=(
            staff[int(rng.random() * len(staff))]
            if staff and simulation.chance(ASSIGNED_SHARE)
            else NULL
        ),
        created=moment,
        last=moment,
    )


def draw_price(rng: Random, median: int, sigma: float, low: int, high: int) -> int:
    """Lognormal within the bounds, rounded to five dollars."""
    cents = rng.lognormvariate(log(median), sigma)
    return int(min(max(cents, low), high) / 500 + 0.5) * 500


def _contact(simulation: Simulation, number: int, channel: Channel) -> Contact:
    """A new contact or, sometimes, one that came before."""
    met = simulation.contacts_so_far
    if met and simulation.chance(simulation.delays.duplicate_lead):
        return met[int(simulation.rng.random() * len(met))]
    contact = invent_contact(
        number, simulation.rng, calls=channel.calls or channel.walks_in
    )
    met.append(contact)
    return contact


def arrive(simulation: Simulation, arrivals: ArrivalPlan, person: Person) -> None:
    """Clicks, the form or the call, the first stage, the automatic message."""
    if person.channel.platform:
        _click(simulation, arrivals, person)
    simulation.enter_stage(person, simulation.stages.new, person.created, by=NULL)
    tag = OPPORTUNITY_TAGS[person.procedure]
    if simulation.chance(0.9):
        person.tags[tag] = person.created
    if person.channel.calls:
        return
    if not person.channel.walks_in:
        form = "consultation" if person.is_surgical else "contact"
        payload = f'{{"form":"{form}"}}'
        simulation.add_activity(
            person, ActivityType.FORM_SUBMIT.value, payload, person.created
        )
    _greet(simulation, person)


def _click(simulation: Simulation, arrivals: ArrivalPlan, person: Person) -> None:
    clicked = person.created - simulation.between(30, 10 * MINUTE)
    _write_click(simulation, clicked, person.id, person.campaign)
    day = simulation.days.index(person.created)
    for _ in range(ANONYMOUS_CLICKS):
        _write_click(simulation, arrivals.moment(day), NULL, person.campaign)


def _write_click(simulation: Simulation, moment: int, lead: str, campaign: str) -> None:
    event, when = simulation.new_id(moment), stamp(moment)
    metadata = "{}" if lead == NULL else f'{{"click_id":"{event[9:]}"}}'
    kind = Kind.AD_CLICK.value
    row = (event, lead, campaign, kind, NULL, NULL, metadata, when, when)
    simulation.rows.add("kpis_kpievent", row)


def _greet(simulation: Simulation, person: Person) -> None:
    """The automatic message, a few seconds after the form."""
    if not simulation.chance(simulation.delays.auto_sms_share):
        return
    moment = person.created + simulation.between(*simulation.delays.auto_sms_seconds)
    if moment <= simulation.now:
        payload = '{"automated":true,"template":"welcome","outcome":"sent"}'
        simulation.add_activity(person, _message_kind(person), payload, moment)


def _message_kind(person: Person) -> str:
    if person.contact.phone:
        return ActivityType.SMS_SENT.value
    return ActivityType.EMAIL_SENT.value


def first_touch(simulation: Simulation, person: Person) -> None:
    """Somebody calls or writes; the lead counts as contacted from then on."""
    moment = _first_touch_at(simulation, person)
    if moment is None or moment > simulation.now:
        return
    person.touched = moment
    by = person.assigned_to
    if person.channel.calls and moment - person.created < 5 * MINUTE:
        length = moment - person.created
        _note_call(simulation, person, person.created, "inbound", "answered", length)
    else:
        _reach_out(simulation, person, moment)
    simulation.enter_stage(person, simulation.stages.contacted, moment, by=by)
    if simulation.chance(0.45):
        _follow_up(simulation, person)


def _first_touch_at(simulation: Simulation, person: Person) -> int | None:
    is_open = simulation.days.is_open(person.created)
    if is_open and (person.channel.calls or person.channel.walks_in):
        return person.created + simulation.between(MINUTE, 4 * MINUTE)
    if simulation.chance(simulation.delays.never_contacted):
        return None
    if is_open:
        delay = simulation.delays.human_first_touch_open
        minutes = simulation.rng.lognormvariate(log(delay.median_minutes), delay.sigma)
        moment = person.created + max(20, int(minutes * MINUTE))
        if moment > simulation.now or simulation.days.is_open(moment):
            return moment
    opening = simulation.days.next_opening(person.created)
    return opening + int(simulation.rng.lognormvariate(log(25), 0.9) * MINUTE)


def _reach_out(simulation: Simulation, person: Person, moment: int) -> None:
    if not person.contact.phone or simulation.chance(0.25):
        payload = '{"template":"first-contact","outcome":"sent"}'
        simulation.add_activity(
            person, _message_kind(person), payload, moment, person.assigned_to
        )
        return
    luck = simulation.rng.random()
    if luck < 0.55:
        answer, length = CallOutcome.ANSWERED, simulation.between(45, 600)
    elif luck < 0.8:
        answer, length = CallOutcome.VOICEMAIL, simulation.between(15, 50)
    else:
        answer, length = CallOutcome.NO_ANSWER, 0
    _note_call(simulation, person, moment, "outbound", answer.value, length)


def _note_call(
    simulation: Simulation,
    person: Person,
    moment: int,
    way: str,
    answer: str,
    seconds: int,
) -> None:
    payload = (
        f'{{"direction":"{way}","outcome":"{answer}","duration_seconds":{seconds}}}'
    )
    kind = ActivityType.CALL.value
    simulation.add_activity(person, kind, payload, moment, person.assigned_to)


def _follow_up(simulation: Simulation, person: Person) -> None:
    moment = person.last + simulation.between(20 * HOUR, 90 * HOUR)
    if moment <= simulation.now:
        payload = '{"automated":true,"template":"follow-up","outcome":"sent"}'
        simulation.add_activity(person, _message_kind(person), payload, moment)
