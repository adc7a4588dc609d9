"""Random clinics: what is skipped or narrowed comes to the same as everything."""

import random

import pytest

from commissions.credits.crediting import split
from commissions.models import ReconciledMonth
from commissions.statements.calculate import run_month
from commissions.statements.corrections import recalculated_lines
from kpis.models import KpiEvent
from leads.services.merging import MergeChoice, merge
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    refund,
)
from tests.factories import LeadFactory


class Clinic:
    """Three providers with every kind of rule, to whom anything may happen."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people = [hire(f"Provider {number}") for number in range(3)]
        first, second, third = self.people
        paid = {"event": "invoice_paid"}
        brackets = [
            {"up_to_cents": 200_000, "rate_bps": 500},
            {"up_to_cents": None, "rate_bps": 900},
        ]
        agree(first, {**TEN_PERCENT, "min_period_base_cents": 150_000, "group": "a"})
        agree(
            None, {"type": "flat", **paid, "amount_cents": 500, "once_per_lead": True}
        )
        agree(second, {"type": "tiered", **paid, "brackets": brackets})
        agree(third, {"type": "bonus", **paid, "threshold_cents": 1, "amount_cents": 7})
        members = {first.pk: 1, second.pk: 2}
        agree(None, {"type": "pool", **paid, "rate_bps": 50, "members": members})
        self.leads = [LeadFactory() for _ in range(4)]
        for _ in range(12):
            self.pay_somebody()

    def pay_somebody(self) -> None:
        month = self.chance.choice([MARCH, APRIL])
        pay(
            self.chance.choice(self.people),
            self.chance.randint(1_000, 200_000),
            month,
            day=self.chance.randint(1, 28),
            share=self.chance.choice([10_000, 4_000]),
            lead=self.chance.choice(self.leads),
        )

    def refund_wholly(self, payment: KpiEvent) -> None:
        """On the day of the payment or later, as no refund comes before it."""
        paid_on = payment.occurred_at.date()
        month = self.chance.choice([MARCH, APRIL] if paid_on < APRIL else [APRIL])
        first = max(month, paid_on).day
        day = self.chance.randint(first, 28)
        refund(payment, payment.value_cents, month, day=day)

    def payment(self) -> KpiEvent | None:
        rows = KpiEvent.objects.counting().filter(kind="invoice_paid", refunds=None)
        return self.chance.choice([None, *rows.order_by("pk")])

    def happen(self) -> None:
        act = self.chance.choice(
            ["pay", "refund", "void", "split", "role", "rule", "lead", "leave"]
        )
        event = self.payment()
        person = self.chance.choice(self.people)
        if act == "pay":
            self.pay_somebody()
        elif act == "refund" and event:
            self.refund_wholly(event)
        elif act == "void" and event:
            event.delete()
        elif act == "split" and event:
            split(event, {person.pk: self.chance.randint(1, 10_000)})
        elif act == "role":
            person.role = self.chance.choice(["injector", "laser"])
            person.save()
        elif act == "rule":
            start = self.chance.choice([MARCH, APRIL, MAY])
            agree(person, {**TEN_PERCENT, "rate_bps": 50}, effective_from=start)
        elif act == "lead":
            one, other = self.chance.sample(self.leads, 2)
            if not one.is_deleted and not other.is_deleted:
                merge(one.pk, other.pk, MergeChoice())
                other.refresh_from_db()
        elif act == "leave" and not person.is_deleted:
            person.delete()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_skipping_settled_months_changes_no_cent(
    seed: int, manager: User
) -> None:
    clinic = Clinic(seed)
    close(MARCH, manager)
    close(APRIL, manager)
    run_month(MAY)
    for _ in range(10):
        clinic.happen()
        run_month(MAY)
        ReconciledMonth.objects.all().delete()
        assert run_month(MAY).written == 0


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_one_provider_s_lines_alone_are_those_among_all(seed: int) -> None:
    clinic = Clinic(seed)
    for _ in range(6):
        clinic.happen()
    for month in (MARCH, APRIL):
        everybody = recalculated_lines(month)
        for person in clinic.people:
            assert (
                recalculated_lines(month, person.pk)[person.pk] == everybody[person.pk]
            )
