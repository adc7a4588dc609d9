"""How a lead comes in and who speaks to it first."""

from collections.abc import Iterator
from math import log
from random import Random

from kpis.choices import Kind
from leads.choices import ActivityType, CallOutcome
from medspa.demo.sample.channels import Channel, advertised, channels
from medspa.demo.sample.days import HOUR, MINUTE, Wheel
from medspa.demo.sample.distributions import SURGERY
from medspa.demo.sample.people import Contact, invent_contact
from medspa.demo.sample.rows import NULL, stamp
from medspa.demo.sample.simulation import Person, Scene

# Clicks of people who never say who they are, for each lead from an ad.
ANONYMOUS_CLICKS = 3
# Long before the present, in seconds; a fresh lead has had no call yet.
FRESH_AGES = (4, 11, 26, 48, 95, 170)
ASSIGNED_SHARE = 0.7
GOHIGHLEVEL_SHARE = 0.6
OPPORTUNITY_TAGS = {
    "BTX": "botox",
    "FILLER": "filler",
    "LASER": "laser",
    **dict.fromkeys(SURGERY, "surgery"),
}


class Arrivals:
    """Who comes when on which day."""

    def __init__(self, scene: Scene) -> None:
        known = scene.world.known
        self.scene = scene
        ways = channels(known)
        self._ways = Wheel(ways, [way.mix for way in ways])
        ads = [way for way in ways if way.platform]
        self._ads = Wheel(ads, [way.mix for way in ads])
        self._digital = Wheel(range(24), known.hour_weights_digital)
        self._phone = Wheel(range(24), known.hour_weights_phone)

    def in_order(self) -> Iterator[tuple[int, Channel, bool]]:
        """Moment, channel and whether the lead is fresh, by moment."""
        rng = self.scene.rng
        usual = [
            self._one(day)
            for day, count in self.scene.chunk.arrivals
            for _ in range(count)
        ]
        yield from sorted(usual, key=lambda arrival: arrival[0])
        ages = sorted(FRESH_AGES[: self.scene.chunk.fresh], reverse=True)
        for age in ages:
            moment = self.scene.now - age * MINUTE - rng.randrange(MINUTE)
            yield moment, self._ads.spin(rng), True

    def _one(self, day: int) -> tuple[int, Channel, bool]:
        rng = self.scene.rng
        channel = self._ways.spin(rng)
        in_person = channel.calls or channel.walks_in
        moment = self.moment(day, self._phone if in_person else self._digital)
        return moment, channel, False

    def moment(self, day: int, hours: Wheel | None = None) -> int:
        """A moment of the day by the weights of its hours, never after now."""
        rng, days, now = self.scene.rng, self.scene.days, self.scene.now
        hour = (hours or self._digital).spin(rng)
        moment = days.at_hour(day, hour + rng.random())
        if moment <= now:
            return moment
        midnight = days.midnights[day]
        return midnight + int(rng.random() * (now - midnight))


def meet(scene: Scene, number: int, moment: int, channel: Channel) -> Person:
    """A person with a wish, a price in mind and, after an ad, a campaign."""
    rng, world = scene.rng, scene.world
    wheel = world.procedures[scene.days.months[scene.days.index(moment)]]
    code = wheel.spin(rng)
    mix = world.known.procedures[code]
    staff = world.clinic.staff
    return Person(
        id=scene.new_id(moment),
        number=number,
        contact=_contact(scene, number, channel),
        channel=channel,
        campaign=world.clinic.campaigns.get((channel.platform, advertised(code)), NULL),
        procedure=code,
        mix=mix,
        is_surgical=code in SURGERY,
        price_cents=draw_price(rng, mix.median, mix.sigma, mix.lo, mix.hi),
        assigned_to=(
            staff[int(rng.random() * len(staff))]
            if staff and scene.chance(ASSIGNED_SHARE)
            else NULL
        ),
        created=moment,
        last=moment,
    )


def draw_price(rng: Random, median: int, sigma: float, low: int, high: int) -> int:
    """Lognormal, kept within the bounds, in whole five dollars."""
    cents = rng.lognormvariate(log(median), sigma)
    return int(min(max(cents, low), high) / 500 + 0.5) * 500


def _contact(scene: Scene, number: int, channel: Channel) -> Contact:
    """Somebody new or, now and then, the same person once more."""
    met = scene.met
    if met and scene.chance(scene.delays.duplicate_lead):
        return met[int(scene.rng.random() * len(met))]
    contact = invent_contact(number, scene.rng, calls=channel.calls or channel.walks_in)
    met.append(contact)
    return contact


