"""Calculating a month: drafts for all providers, with corrections of closed months."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from commissions.engine import (
    ComputedStatement,
    MonthTotals,
    OpeningBalance,
    Result,
    calculate_totals,
    compute,
)
from commissions.models import Provider, Statement
from commissions.statements.corrections import StatementCorrection, find_corrections
from commissions.statements.drafts import Draft, write_drafts
from commissions.statements.freshness import mark_all_unreconciled
from commissions.statements.loading import LoadedMonth, load
from commissions.statements.order_of_months import check_begun
from medspa.clinic_time import clinic_zone, local_date
from medspa.jobs.progress import JobProgress, NullProgress
from medspa.months import last_day

# Of the advisory lock; any number that no other lock of this project has.
CLOSING_LOCK_KEY = 7_231_005
SayProgress = Callable[[str], None]


@dataclass
class RunReport:
    """What a run did.

    `written`, `unchanged` and `closed` count statements. `uncredited` and `orphans`
    are ids of payments that are not fully credited and of refunds without payment;
    `missing` are closed months and providers who by now earned something there, but
    have no statement.
    """

    month: date
    written: int = 0
    unchanged: int = 0
    closed: int = 0
    uncredited: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    missing: list[tuple[date, str]] = field(default_factory=list)


@contextmanager
def closing_lock(steps: JobProgress | None = None) -> Iterator[None]:
    """One transaction that changes statements at a time: balances are carried from
    month to month, so runs and signatures must not interleave.

    With `steps` a job can be canceled while it waits for the lock.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            while steps and not _try_lock(cursor):
                steps.step(0)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLOSING_LOCK_KEY])
        yield


def _try_lock(cursor: Any) -> bool:
    """Take the lock if nobody holds it; otherwise return after 0.2 seconds."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLOSING_LOCK_KEY])
    (is_free,) = cursor.fetchone()
    if not is_free:
        cursor.execute("SELECT pg_sleep(0.2)")
    return bool(is_free)


def run_month(
    month: date,
    *,
    provider: str | None = None,
    progress: SayProgress = lambda sentence: None,
    steps: JobProgress | None = None,
) -> RunReport:
    """Calculate `month` (a first day) for all providers, or for one.

    In one transaction. Closed statements stay as they are, and so does a draft whose
    amounts are the same; an approved statement whose amounts changed is a draft again.
    `steps` counts events, those of closed months included. Raises RunRefused for a
    month that has not begun, InputRefused for impossible input.
    """
    check_begun(month)
    tell = steps or NullProgress()
    with closing_lock(steps), garbage_collection_off():
        progress("Loading payments, credits and rules")
        loaded = load(month)
        count = len(loaded.inputs.events)
        progress(f"Calculating {count:,} event{'' if count == 1 else 's'}")
        tell.of(count)
        result = compute(
            loaded.inputs, [month], since=loaded.since, on_progress=tell.step
        )
        report = RunReport(month, uncredited=result.uncredited, orphans=result.orphans)
        progress("Comparing closed months")
        _write(month, provider, loaded, result, report, tell)
        progress(f"{report.written} written, {report.unchanged} unchanged")
    return report


@contextmanager
def garbage_collection_off() -> Iterator[None]:
    """While hundreds of thousands of rows are read that all stay in use: looking for
    garbage among them took a third of a run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(
    month: date,
    provider: str | None,
    loaded: LoadedMonth,
    result: Result,
    report: RunReport,
    tell: JobProgress,
) -> None:
    rows = list(Statement.objects.of_month(month).defer("snapshot_json"))
    known = {row.provider_id: row for row in rows if not row.superseded_at}
    # Who has a statement keeps one, and an unlocked one gets its next revision.
    had_one = {row.provider_id for row in rows}
    if not known:
        # Later months took back what is now taken back by the first run of this one.
        mark_all_unreconciled(month)
    open_rows = [row for row in known.values() if not row.is_closed]
    found = find_corrections(
        month, posting_to=open_rows, provider=provider, on_progress=tell.step
    )
    report.missing = found.missing
    openings = openings_before(month)
    people = Provider.all_objects.in_bulk()
    drafts = []
    for computed in result.statements:
        row = known.get(computed.provider)
        if provider and computed.provider != provider:
            continue
        if row and row.is_closed:
            report.closed += 1
            continue
        corrections = found.by_provider.get(computed.provider, [])
        opening = openings.get(computed.provider, OpeningBalance())
        if computed.provider in had_one or _gets_statement(
            people[computed.provider], month, computed, corrections, opening
        ):
            totals = totals_with(computed, corrections, opening)
            drafts.append(Draft(row, computed, totals, corrections, loaded.digest))
    tell.step(0)
    report.written, report.unchanged = write_drafts(month, drafts)


def totals_with(
    computed: ComputedStatement,
    corrections: Sequence[StatementCorrection],
    opening: OpeningBalance,
) -> MonthTotals:
    cents = sum(each.correction.amount_cents for each in corrections)
    return calculate_totals(computed.earned_cents, cents, opening, computed.draw)


def openings_before(month: date) -> dict[str, OpeningBalance]:
    """What each provider's last statement before `month` left."""
    rows = (
        Statement.objects.current()
        .filter(month__lt=month)
        .order_by("provider_id", "-month")
        .distinct("provider_id")
        .values_list("provider_id", "closing_cents", "draw_balance_cents")
    )
    return {
        provider: OpeningBalance(balance, drawn) for provider, balance, drawn in rows
    }


def _gets_statement(
    person: Provider,
    month: date,
    computed: ComputedStatement,
    corrections: Sequence[StatementCorrection],
    opening: OpeningBalance,
) -> bool:
    """Providers who work here that month get one; others if there is anything on it."""
    if computed.lines or corrections or opening != OpeningBalance():
        return True
    zone = clinic_zone()
    is_new = local_date(person.created_at, zone) > last_day(month)
    has_left = person.deleted_at and local_date(person.deleted_at, zone) < month
    return not is_new and not has_left
