"""Unlocking: whose, when, and what everybody else keeps."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.page import read_contents
from medspa.models import User
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
    refund,
    statement_of,
)
from tests.factories import DisputeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea() -> Provider:
    return hire("Bea RN")


def test_unlocking_leaves_everybody_else_as_they_are(
    ana: Provider, bea: Provider, manager: User
) -> None:
    """Neither somebody else's draft of that month, though it is out of date, nor a
    later month is worked out with it."""
    agree(None, TEN_PERCENT)
    run_month(MARCH)
    closing.approve(MARCH, manager, [statement_of(ana).pk])
    closing.lock(MARCH, manager)
    run_month(APRIL)
    pay(bea, 20_000)
    (new,) = closing.unlock(statement_of(ana), manager).done
    assert (new.provider, new.month) == (ana, MARCH)
    assert statement_of(bea).lines_cents == 0


def test_only_one_s_own_later_closed_months_keep_one_locked(
    ana: Provider, bea: Provider, manager: User
) -> None:
    close(MARCH, manager)
    run_month(APRIL)
    closing.approve(APRIL, manager)
    closing.lock(APRIL, manager, [statement_of(bea, APRIL).pk])
    assert closing.unlock(statement_of(bea), manager).refused
    (row,) = closing.unlock(statement_of(ana), manager).done
    assert (row.provider, row.month, row.revision) == (ana, MARCH, 2)


def test_the_first_of_the_later_closed_months_is_named(
    ana: Provider, manager: User
) -> None:
    for month in (MARCH, APRIL, MAY):
        close(month, manager)
    assert closing.unlock(statement_of(ana), manager).refused == [
        "Ana RN, March 2026: April 2026 is locked and starts from its balance."
    ]
    closing.unlock(statement_of(ana, MAY), manager)
    closing.unlock(statement_of(ana, APRIL), manager)
    assert closing.unlock(statement_of(ana), manager).done == [statement_of(ana)]


@pytest.mark.parametrize("status", ["draft", "approved", "paid"])
def test_only_a_locked_statement_is_unlocked(
    status: str, ana: Provider, manager: User
) -> None:
    run_month(MARCH)
    if status != "draft":
        closing.approve(MARCH, manager)
    if status == "paid":
        closing.lock(MARCH, manager)
        closing.mark_paid(MARCH, manager)
    assert closing.unlock(statement_of(ana), manager).refused == [
        f"Ana RN, March 2026 is {status}, not locked."
    ]


def test_an_unlocked_revision_is_signed_as_replaced_and_kept(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    old, other = statement_of(ana), UserFactory()
    (new,) = closing.unlock(old, other).done
    old.refresh_from_db()
    assert (old.status, old.superseded_by) == ("locked", other)
    assert new.history.get().history_user == other


def test_a_replaced_revision_is_not_paid_with_the_one_that_replaced_it(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    old = statement_of(ana)
    closing.unlock(old, manager)
    close(MARCH, manager)
    assert closing.mark_paid(MARCH, manager).done == [statement_of(ana)]
    old.refresh_from_db()
    assert (old.status, old.paid_at) == ("locked", None)


def test_a_replaced_revision_is_corrected_no_more(ana: Provider, manager: User) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 50_000)
    closing.unlock(statement_of(ana), manager)
    close(MARCH, manager)
    run_month(APRIL)
    assert statement_of(ana).lines_cents == 5_000
    assert not statement_of(ana, APRIL).lines.exists()


def test_the_page_unlocks_no_revision_that_was_replaced(
    ana: Provider, manager: User, client: Client
) -> None:
    close(MARCH, manager)
    client.force_login(manager)
    address = reverse("unlock_statement", args=[statement_of(ana).pk])
    answer = client.post(address)
    assert answer["Location"] == reverse("statement", args=[statement_of(ana).pk])
    told = client.post(address, follow=True)
    assert "Ana RN, March 2026 is already unlocked." in told.text
    assert statement_of(ana).revision == 2


def test_a_statement_on_which_nothing_is_left_is_replaced_by_an_empty_draft(
    ana: Provider, manager: User
) -> None:
    """She left before the month, so without her old statement she would get none."""
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    Provider.objects.filter(pk=ana.pk).update(deleted_at=at(date(2026, 2, 1), 20))
    close(MARCH, manager)
    old = statement_of(ana)
    dispute = DisputeFactory(statement=old, line=old.lines.get())
    sale.delete()
    (new,) = closing.unlock(old, manager).done
    assert (new.revision, new.status, new.payable_cents) == (2, "draft", 0)
    dispute.refresh_from_db()
    assert (dispute.statement, dispute.line) == (new, None)


def test_the_other_revisions_of_a_month_are_named_and_no_other_month(
    ana: Provider, bea: Provider, manager: User
) -> None:
    close(MARCH, manager)
    old = statement_of(ana)
    closing.unlock(old, manager)
    run_month(APRIL)
    assert read_contents(statement_of(ana), None).revisions == [old]
    assert read_contents(old, None).revisions == [statement_of(ana)]
    assert read_contents(statement_of(bea), None).revisions == []


def test_the_page_of_a_replaced_revision_offers_neither_unlocking_nor_disputes(
    ana: Provider, manager: User, client: Client
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    close(MARCH, manager)
    old = statement_of(ana)
    offers = [
        reverse("unlock_statement", args=[old.pk]),
        reverse("dispute_line", args=[old.lines.get().pk]),
    ]

    def offered() -> list[bool]:
        page = client.get(reverse("statement", args=[old.pk])).text
        return [f'action="{offer}"' in page for offer in offers]

    client.force_login(manager)
    assert offered() == [True, True]
    closing.unlock(old, manager)
    assert offered() == [False, False]


def test_a_refund_of_an_unlocked_month_is_worked_out_anew(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    refund(sale, 40_000, MARCH, day=20)
    (new,) = closing.unlock(statement_of(ana), manager).done
    assert (new.lines_cents, new.adjustments_cents) == (6_000, 0)
