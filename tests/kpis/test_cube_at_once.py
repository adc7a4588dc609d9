"""The kept sums while others write, rebuild, or are killed: real connections."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from kpis.models import DirtySubject, KpiEvent, RollupState
from kpis.period import Period, Window
from kpis.queries.counts import period_slices, period_slices_from_rows, total
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.reading import is_fresh
from kpis.rollups.refresh import REFRESH_LOCK_KEY
from kpis.verify import check, check_stored
from leads.models import Lead
from medspa.clinic_time import clinic_today, clinic_zone
from tests.committed import database_url
from tests.factories import CampaignFactory, KpiEventFactory, LeadFactory
from tests.forked import forked

ROUNDS = 25
PATIENCE_SECONDS = 60


def zone() -> str:
    return clinic_zone().key


def window(days: int = 90) -> Window:
    today = clinic_today()
    period = Period(today - timedelta(days=days), today)
    return Window(period, clinic_zone(), datetime.now(UTC))


def wrong_ranges() -> list[str]:
    checked = (*check_stored(), *check())
    return [f"{one.period.label}: {one.wrong}" for one in checked if one.wrong]


@pytest.fixture
def leads(committed: None) -> Iterator[list[Lead]]:
    campaign = CampaignFactory()
    made = [
        LeadFactory(
            campaign=campaign, created_at=datetime.now(UTC) - timedelta(days=age)
        )
        for age in (1, 20, 40)
    ]
    rebuild_rollups(zone())
    yield made


def at_once(*acts: Callable[[], object]) -> None:
    """Run each act in a thread with a connection of its own; raises what one raises."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(run, act) for act in acts]:
            done.result()


@pytest.mark.slow
def test_the_sums_are_true_after_people_wrote_folded_and_rebuilt_at_once(
    leads: list[Lead],
) -> None:
    def pay() -> None:
        for number, lead in enumerate(islice(cycle(leads), ROUNDS)):
            happened_at = datetime.now(UTC) - timedelta(days=number % 9)
            KpiEventFactory(lead=lead, paid=True, occurred_at=happened_at)

    def void() -> None:
        for _ in range(ROUNDS):
            if event := KpiEvent.objects.order_by("?").first():
                event.delete()

    def go_and_come_back() -> None:
        for lead in islice(cycle(leads), ROUNDS):
            Lead.all_objects.get(pk=lead.pk).delete()
            Lead.all_objects.get(pk=lead.pk).restore()

    def change_source() -> None:
        for number, lead in enumerate(islice(cycle(leads), ROUNDS)):
            source = ("google", "walk_in", "referral")[number % 3]
            Lead.all_objects.filter(pk=lead.pk).update(source=source)

    def keep_folding() -> None:
        for _ in range(ROUNDS):
            refresh_rollups(zone())

    def keep_rebuilding() -> None:
        for _ in range(3):
            rebuild_rollups(zone())

    at_once(pay, void, go_and_come_back, change_source, keep_folding, keep_rebuilding)
    assert is_fresh(window())
    assert wrong_ranges() == []


@pytest.mark.slow
def test_whoever_wrote_sees_it_counted_at_once_while_others_write(
    leads: list[Lead],
) -> None:
    def pay_and_look(lead: Lead) -> None:
        for number in range(1, ROUNDS + 1):
            KpiEventFactory(lead=lead, paid=True)
            assert total(period_slices(window())).paid_invoices >= number

    at_once(*(lambda lead=lead: pay_and_look(lead) for lead in leads))
    assert total(period_slices(window())).paid_invoices == ROUNDS * len(leads)
    assert wrong_ranges() == []


def test_an_open_transaction_counts_when_it_is_committed(leads: list[Lead]) -> None:
    with psycopg.connect(database_url()) as other:
        other.execute(
            "UPDATE leads_lead SET source = 'walk_in' WHERE id = %s", [leads[0].pk]
        )
        assert "walk_in" not in {place.source for place in period_slices(window())}
    assert "walk_in" in {place.source for place in period_slices(window())}
    assert wrong_ranges() == []


def test_noting_waits_for_nobody_who_folds(leads: list[Lead]) -> None:
    with psycopg.connect(database_url()) as folder:
        folder.execute(f"SELECT pg_advisory_xact_lock({REFRESH_LOCK_KEY})")
        began = time.monotonic()
        KpiEventFactory(lead=leads[0], paid=True)
        assert time.monotonic() - began < 1
        assert DirtySubject.objects.count() == 1


def test_when_the_sums_are_held_by_somebody_the_rows_are_counted(
    leads: list[Lead],
) -> None:
    with psycopg.connect(database_url()) as folder:
        folder.execute(f"SELECT pg_advisory_xact_lock({REFRESH_LOCK_KEY})")
        KpiEventFactory(lead=leads[0], paid=True)
        assert not is_fresh(window())
    assert is_fresh(window())


@pytest.fixture
def watcher(committed: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(), autocommit=True) as session:
        yield session


def wait_until_it_stores(watcher: psycopg.Connection) -> None:
    """The lock of the test holds the command after it has emptied the sums."""
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience_ends:
        if watcher.execute(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database() AND query LIKE '%WITH subject AS%'"
        ).rowcount:
            return
        watcher.execute("SELECT pg_sleep(0.05)")
    pytest.fail("the command never began to store facts")


def test_a_killed_rebuild_leaves_the_numbers_right(
    leads: list[Lead], watcher: psycopg.Connection
) -> None:
    KpiEventFactory(lead=leads[0], paid=True)
    with psycopg.connect(database_url()) as holder:
        holder.execute("LOCK TABLE leads_activity IN ACCESS EXCLUSIVE MODE")
        with forked(call_command, "rebuild_kpis"):
            wait_until_it_stores(watcher)
        assert not RollupState.objects.exists()
        assert total(period_slices_from_rows(window())).paid_invoices == 1
    assert total(period_slices(window())).paid_invoices == 1
    assert wrong_ranges() == []


def test_two_rebuilds_at_once_follow_each_other(leads: list[Lead]) -> None:
    KpiEventFactory(lead=leads[0], paid=True)
    rebuilding = ("rebuild_kpis", "--verbosity=0")
    with (
        forked(call_command, *rebuilding) as one,
        forked(call_command, *rebuilding) as other,
    ):
        for process in (one, other):
            process.join(PATIENCE_SECONDS)
            assert process.exitcode == 0
    assert RollupState.objects.get().zone == zone()
    assert wrong_ranges() == []
