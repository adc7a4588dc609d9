"""Working out a month: drafts for everybody, with corrections of closed months."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from commissions.engine import Opening, Result, Settlement, compute, settle
from commissions.engine import Statement as Computed
from commissions.models import Provider, Statement
from commissions.statements.corrections import LateChange, late_changes
from commissions.statements.drafts import Draft, write_drafts
from commissions.statements.loading import Loaded, load
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.jobs.progress import Steps, Untold
from medspa.months import last_day, next_month

# Any number does that no other code of ours uses for an advisory lock.
CLOSING = 7_231_005
Progress = Callable[[str], None]


class RunRefused(ValueError):
    """The month cannot be worked out; the message is a sentence for the person."""


@dataclass
class RunReport:
    """What a run did, in numbers of statements, and what it could not pay.

    `uncredited` payments, `orphans` (refunds without payment), `missing` statements
    of closed months.
    """

    month: date
    written: int = 0
    unchanged: int = 0
    closed: int = 0
    uncredited: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    missing: list[tuple[date, str]] = field(default_factory=list)


@contextmanager
def closing_lock(steps: Steps | None = None) -> Iterator[None]:
    """One act on statements at a time, in one transaction: balances are carried from
    month to month, so runs and signatures must not interleave.

    Whoever tells `steps` can be stopped while it waits for its turn.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            while steps and not _is_free(cursor):
                steps.step(0)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLOSING])
        yield


def _is_free(cursor: Any) -> bool:
    """Take the lock if nobody holds it; otherwise come back after a moment."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLOSING])
    (is_free,) = cursor.fetchone()
    if not is_free:
        cursor.execute("SELECT pg_sleep(0.2)")
    return bool(is_free)


def run_month(
    month: date,
    *,
    provider: str | None = None,
    progress: Progress = lambda sentence: None,
    steps: Steps | None = None,
) -> RunReport:
    """Work out `month` (a first day) for everybody, or for one provider.

    All or nothing, and nothing twice: closed statements stay, a draft that comes to
    the same is not touched. An approval falls when the amounts change. `steps` counts
    events, those of closed months included. Raises RunRefused for a month that has
    not begun, InputRefused for impossible input.
    """
    if month > clinic_today():
        raise RunRefused(f"{month:%B %Y} has not begun.")
    tell = steps or Untold()
    with closing_lock(steps), without_collecting():
        progress("Reading payments, credits and rules")
        loaded = load(month)
        progress(f"Working out {len(loaded.inputs.events):,} events")
        tell.of(len(loaded.inputs.events))
        result = compute(loaded.inputs, [month], tick=tell.step)
        report = RunReport(month, uncredited=result.uncredited, orphans=result.orphans)
        progress("Comparing closed months")
        _write(month, provider, loaded, result, report, tell)
        progress(f"{report.written} written, {report.unchanged} unchanged")
    return report


@contextmanager
def without_collecting() -> Iterator[None]:
    """Hundreds of thousands of rows that all live to the end hold no garbage; looking
    for it among them again and again takes a third of a run."""
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
    loaded: Loaded,
    result: Result,
    report: RunReport,
    tell: Steps,
) -> None:
    known = {
        row.provider_id: row
        for row in Statement.objects.current().of_month(month).defer("snapshot_json")
    }
    open_rows = [row for row in known.values() if not row.is_closed]
    late = late_changes(month, posting_to=open_rows, provider=provider, tick=tell.step)
    report.missing = late.missing
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
        changes = late.changes.get(computed.provider, [])
        opening = openings.get(computed.provider, Opening())
        if row or _is_due(people[computed.provider], month, computed, changes, opening):
            settlement = settle_with(computed, changes, opening)
            drafts.append(Draft(row, computed, settlement, changes, loaded.digest))
    tell.step(0)
    report.written, report.unchanged = write_drafts(month, drafts)


def settle_with(
    computed: Computed, changes: Sequence[LateChange], opening: Opening
) -> Settlement:
    corrections = sum(change.correction.amount_cents for change in changes)
    return settle(computed.earned_cents, corrections, opening, computed.draw)


def openings_before(month: date) -> dict[str, Opening]:
    """What each provider's last statement before `month` left."""
    rows = (
        Statement.objects.current()
        .filter(month__lt=month)
        .order_by("provider_id", "-month")
        .distinct("provider_id")
        .values_list("provider_id", "closing_cents", "draw_balance_cents")
    )
    return {provider: Opening(balance, drawn) for provider, balance, drawn in rows}


def _is_due(
    person: Provider,
    month: date,
    computed: Computed,
    changes: Sequence[LateChange],
    opening: Opening,
) -> bool:
    """Who is here that month gets a statement, the others if there is anything."""
    if computed.lines or changes or opening != Opening():
        return True
    zone = clinic_zone()
    is_new = local_date(person.created_at, zone) > last_day(month)
    has_left = person.deleted_at and local_date(person.deleted_at, zone) < month
    return not is_new and not has_left


def next_open_month(provider: str) -> date:
    """The month that a late change of a closed one will be posted to."""
    last = (
        Statement.objects.current()
        .closed()
        .filter(provider=provider)
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    today = clinic_today()
    return next_month(last) if last else today.replace(day=1)
