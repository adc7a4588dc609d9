"""Closed months are read again when, and only when, something of theirs changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissions.models import (
    InputChange,
    Provider,
    ReconciledMonth,
    Statement,
)
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.freshness import reconciled_months
from kpis.models import KpiEvent
from medspa.models import User
from tests.clinics import ChangeClinic
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
    statement_of,
)
from tests.committed import database_url
from tests.factories import UserFactory
from tests.rules import empty_history


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_a_settled_month_is_not_read_again(sale: KpiEvent) -> None:
    again = queries_of(lambda: run_month(APRIL))
    ReconciledMonth.objects.all().delete()
    assert queries_of(lambda: run_month(APRIL)) > again + 5
    assert reconciled_months() == {MARCH}


def test_a_correction_that_is_locked_settles_its_month(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    pay(ana, 50_000)
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    assert statement_of(ana, MAY).adjustments_cents == 0


def test_a_correction_that_is_paid_settles_its_month(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    pay(ana, 50_000)
    close(APRIL, manager)
    for month in (MARCH, APRIL):
        assert closing.mark_paid(month, manager).done
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}


@pytest.mark.slow
def test_unlocking_a_month_takes_up_again_what_it_corrected(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    pay(ana, 50_000)
    close(APRIL, manager)
    run_month(MAY)
    closing.unlock(statement_of(ana, APRIL), manager)
    assert statement_of(ana, APRIL).adjustments_cents == 5_000


def test_a_correction_on_an_open_month_is_kept_when_a_later_one_runs(
    sale: KpiEvent, ana: Provider
) -> None:
    pay(ana, 50_000)
    for month in (APRIL, MAY, APRIL, MAY):
        run_month(month)
        assert statement_of(ana, APRIL).adjustments_cents == 5_000
    assert statement_of(ana, MAY).adjustments_cents == 0


def test_an_approved_correction_is_kept_when_a_later_month_runs(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    pay(ana, 50_000)
    run_month(APRIL)
    closing.approve(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == set()
    assert closing.lock(APRIL, manager).done == [statement_of(ana, APRIL)]
    assert statement_of(ana, APRIL).adjustments_cents == 5_000


def test_a_month_calculated_after_later_ones_takes_its_refunds_from_them(
    ana: Provider, manager: User
) -> None:
    """February's, which March took back as long as February had no statements."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    agree(ana, TEN_PERCENT)
    refund(pay(ana, 10_000, january), 10_000, february)
    close(MARCH, manager)
    run_month(APRIL)
    assert reconciled_months() == {MARCH}
    close(january, manager)
    assert reconciled_months() == set()
    close(APRIL, manager)
    run_month(MAY)
    assert statement_of(ana, APRIL).adjustments_cents == -1_000
    assert reconciled_months() == {january, MARCH, APRIL}
    run_month(february)
    assert statement_of(ana, february).lines_cents == -1_000
    assert reconciled_months() == {january}
    run_month(MAY)
    assert statement_of(ana, MAY).adjustments_cents == 1_000


def test_a_run_for_one_provider_settles_nothing_of_the_others(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    bea = hire("Bea RN")
    close(MARCH, manager)
    pay(ana, 50_000)
    run_month(APRIL, provider=bea.pk)
    run_month(APRIL)
    assert statement_of(ana, APRIL).adjustments_cents == 5_000


def test_a_locked_correction_counts_while_others_of_its_month_are_drafts(
    sale: KpiEvent, ana: Provider, manager: User
) -> None:
    bea = hire("Bea RN")
    pay(ana, 50_000)
    run_month(APRIL)
    chosen = [statement_of(ana, APRIL).pk]
    closing.approve(APRIL, manager, chosen)
    closing.lock(APRIL, manager, chosen)
    run_month(APRIL)
    assert statement_of(bea, APRIL).status == "draft"
    assert reconciled_months() == {MARCH}


def test_another_zone_settles_nothing(sale: KpiEvent, clinic_is: ChangeClinic) -> None:
    assert reconciled_months() == {MARCH}
    clinic_is(time_zone="Asia/Tokyo")
    assert reconciled_months() == set()


def test_a_minimum_reached_late_is_found_where_its_refund_lies(
    ana: Provider, manager: User
) -> None:
    agree(ana, {**TEN_PERCENT, "min_period_base_cents": 120_000})
    sale = pay(ana, 100_000)
    refund(sale, 100_000, APRIL)
    close(MARCH, manager)
    close(APRIL, manager)
    run_month(MAY)
    assert reconciled_months() == {MARCH, APRIL}
    pay(ana, 50_000)
    run_month(MAY)
    # March is worth 15,000 now, and April takes all of it back.
    amounts = statement_of(ana, MAY).lines.values_list("amount_cents", flat=True)
    assert sorted(amounts) == [-15_000, 5_000, 10_000]


def test_a_change_committed_after_a_run_is_found_by_the_next(
    committed: None, ana_and_manager: tuple[Provider, User]
) -> None:
    """It was made before the run looked, and became visible only afterwards."""
    ana, manager = ana_and_manager
    sale = pay(ana, 100_000)
    close(MARCH, manager)
    with psycopg.connect(database_url()) as other:
        other.execute("UPDATE commissions_credit SET share_bps = 5000")
        run_month(APRIL)
        assert reconciled_months() == {MARCH}
        other.commit()
    assert reconciled_months() == set()
    run_month(APRIL)
    assert statement_of(ana, APRIL).lines.get().event_id == sale.pk
    assert statement_of(ana, APRIL).closing_cents == -5_000


@pytest.fixture
def ana_and_manager(committed: None) -> Any:
    ana, manager = hire("Ana RN"), UserFactory()
    agree(ana, TEN_PERCENT)
    yield ana, manager
    connection.cursor().execute("TRUNCATE commissions_statement CASCADE")
    empty_history(Statement)
    manager.delete()


@pytest.mark.django_db
def test_notes_are_taken_by_a_run(ana: Provider) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    assert InputChange.objects.exists()
    run_month(MARCH)
    assert not InputChange.objects.exists()
    assert Statement.objects.count() == 1
