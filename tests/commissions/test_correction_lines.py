"""A correction says what stood there before and what the difference comes to."""

import pytest

from commissions.credits.crediting import split
from commissions.statements.calculate import run_month
from commissions.statements.lines import line_views
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db


def test_a_share_taken_away_later_is_followed_to_the_cent(manager: User) -> None:
    ana, bea = hire("Ana RN"), hire("Bea RN")
    agree(None, TEN_PERCENT)
    payment = pay(ana, 45_005)
    close(MARCH, manager)
    split(payment, {ana.pk: 6_000, bea.pk: 4_000})
    run_month(APRIL)
    (lost,) = line_views(statement_of(ana, APRIL).lines.all())
    assert lost.arithmetic == "was $45.01, difference of −$18.01 (exactly −$18.002)"
    (won,) = line_views(statement_of(bea, APRIL).lines.all())
    assert won.arithmetic == "difference of $18 (exactly $18.002)"
