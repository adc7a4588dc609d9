"""What a locked statement would come to today, and what of that is posted."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.differences import changes_since_lock
from commissions.statements.freshness import reconciled_months
from kpis.models import KpiEvent
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
from tests.page_text import text_of

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


def test_a_difference_of_the_whole_month_names_the_payments_under_it(
    ana: Provider, manager: User
) -> None:
    bonus = {"type": "bonus", "event": "invoice_paid", "threshold_cents": 10_000}
    agree(ana, {**bonus, "amount_cents": 700})
    close(MARCH, manager)
    sale = pay(ana, 10_000, day=10)
    (line,) = changes_since_lock(statement_of(ana)).lines
    assert (line.on, line.correction.amount_cents) == (None, 700)
    (source,) = line.sources
    assert (source.event, source.on) == (sale, date(2026, 3, 10))


def test_what_changed_since_is_shown_of_a_paid_statement_too(
    ana: Provider, manager: User, client: Client
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    assert closing.mark_paid(MARCH, manager).done
    pay(ana, 100_000)
    client.force_login(manager)
    address = reverse("statement_changes", args=[statement_of(ana).pk])
    assert "would differ by <strong>$100.00</strong>" in client.get(address).text


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


def test_what_a_reconciled_month_posted_is_the_whole_difference(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000)
    close(APRIL, manager)
    run_month(MAY)
    assert MARCH in reconciled_months()
    changes = changes_since_lock(statement_of(ana))
    assert [line.correction.amount_cents for line in changes.lines] == [1_000]
    assert (changes.total_cents, changes.open_cents) == (1_000, 0)


def test_the_page_says_what_is_not_posted_and_links_to_what_is(
    ana: Provider, manager: User, client: Client
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000)
    close(APRIL, manager)
    pay(ana, 5_000)
    client.force_login(manager)
    address = reverse("statement_changes", args=[statement_of(ana).pk])
    page = " ".join(client.get(address).text.split())
    assert "would differ by <strong>$15.00</strong>" in page
    assert "$5.00 of that isn't posted yet" in page
    line = statement_of(ana, APRIL).lines.get()
    posted = f"{reverse('statement', args=[line.statement_id])}#{line.pk}"
    assert f'href="{posted}">April 2026</a>' in page


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


def test_what_changed_is_dated_by_the_clinic_s_day(
    ana: Provider, manager: User, client: Client
) -> None:
    """By UTC the last evening of March is in April."""
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    evening = datetime(2026, 4, 1, 1, tzinfo=UTC)
    KpiEvent.objects.filter(pk=sale.pk).update(occurred_at=evening)
    close(MARCH, manager)
    sale.delete()
    client.force_login(manager)
    address = reverse("statement_changes", args=[statement_of(ana).pk])
    assert "<span>Payment, Mar 31, 2026</span>" in text_of(client.get(address))
