"""The sample clinic's commission months: every state that their pages show."""

from datetime import date

import pytest

from commissions.models import Dispute, Statement, StatementLine
from medspa.clinic_time import clinic_today
from medspa.demo.sample.closing_months import close_sample_months
from medspa.models import User
from medspa.months import month_of, previous_month
from medspa.roles import PROVIDER
from tests.commissions.clinic import TEN_PERCENT, agree, hire, pay
from tests.factories import UserFactory
from tests.locks import proves, refused

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_sample_months_are_in_every_state(manager: User) -> None:
    payee = UserFactory(role=PROVIDER)
    mia, theo = hire("Mia"), hire("Theo")
    agree(None, TEN_PERCENT)
    running = month_of(clinic_today())
    last = previous_month(running)
    locked = previous_month(last)
    months = [previous_month(locked), locked, last]
    for month in months:
        for provider in (mia, theo):
            pay(provider, 50_000, month)
    close_sample_months(manager, payee, clinic_today())

    def states(month: date) -> list[str]:
        rows = Statement.objects.of_month(month).order_by("provider__name")
        return list(rows.values_list("status", flat=True))

    assert states(months[0]) == ["paid", "paid"]
    assert states(locked) == ["locked", "locked"]
    assert states(last) == ["draft", "draft"]
    assert states(running) == ["draft", "draft"]
    assert Dispute.objects.open().get().statement.provider == mia
    corrections = StatementLine.objects.corrections()
    assert sorted(corrections.values_list("amount_cents", flat=True)) == [-2_500, 2_500]
    assert {line.statement.month for line in corrections} == {last}


def test_statements_that_nothing_holds_are_approved(manager: User) -> None:
    for name in ("Mia", "Noor", "Theo"):
        hire(name)
    close_sample_months(manager, UserFactory(role=PROVIDER), clinic_today())
    last = previous_month(month_of(clinic_today()))
    rows = Statement.objects.of_month(last).order_by("provider__name")
    assert [row.status for row in rows] == ["approved", "approved", "draft"]


@proves("medspa.demo.sample.closing_months.close_sample_months atomic")
def test_the_sample_months_are_made_whole_or_not_at_all(manager: User) -> None:
    """So that the next start makes them."""
    mia, payee = hire("Mia"), UserFactory(role=PROVIDER)
    agree(mia, TEN_PERCENT)
    pay(mia, 50_000, previous_month(month_of(clinic_today())))
    with refused("commissions_dispute"):
        close_sample_months(manager, payee, clinic_today())
    assert not Statement.objects.exists()
    mia.refresh_from_db()
    assert mia.user is None
