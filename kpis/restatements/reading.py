"""A past month's numbers compared with those it had when it had just ended.

The first snapshot after the month says what they were. Only whole months have
snapshots, and only of the period basis.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from kpis.metrics.definitions import Basis
from kpis.models import MonthSnapshot
from kpis.models.snapshot import MEASURES
from kpis.period import Period, whole_month
from kpis.queries.numbers import KpiData
from kpis.restatements.causes import Cause, NumberChange, remainder
from kpis.restatements.data import (
    HEADLINE_KEYS,
    ChangeLine,
    Reason,
    RestatedMonth,
    RestatedNumber,
    RestatementPageData,
    metric_of,
    signed,
)
from kpis.restatements.snapshot_diff import compare
from kpis.restatements.spend_changes import spend_changes

Amounts = Mapping[str, int]


def baseline(period: Period, zone: str) -> MonthSnapshot | None:
    """The first snapshot after the month `period`; None for any other range."""
    if period != whole_month(period.first):
        return None
    return (
        MonthSnapshot.objects.filter(
            month=period.first, taken_on__gt=period.last, zone=zone
        )
        .order_by("taken_on")
        .first()
    )


def restated_month(numbers: KpiData) -> RestatedMonth | None:
    """The numbers of a month that differ from its snapshot, without the causes.

    None if nothing differs, for ranges without a snapshot, and for cohorts.
    """
    window = numbers.window
    if numbers.basis != Basis.PERIOD:
        return None
    snapshot = baseline(window.period, window.zone.key)
    if snapshot is None:
        return None
    differences = _differences(snapshot, numbers)
    restated = [_restated(snapshot, key, differences) for key in _keys(differences)]
    if not restated:
        return None
    return RestatedMonth(snapshot.month, snapshot.taken_on, restated)


def read_restatement(
    snapshot: MonthSnapshot, numbers: KpiData, only: str = ""
) -> RestatementPageData:
    """What differs from the snapshot, and each change that made it so."""
    differences = _differences(snapshot, numbers)
    changes = _changes(snapshot, numbers, differences)
    columns = [only] if only else _keys(differences)
    return RestatementPageData(
        month=snapshot.month,
        taken_at=snapshot.taken_at,
        since=snapshot.taken_on,
        only=only,
        differences=differences,
        changes=changes,
        numbers=[
            _restated(snapshot, key, differences, _reasons(key, changes))
            for key in _keys(differences)
        ],
        metrics=[metric_of(key) for key in columns],
        lines=_lines(changes, columns),
        sums=_amounts(differences, columns),
    )


def _differences(snapshot: MonthSnapshot, numbers: KpiData) -> Amounts:
    """By number, now less then; only what differs."""
    now, then = numbers.figures, snapshot.figures
    found = {key: int(now[key]) - then[key] for key in MEASURES}  # type: ignore[arg-type]
    return {key: amount for key, amount in found.items() if amount}


def _keys(differences: Amounts) -> list[str]:
    return [key for key in HEADLINE_KEYS if key in differences]


def _restated(
    snapshot: MonthSnapshot,
    key: str,
    differences: Amounts,
    reasons: Sequence[Reason] = (),
) -> RestatedNumber:
    then = snapshot.figures[key]
    return RestatedNumber(key, then, then + differences[key], reasons)


def _changes(
    snapshot: MonthSnapshot, numbers: KpiData, differences: Amounts
) -> list[NumberChange]:
    """Everything that changed one of the numbers, and what is left unexplained."""
    since = snapshot.taken_at
    known = compare(numbers.window, since).changes()
    if "spend_cents" in differences:
        known += spend_changes(numbers, since)
    left = remainder(differences, known)
    unknown = [NumberChange(Cause.OTHER, {key: amount}) for key, amount in left.items()]
    return known + unknown


def _reasons(key: str, changes: Sequence[NumberChange]) -> list[Reason]:
    counts: Counter[Cause] = Counter()
    amounts: Counter[Cause] = Counter()
    for change in changes:
        if key in change.amounts:
            counts[change.cause] += 1
            amounts[change.cause] += change.amounts[key]
    unit = metric_of(key).unit
    return [
        Reason(cause, counts[cause], amounts[cause], unit)
        for cause in Cause
        if counts[cause]
    ]


def _lines(changes: Sequence[NumberChange], columns: Sequence[str]) -> list[ChangeLine]:
    """The changes of the columns' numbers, by cause and name."""
    order = list(Cause)
    found = [
        change for change in changes if any(key in change.amounts for key in columns)
    ]
    found.sort(key=lambda change: (order.index(change.cause), change.name))
    return [ChangeLine(change, _amounts(change.amounts, columns)) for change in found]


def _amounts(amounts: Amounts, columns: Sequence[str]) -> list[str]:
    return [
        signed(amounts[key], metric_of(key).unit) if key in amounts else ""
        for key in columns
    ]
