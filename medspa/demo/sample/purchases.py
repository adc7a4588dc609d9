"""Payments, repeat visits and refunds."""

from commissions.models import Role
from kpis.choices import Category, Kind
from medspa.demo.sample.arrival import draw_price
from medspa.demo.sample.channels import LASER_CODE
from medspa.demo.sample.days import DAY, HOUR, MINUTE
from medspa.demo.sample.simulation import Person, Simulation

MOST_VISITS = 12
REFUND_AFTER = (2 * DAY, 30 * DAY)
RETAIL_CENTS = (3_500, 18_000)
RETAIL_COST = 0.5
MEMBER_AFTER_VISITS = 3
# Two injectors share some of the larger treatments.
SHARED_TREATMENTS = 0.1
SERVICE_CATEGORY = Category.SERVICE.value
DEPOSIT = Category.DEPOSIT.value
RETAIL = Category.RETAIL.value


def buy(simulation: Simulation, person: Person, shown: int) -> None:
    """After a consult: payments, repeat visits and refunds of those who buy."""
    if not simulation.chance(person.mix.close):
        return
    if person.is_surgical:
        _buy_surgery(simulation, person, shown)
    else:
        _buy_treatments(simulation, person, shown)


def _buy_treatments(simulation: Simulation, person: Person, shown: int) -> None:
    terms = simulation.delays.show_to_first_payment["nonsurgical"]
    moment = shown + simulation.between(30 * MINUTE, 90 * MINUTE)
    if not simulation.chance(terms["same_day"]):
        least, most = terms["else_days"]
        moment = simulation.in_opening_hours(
            moment + simulation.rng.randint(least, most) * DAY
        )
    while moment <= simulation.now and person.visits < MOST_VISITS:
        _visit(simulation, person, moment)
        if not simulation.chance(simulation.delays.repeat["return_probability"]):
            return
        least, most = simulation.delays.repeat[f"{person.procedure}_days"]
        moment += simulation.between(least * DAY, most * DAY)
        moment = simulation.in_opening_hours(moment)


def _visit(simulation: Simulation, person: Person, moment: int) -> None:
    cents = person.price_cents if not person.visits else _next_price(simulation, person)
    event = _pay(simulation, person, moment, cents, SERVICE_CATEGORY)
    _refund_perhaps(simulation, person, event, moment, cents, "nonsurgical")
    person.visits += 1
    if simulation.chance(simulation.delays.retail_attach):
        retail = simulation.between(*RETAIL_CENTS) // 100 * 100
        _pay(simulation, person, moment + MINUTE, retail, RETAIL)
        person.tags.setdefault("skin", moment)
    if person.visits == MEMBER_AFTER_VISITS and simulation.chance(0.4):
        person.tags["membership"] = moment


def _next_price(simulation: Simulation, person: Person) -> int:
    mix = person.mix
    return draw_price(simulation.rng, mix.median, mix.sigma, mix.lo, mix.hi)


def _buy_surgery(simulation: Simulation, person: Person, shown: int) -> None:
    """A deposit soon after the consult, the balance before surgery."""
    terms = simulation.delays.show_to_first_payment["surgical"]
    least, most = terms["deposit_days"]
    paid = shown + HOUR + simulation.rng.randint(least, most) * DAY
    paid = simulation.in_opening_hours(paid)
    surgery = shown + simulation.rng.randint(*terms["surgery_days_after_consult"]) * DAY
    balance_at = max(surgery - terms["balance_days_before_surgery"] * DAY, paid + DAY)
    balance_at = simulation.in_opening_hours(balance_at)
    if paid > simulation.now:
        return
    deposit = int(person.price_cents * terms["deposit_share"])
    event, moment, cents = (
        _pay(simulation, person, paid, deposit, DEPOSIT),
        paid,
        deposit,
    )
    if balance_at <= simulation.now:
        cents, moment = person.price_cents - deposit, balance_at
        event = _pay(simulation, person, moment, cents, SERVICE_CATEGORY)
    _refund_perhaps(simulation, person, event, moment, cents, "surgical")


def _pay(
    simulation: Simulation, person: Person, moment: int, cents: int, category: str
) -> str:
    """Write a payment and its credits; the first payment moves the lead to won."""
    moment = min(moment, simulation.now)
    if not person.is_won:
        person.is_won = True
        simulation.enter_stage(
            person, simulation.stages.won, moment, by=person.assigned_to
        )
    if category == RETAIL:
        metadata = f'{{"category":"retail","cost_cents":{int(cents * RETAIL_COST)}}}'
    else:
        metadata = (
            f'{{"procedure":"{person.procedure}","category":"{category}",'
            f'"cost_cents":{int(cents * person.mix.cost_pct)}}}'
        )
    event = simulation.add_event(
        person, Kind.INVOICE_PAID.value, moment, metadata, str(cents)
    )
    simulation.add_credits(event, moment, *_whose_work(simulation, person, category))
    return event


def _whose_work(
    simulation: Simulation, person: Person, category: str
) -> tuple[tuple[str, int], ...]:
    """Providers and their shares in basis points, which sum to 10,000."""
    if category == RETAIL:
        return ((simulation.providers(Role.COORDINATOR)[0], 10_000),)
    if person.is_surgical:
        return ((simulation.providers(Role.PHYSICIAN)[0], 10_000),)
    if person.procedure == LASER_CODE:
        return ((simulation.providers(Role.LASER)[0], 10_000),)
    one, other = simulation.providers(Role.INJECTOR)
    if person.number % 2:
        one, other = other, one
    if simulation.chance(SHARED_TREATMENTS):
        return ((one, 7_000), (other, 3_000))
    return ((one, 10_000),)


def _refund_perhaps(
    simulation: Simulation,
    person: Person,
    payment: str,
    moment: int,
    cents: int,
    kind: str,
) -> None:
    rates = simulation.delays.refund_rate
    if not simulation.chance(rates[kind]):
        return
    refunded = simulation.in_opening_hours(moment + simulation.between(*REFUND_AFTER))
    if simulation.chance(rates["partial_share"]):
        cents = max(100, int(cents * (0.2 + 0.4 * simulation.rng.random()) / 100) * 100)
    if refunded <= simulation.now:
        kind = Kind.INVOICE_REFUNDED.value
        simulation.add_event(person, kind, refunded, "{}", str(cents), payment)
