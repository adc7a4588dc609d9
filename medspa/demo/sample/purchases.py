"""What people pay, come back for and get back."""

from commissions.models import Role
from kpis.choices import Category, Kind
from leads.choices import Procedure
from medspa.demo.sample.arrival import draw_price
from medspa.demo.sample.days import DAY, HOUR, MINUTE
from medspa.demo.sample.simulation import Person, Scene

MOST_VISITS = 12
REFUND_AFTER = (2 * DAY, 30 * DAY)
RETAIL_CENTS = (3_500, 18_000)
RETAIL_COST = 0.5
MEMBER_AFTER_VISITS = 3
# Two injectors share some of the larger treatments.
SHARED_TREATMENTS = 0.1
SERVICE = Category.SERVICE.value
DEPOSIT = Category.DEPOSIT.value
RETAIL = Category.RETAIL.value


def buy(scene: Scene, person: Person, shown: int) -> None:
    """After a consult: payments, repeat visits, refunds, for those who decide to."""
    if not scene.chance(person.mix.close):
        return
    if person.is_surgical:
        _buy_surgery(scene, person, shown)
    else:
        _buy_treatments(scene, person, shown)


def _buy_treatments(scene: Scene, person: Person, shown: int) -> None:
    terms = scene.delays.show_to_first_payment["nonsurgical"]
    moment = shown + scene.between(30 * MINUTE, 90 * MINUTE)
    if not scene.chance(terms["same_day"]):
        least, most = terms["else_days"]
        moment = scene.in_opening_hours(moment + scene.rng.randint(least, most) * DAY)
    while moment <= scene.now and person.visits < MOST_VISITS:
        _visit(scene, person, moment)
        if not scene.chance(scene.delays.repeat["return_probability"]):
            return
        least, most = scene.delays.repeat[f"{person.procedure}_days"]
        moment += scene.between(least * DAY, most * DAY)
        moment = scene.in_opening_hours(moment)


def _visit(scene: Scene, person: Person, moment: int) -> None:
    cents = person.price_cents if not person.visits else _next_price(scene, person)
    event = _pay(scene, person, moment, cents, SERVICE)
    _refund_perhaps(scene, person, event, moment, cents, "nonsurgical")
    person.visits += 1
    if scene.chance(scene.delays.retail_attach):
        retail = scene.between(*RETAIL_CENTS) // 100 * 100
        _pay(scene, person, moment + MINUTE, retail, RETAIL)
        person.tags.setdefault("skin", moment)
    if person.visits == MEMBER_AFTER_VISITS and scene.chance(0.4):
        person.tags["membership"] = moment


def _next_price(scene: Scene, person: Person) -> int:
    mix = person.mix
    return draw_price(scene.rng, mix.median, mix.sigma, mix.lo, mix.hi)


def _buy_surgery(scene: Scene, person: Person, shown: int) -> None:
    """A deposit soon, the balance two weeks before surgery."""
    terms = scene.delays.show_to_first_payment["surgical"]
    least, most = terms["deposit_days"]
    paid = shown + HOUR + scene.rng.randint(least, most) * DAY
    paid = scene.in_opening_hours(paid)
    surgery = shown + scene.rng.randint(*terms["surgery_days_after_consult"]) * DAY
    balance_at = max(surgery - terms["balance_days_before_surgery"] * DAY, paid + DAY)
    balance_at = scene.in_opening_hours(balance_at)
    if paid > scene.now:
        return
    deposit = int(person.price_cents * terms["deposit_share"])
    event, moment, cents = _pay(scene, person, paid, deposit, DEPOSIT), paid, deposit
    if balance_at <= scene.now:
        cents, moment = person.price_cents - deposit, balance_at
        event = _pay(scene, person, moment, cents, SERVICE)
    _refund_perhaps(scene, person, event, moment, cents, "surgical")


def _pay(scene: Scene, person: Person, moment: int, cents: int, category: str) -> str:
    """Write a payment and whose work it was; the first one wins the lead."""
    moment = min(moment, scene.now)
    if not person.is_won:
        person.is_won = True
        scene.enter(person, scene.stages.won, moment, by=person.assigned_to)
    if category == RETAIL:
        metadata = f'{{"category":"retail","cost_cents":{int(cents * RETAIL_COST)}}}'
    else:
        metadata = (
            f'{{"procedure":"{person.procedure}","category":"{category}",'
            f'"cost_cents":{int(cents * person.mix.cost_pct)}}}'
        )
    event = scene.event(person, Kind.INVOICE_PAID.value, moment, metadata, str(cents))
    scene.credit(event, moment, *_whose_work(scene, person, category))
    return event


def _whose_work(
    scene: Scene, person: Person, category: str
) -> tuple[tuple[str, int], ...]:
    """Providers and their shares in basis points, which sum to 10,000."""
    if category == RETAIL:
        return ((scene.providers(Role.COORDINATOR)[0], 10_000),)
    if person.is_surgical:
        return ((scene.providers(Role.PHYSICIAN)[0], 10_000),)
    if person.procedure == Procedure.LASER.value:
        return ((scene.providers(Role.LASER)[0], 10_000),)
    one, other = scene.providers(Role.INJECTOR)
    if person.number % 2:
        one, other = other, one
    if scene.chance(SHARED_TREATMENTS):
        return ((one, 7_000), (other, 3_000))
    return ((one, 10_000),)


def _refund_perhaps(
    scene: Scene, person: Person, payment: str, moment: int, cents: int, kind: str
) -> None:
    rates = scene.delays.refund_rate
    if not scene.chance(rates[kind]):
        return
    refunded = scene.in_opening_hours(moment + scene.between(*REFUND_AFTER))
    if scene.chance(rates["partial_share"]):
        cents = max(100, int(cents * (0.2 + 0.4 * scene.rng.random()) / 100) * 100)
    if refunded <= scene.now:
        kind = Kind.INVOICE_REFUNDED.value
        scene.event(person, kind, refunded, "{}", str(cents), payment)