def arrive(scene: Scene, arrivals: Arrivals, person: Person) -> None:
    """Clicks, the form or the call, the first stage, the automatic message."""
    if person.channel.platform:
        _click(scene, arrivals, person)
    scene.enter(person, scene.stages.new, person.created, by=NULL)
    tag = OPPORTUNITY_TAGS[person.procedure]
    if scene.chance(0.9):
        person.tags[tag] = person.created
    if person.channel.calls:
        return
    if not person.channel.walks_in:
        form = "consultation" if person.is_surgical else "contact"
        payload = f'{{"form":"{form}"}}'
        scene.act(person, ActivityType.FORM_SUBMIT.value, payload, person.created)
    _greet(scene, person)


def _click(scene: Scene, arrivals: Arrivals, person: Person) -> None:
    clicked = person.created - scene.between(30, 10 * MINUTE)
    _write_click(scene, clicked, person.id, person.campaign)
    day = scene.days.index(person.created)
    for _ in range(ANONYMOUS_CLICKS):
        _write_click(scene, arrivals.moment(day), NULL, person.campaign)


def _write_click(scene: Scene, moment: int, lead: str, campaign: str) -> None:
    event, when = scene.new_id(moment), stamp(moment)
    metadata = "{}" if lead == NULL else f'{{"click_id":"{event[9:]}"}}'
    kind = Kind.AD_CLICK.value
    row = (event, lead, campaign, kind, NULL, NULL, metadata, when, when)
    scene.rows.add("kpis_kpievent", row)


def _greet(scene: Scene, person: Person) -> None:
    """The automatic message, a few seconds after the form."""
    if not scene.chance(scene.delays.auto_sms_share):
        return
    moment = person.created + scene.between(*scene.delays.auto_sms_seconds)
    if moment <= scene.now:
        payload = '{"automated":true,"template":"welcome","outcome":"sent"}'
        scene.act(person, _message_kind(person), payload, moment)


def _message_kind(person: Person) -> str:
    if person.contact.phone:
        return ActivityType.SMS_SENT.value
    return ActivityType.EMAIL_SENT.value


def first_touch(scene: Scene, person: Person) -> None:
    """Somebody calls or writes; the lead counts as contacted from then on."""
    moment = _first_touch_at(scene, person)
    if moment is None or moment > scene.now:
        return
    person.touched = moment
    by = person.assigned_to
    if person.channel.calls and moment - person.created < 5 * MINUTE:
        length = moment - person.created
        _note_call(scene, person, person.created, "inbound", "answered", length)
    else:
        _reach_out(scene, person, moment)
    scene.enter(person, scene.stages.contacted, moment, by=by)
    if scene.chance(0.45):
        _follow_up(scene, person)


def _first_touch_at(scene: Scene, person: Person) -> int | None:
    is_open = scene.days.is_open(person.created)
    if is_open and (person.channel.calls or person.channel.walks_in):
        return person.created + scene.between(MINUTE, 4 * MINUTE)
    if scene.chance(scene.delays.never_contacted):
        return None
    if is_open:
        delay = scene.delays.human_first_touch_open
        minutes = scene.rng.lognormvariate(log(delay.median_minutes), delay.sigma)
        moment = person.created + max(20, int(minutes * MINUTE))
        if moment > scene.now or scene.days.is_open(moment):
            return moment
    opening = scene.days.next_opening(person.created)
    return opening + int(scene.rng.lognormvariate(log(25), 0.9) * MINUTE)


def _reach_out(scene: Scene, person: Person, moment: int) -> None:
    if not person.contact.phone or scene.chance(0.25):
        payload = '{"template":"first-contact","outcome":"sent"}'
        scene.act(person, _message_kind(person), payload, moment, person.assigned_to)
        return
    luck = scene.rng.random()
    if luck < 0.55:
        answer, length = CallOutcome.ANSWERED, scene.between(45, 600)
    elif luck < 0.8:
        answer, length = CallOutcome.VOICEMAIL, scene.between(15, 50)
    else:
        answer, length = CallOutcome.NO_ANSWER, 0
    _note_call(scene, person, moment, "outbound", answer.value, length)


def _note_call(
    scene: Scene, person: Person, moment: int, way: str, answer: str, seconds: int
) -> None:
    payload = (
        f'{{"direction":"{way}","outcome":"{answer}","duration_seconds":{seconds}}}'
    )
    kind = ActivityType.CALL.value
    scene.act(person, kind, payload, moment, person.assigned_to)


def _follow_up(scene: Scene, person: Person) -> None:
    moment = person.last + scene.between(20 * HOUR, 90 * HOUR)
    if moment <= scene.now:
        payload = '{"automated":true,"template":"follow-up","outcome":"sent"}'
        scene.act(person, _message_kind(person), payload, moment)
