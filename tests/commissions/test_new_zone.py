"""Another time zone of the clinic: numbers and open months follow, locked ones stay."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from kpis.models import KpiEvent, RollupState
from kpis.period import Window, whole_month
from kpis.queries.numbers import KpiData, read_at_once
from kpis.rollups import rebuild_rollups
from kpis.rollups.reading import freshness
from medspa.clinic.current import clinic_scope
from medspa.clinic_time import clinic_zone
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import refusal_of
from medspa.models import Clinic, JobRun, User
from medspa.setup.rebuilding import NoArguments, rebuild, start_rebuild
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db
NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"
# Both are the last evening of a month in New York, and a day of the next in Tokyo.
LAST_OF_MARCH = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
LAST_OF_APRIL = datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def ana(manager: User) -> Provider:
    """March is locked, April calculated; each has a payment of its last evening."""
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    for cents, at in ((100_000, LAST_OF_MARCH), (50_000, LAST_OF_APRIL)):
        KpiEvent.objects.filter(pk=pay(ana, cents).pk).update(occurred_at=at)
    close(MARCH, manager)
    run_month(APRIL)
    return ana


def move_to(zone: str) -> None:
    Clinic.objects.update(time_zone=zone)
    with clinic_scope():
        rebuild(NoArguments(), NullProgress())


def paid(ana: Provider) -> list[int]:
    months = (MARCH, APRIL, MAY)
    return [statement_of(ana, month).payable_cents for month in months]


def revenue(month: Any) -> int:
    with clinic_scope():
        window = Window(whole_month(month), clinic_zone(), datetime.now(UTC))
        assert freshness(window).for_period
        return int(KpiData(window).figures["net_revenue_cents"])  # type: ignore[arg-type]


def test_locked_months_stay_as_signed_and_nobody_is_paid_twice(ana: Provider) -> None:
    signed = statement_of(ana, MARCH)
    assert (signed.payable_cents, statement_of(ana, APRIL).payable_cents) == (
        10_000,
        5_000,
    )
    move_to(TOKYO)
    with clinic_scope():
        run_month(MAY)
    again = statement_of(ana, MARCH)
    assert (again.pk, again.status, again.payable_cents) == (
        signed.pk,
        "locked",
        10_000,
    )
    # April has what was paid as March's, less the correction of March.
    april = statement_of(ana, APRIL)
    assert (april.lines_cents, april.corrections_cents) == (10_000, -10_000)
    assert sum(paid(ana)) == 15_000


def test_open_months_are_recalculated_in_their_order() -> None:
    """In Tokyo March has no payment, so a draw pays and is carried to April."""
    bea = hire("Bea RN")
    agree(bea, TEN_PERCENT)
    agree(bea, {"type": "draw", "amount_cents": 9_000, "recoverable": True})
    KpiEvent.objects.filter(pk=pay(bea, 100_000).pk).update(occurred_at=LAST_OF_MARCH)
    for month in (MARCH, APRIL):
        run_month(month)
    assert statement_of(bea, APRIL).draw_opening_cents == 0
    move_to(TOKYO)
    assert statement_of(bea, MARCH).draw_balance_cents == 9_000
    assert statement_of(bea, APRIL).draw_opening_cents == 9_000


def test_what_was_approved_is_recalculated_and_a_draft_again(
    ana: Provider, manager: User
) -> None:
    assert closing.approve(APRIL, manager).done
    move_to(TOKYO)
    april = statement_of(ana, APRIL)
    assert (april.status, april.lines_cents) == ("draft", 10_000)


def test_the_way_back_leaves_what_was_there_before(ana: Provider) -> None:
    before = statement_of(ana, APRIL).payable_cents
    move_to(TOKYO)
    move_to(NEW_YORK)
    assert statement_of(ana, APRIL).payable_cents == before


def test_what_was_locked_by_the_other_zone_is_corrected_after_the_way_back(
    ana: Provider, manager: User
) -> None:
    move_to(TOKYO)
    with clinic_scope():
        close(APRIL, manager)
    assert statement_of(ana, APRIL).corrections_cents == -10_000
    move_to(NEW_YORK)
    with clinic_scope():
        run_month(MAY)
    lines = statement_of(ana, MAY).lines.corrections()
    found = lines.values_list("corrects_statement__month", "amount_cents")
    assert sorted(found) == [(MARCH, 10_000), (APRIL, -10_000), (APRIL, 5_000)]
    assert sum(paid(ana)) == 15_000


@pytest.mark.slow
def test_the_totals_are_those_of_the_new_days_and_verified(ana: Provider) -> None:
    rebuild_rollups(NEW_YORK)
    assert (revenue(MARCH), revenue(MAY)) == (100_000, 0)
    move_to(TOKYO)
    assert RollupState.objects.get().zone == TOKYO
    assert (revenue(MARCH), revenue(MAY)) == (0, 50_000)
    with clinic_scope():
        call_command("verify_kpis", stdout=StringIO())
        call_command("verify_totals", stdout=StringIO())


def test_who_still_reads_by_the_old_zone_counts_rows_and_builds_nothing(
    ana: Provider,
) -> None:
    move_to(TOKYO)
    # This test began, as a page may have, while the clinic was in New York.
    old = Window(whole_month(MARCH), clinic_zone(), datetime.now(UTC))
    assert old.zone.key == NEW_YORK
    assert KpiData(old).figures["net_revenue_cents"] == 100_000
    assert RollupState.objects.get().zone == TOKYO


def test_numbers_read_while_the_sums_are_rebuilt_are_read_again(ana: Provider) -> None:
    rebuild_rollups(NEW_YORK)
    window = Window(whole_month(MARCH), clinic_zone(), datetime.now(UTC))
    reads: list[bool] = []

    def read(numbers: KpiData) -> Any:
        reads.append(numbers.freshness.for_period)
        if len(reads) == 1:
            rebuild_rollups(TOKYO)
        return numbers.figures["net_revenue_cents"]

    assert read_at_once(KpiData(window), read) == 100_000
    assert reads == [True, False]


def test_the_job_tells_what_it_did(ana: Provider, administrator: User) -> None:
    Clinic.objects.update(time_zone=TOKYO)
    with clinic_scope():
        told = rebuild(NoArguments(), NullProgress())
    assert told == "Totals of 2 leads rebuilt. Commissions recalculated: April 2026."


def test_only_who_may_change_the_clinic_can_have_the_job(administrator: User) -> None:
    run: JobRun = start_rebuild(administrator, "/clinic/")
    assert refusal_of(run) == ""
    administrator.groups.clear()
    run = JobRun.objects.get()
    assert "no longer has permission" in refusal_of(run)
