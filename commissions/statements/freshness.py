"""Freshness of closed months: which are reconciled, and need not be calculated again.

A closed month is reconciled when it was calculated again and came to what is posted for
it. Triggers note every later change of its input in `InputChange`; a note that may be
about the month ends that. So a run calculates only closed months that may have changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import F

from commissions.engine.rulebook import pays_single_events
from commissions.models import (
    InputChange,
    ReconciledMonth,
    Statement,
    StatementLine,
)
from commissions.models.statement import CLOSED
from commissions.statements.loading import load_rules
from kpis.choices import Kind
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone, local_date
from medspa.months import month_of

# One statement, so that a note committed between reading and deleting is not lost.
TAKE_NOTES = "DELETE FROM commissions_inputchange RETURNING day, moment, lead, event"


def unmark_changed_months() -> None:
    """Take the notes, and the months that they are about out of the reconciled ones.

    The caller holds the closing lock and reads events and rules afterwards: what is
    noted meanwhile stays for the next run.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NOTES)
        columns = ("day", "moment", "lead", "event")
        rows = (dict(zip(columns, row, strict=True)) for row in cursor.fetchall())
        notes = [InputChange(**row) for row in rows]
    months = set(ReconciledMonth.objects.values_list("month", flat=True))
    mark_unreconciled(_changed_months(notes, months))
    ReconciledMonth.objects.exclude(zone=clinic_zone().key).delete()


def reconciled_months() -> set[date]:
    """Months that come to what is posted for them, as of now."""
    rows = ReconciledMonth.objects.filter(zone=clinic_zone().key)
    months = set(rows.values_list("month", flat=True))
    return months - _changed_months(InputChange.objects.all(), months)


def mark_reconciled(month: date, statements: Sequence[Statement]) -> None:
    """Note that `month` need not be calculated again, unless corrections of its
    `statements` stand on a draft: they come and go with it."""
    on_drafts = StatementLine.objects.filter(
        corrects_statement__in=statements, statement__superseded_at__isnull=True
    ).exclude(statement__status__in=CLOSED)
    if not on_drafts.exists():
        ReconciledMonth.objects.update_or_create(
            month=month, defaults={"zone": clinic_zone().key}
        )


def mark_unreconciled(months: Iterable[date]) -> None:
    ReconciledMonth.objects.filter(month__in=list(months)).delete()


def mark_all_unreconciled(since: date) -> None:
    ReconciledMonth.objects.filter(month__gt=since).delete()


def _changed_months(changes: Iterable[InputChange], months: set[date]) -> set[date]:
    """Those of `months` that `changes` may be about."""
    notes = list(changes) if months else []
    if not notes:
        return set()
    lasting = [note.day for note in notes if note.day]
    since = month_of(min(lasting)) if lasting else date.max
    changed = {month for month in months if month >= since}
    changed |= set(_months_of(note.moment for note in notes if note.moment))
    changed |= set(_months_of_related_events(notes))
    if changed and _has_rules_of_whole_months():
        changed |= set(_months_of_refunds(changed))
    return changed & months


def _months_of(moments: Iterable[datetime]) -> Iterator[date]:
    zone = clinic_zone()
    for moment in moments:
        yield month_of(local_date(moment, zone))


def _months_of_related_events(notes: list[InputChange]) -> Iterator[date]:
    """A change also affects the other events of the same lead, the changed event
    itself, and a payment's refunds."""
    leads = {note.lead for note in notes} - {""}
    keys = {note.event for note in notes} - {""}
    # A union of three index scans; an OR of the same reads the whole table.
    events = KpiEvent.all_objects.order_by().values_list("occurred_at", flat=True)
    yield from _months_of(
        events.filter(lead__in=leads).union(
            events.filter(pk__in=keys), events.filter(refund_of__in=keys)
        )
    )


def _has_rules_of_whole_months() -> bool:
    return any(not pays_single_events(rule) for rule in load_rules(date.max))


def _months_of_refunds(changed: set[date]) -> Iterator[date]:
    """Where refunds are taken back, rules of whole months look at the whole month of
    the refunded payment."""
    refunds = KpiEvent.all_objects.filter(
        kind=Kind.INVOICE_REFUNDED, occurred_at__gt=F("refund_of__occurred_at")
    )
    moments = refunds.order_by().values_list("refund_of__occurred_at", "occurred_at")
    for paid, refunded in moments.distinct():
        if next(_months_of([paid])) in changed:
            yield from _months_of([refunded])
