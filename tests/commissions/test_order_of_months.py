"""Months are signed when they are over, and in order."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider, ReconciledMonth, Statement
from commissions.refusals import RunRefused
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.order_of_months import (
    check_begun,
    check_over,
    closed_month,
    has_locked_months,
)
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.jobs.models import JobRun
from medspa.models import User
from medspa.months import month_of, next_month
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    at,
    close,
    hire,
    pay,
    statement_of,
)
from tests.locks import proves
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    provider = hire("Ana RN")
    agree(provider, TEN_PERCENT)
    return provider


def test_a_month_begins_on_its_first_day_and_is_over_after_its_last() -> None:
    check_begun(MARCH, date(2026, 3, 1))
    with pytest.raises(RunRefused, match="March 2026 hasn't started"):
        check_begun(MARCH, date(2026, 2, 28))
    check_over(MARCH, date(2026, 4, 1))
    with pytest.raises(RunRefused, match=r"It can be approved from Apr 1, 2026\."):
        check_over(MARCH, date(2026, 3, 31))


def test_a_month_that_is_not_over_is_calculated_and_not_approved(
    ana: Provider, manager: User, client: Client
) -> None:
    month = month_of(clinic_today())
    run_month(month)
    with pytest.raises(RunRefused, match="isn't over yet"):
        closing.approve(month, manager)
    client.force_login(manager)
    ticked = {"month": f"{month:%Y-%m}", "statement": [statement_of(ana, month).pk]}
    answer = client.post(reverse("approve_statements"), ticked, follow=True)
    assert "isn't over yet" in answer.content.decode()
    assert statement_of(ana, month).status == "draft"


def test_a_month_that_has_not_begun_is_refused_on_the_page(
    ana: Provider, manager: User, client: Client
) -> None:
    month = next_month(clinic_today())
    client.force_login(manager)
    asked = {"month": f"{month:%Y-%m}"}
    answer = client.post(reverse("run_month"), asked, follow=True)
    page = text_of(answer)
    assert f"{month:%B %Y} hasn't started." in page
    assert f">Calculate {month:%B}<" not in page
    assert not JobRun.objects.exists()


def test_a_month_between_is_calculated_before_a_later_one_is_approved(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    run_month(MAY)
    with pytest.raises(RunRefused, match="Calculate April 2026 first"):
        closing.approve(MAY, manager)
    run_month(APRIL)
    (sentence,) = closing.approve(MAY, manager).refused
    assert "approve April 2026 first" in sentence
    assert closing.approve(APRIL, manager).done
    assert closing.approve(MAY, manager).done


def test_the_first_of_several_missing_months_is_named(
    ana: Provider, manager: User
) -> None:
    close(date(2026, 1, 1), manager)
    run_month(APRIL)
    with pytest.raises(RunRefused, match="Calculate February 2026 first"):
        closing.approve(APRIL, manager)


@proves("commissions.statements.closing._check_no_gap atomic")
def test_a_month_in_which_nobody_gets_a_statement_is_no_gap(
    ana: Provider, manager: User
) -> None:
    """The only provider left in February, and the next began in April."""
    close(date(2026, 2, 1), manager)
    Provider.objects.filter(pk=ana.pk).update(deleted_at=at(date(2026, 2, 1), 20))
    bea = hire("Bea RN", created_at=at(APRIL, 2))
    run_month(APRIL)
    ReconciledMonth.objects.create(month=MAY, zone=clinic_zone().key)
    assert [row.provider for row in closing.approve(APRIL, manager).done] == [bea]
    assert not Statement.objects.filter(month=MARCH).exists()
    assert ReconciledMonth.objects.filter(month=MAY).exists()


def test_a_gap_is_found_after_a_month_in_which_nobody_gets_a_statement(
    ana: Provider, manager: User
) -> None:
    close(date(2026, 2, 1), manager)
    Provider.objects.filter(pk=ana.pk).update(deleted_at=at(date(2026, 2, 1), 20))
    hire("Bea RN", created_at=at(APRIL, 2))
    run_month(MAY)
    with pytest.raises(RunRefused, match="Calculate April 2026 first"):
        closing.approve(MAY, manager)


def test_the_first_month_of_all_needs_none_before(ana: Provider, manager: User) -> None:
    run_month(date(2026, 1, 1))
    assert closing.approve(date(2026, 1, 1), manager).done


def test_months_are_locked_and_paid_in_order(ana: Provider, manager: User) -> None:
    pay(ana, 10_000, MARCH)
    for month in (MARCH, APRIL):
        run_month(month)
        closing.approve(month, manager)
    (sentence,) = closing.lock(APRIL, manager).refused
    assert "lock March 2026 first" in sentence
    closing.lock(MARCH, manager)
    closing.lock(APRIL, manager)
    (sentence,) = closing.mark_paid(APRIL, manager).refused
    assert "pay March 2026 first" in sentence
    assert closing.mark_paid(MARCH, manager).done
    assert closing.mark_paid(APRIL, manager).done


def test_a_month_that_pays_nothing_holds_no_payment_back(
    ana: Provider, manager: User
) -> None:
    pay(ana, 10_000, APRIL)
    close(MARCH, manager)
    close(APRIL, manager)
    assert closing.mark_paid(APRIL, manager).done


def test_a_replaced_revision_that_was_never_paid_holds_no_payment_back(
    ana: Provider, manager: User
) -> None:
    pay(ana, 10_000, MARCH)
    pay(ana, 10_000, APRIL)
    close(MARCH, manager)
    closing.unlock(statement_of(ana), manager)
    for month in (MARCH, APRIL):
        close(month, manager)
        assert closing.mark_paid(month, manager).done == [statement_of(ana, month)]


def test_a_day_is_closed_when_a_statement_of_its_month_is_locked(
    ana: Provider, manager: User
) -> None:
    run_month(MARCH)
    closing.approve(MARCH, manager)
    assert closed_month(date(2026, 3, 31)) == ""
    closing.lock(MARCH, manager)
    for day in (MARCH, date(2026, 3, 31)):
        assert closed_month(day) == "The commissions of March 2026 are locked."
    assert closed_month(APRIL) == ""
    closing.mark_paid(MARCH, manager)
    assert closed_month(MARCH) == "The commissions of March 2026 are locked."


def test_an_unlocked_month_is_open_for_records_again(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    assert closing.unlock(statement_of(ana), manager).done
    assert closed_month(MARCH) == ""


def test_months_count_as_locked_when_a_statement_is(
    ana: Provider, manager: User
) -> None:
    run_month(MARCH)
    closing.approve(MARCH, manager)
    assert not has_locked_months()
    closing.lock(MARCH, manager)
    assert has_locked_months()
    closing.unlock(statement_of(ana), manager)
    assert has_locked_months(), "the locked revision is kept"
