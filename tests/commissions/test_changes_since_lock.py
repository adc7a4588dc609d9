"""What a locked statement would come to today, and what of that is posted."""

from datetime import date

import pytest

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.differences import changes_since_lock
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db


def test_a_payment_that_was_voided_is_told_with_its_day(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000, day=10)
    close(MARCH, manager)
    sale.delete()
    (line,) = changes_since_lock(statement_of(ana)).lines
    assert (line.title, line.on) == ("Payment", date(2026, 3, 10))
    assert line.correction.amount_cents == -1_000


def test_what_an_unlocked_month_posted_is_posted_no_more(
    ana: Provider, manager: User
) -> None:
    """Its new revision posts it."""
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000)
    close(APRIL, manager)
    (before,) = changes_since_lock(statement_of(ana)).posted
    closing.unlock(statement_of(ana, APRIL), manager)
    (after,) = changes_since_lock(statement_of(ana)).posted
    assert before.statement != after.statement == statement_of(ana, APRIL)


def test_what_is_not_posted_yet_is_told_from_what_is(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000)
    close(APRIL, manager)
    pay(ana, 5_000)
    changes = changes_since_lock(statement_of(ana))
    assert [line.amount_cents for line in changes.posted] == [1_000]
    assert (changes.total_cents, changes.open_cents) == (1_500, 500)
    run_month(MAY)
    changes = changes_since_lock(statement_of(ana))
    assert sorted(line.amount_cents for line in changes.posted) == [500, 1_000]
    assert (changes.total_cents, changes.open_cents) == (1_500, 0)
