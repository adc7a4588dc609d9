"""Closed months that need no second look, and the notes that say which do.

Triggers note every change of what months are worked out from (`InputChange`). A month
is settled when somebody worked it out and it came to what closed statements say. A
note that touches it ends that; so a run reads only months that may have changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from commissions.models import CommissionRule, SettledMonth, StatementLine
from commissions.models.statement import CLOSED
from medspa.clinic_time import clinic_zone, local_date

TAKE = "DELETE FROM commissions_inputchange RETURNING day, moment, lead, event"
SEE = "SELECT day, moment, lead, event FROM commissions_inputchange"
# The months of everything else that hangs on a changed event: the same person's
# events, a payment's refunds.
BESIDE = """
SELECT occurred_at FROM kpis_kpievent WHERE lead_id = ANY(%(leads)s)
UNION SELECT occurred_at FROM kpis_kpievent WHERE id = ANY(%(events)s)
UNION SELECT occurred_at FROM kpis_kpievent WHERE refund_of_id = ANY(%(events)s)
"""
# Where a rule has a minimum, a refund looks at the whole month of its payment.
REFUNDS = """
SELECT DISTINCT p.occurred_at, r.occurred_at
FROM kpis_kpievent r JOIN kpis_kpievent p ON p.id = r.refund_of_id
WHERE r.kind = 'invoice_refunded' AND r.occurred_at > p.occurred_at
"""


class _Note(NamedTuple):
    day: date | None
    moment: Any
    lead: str
    event: str


def forget_touched() -> None:
    """Take the notes that are there, and their months out of the settled ones.

    The caller holds the closing lock and reads events and rules afterwards, so what
    is noted meanwhile stays for the next run.
    """
    notes = _notes(TAKE)
    stale = _touched(notes, set(SettledMonth.objects.values_list("month", flat=True)))
    SettledMonth.objects.filter(month__in=stale).delete()
    SettledMonth.objects.exclude(zone=clinic_zone().key).delete()


def settled_months() -> set[date]:
    """Those that come to what is posted, as of now."""
    rows = SettledMonth.objects.filter(zone=clinic_zone().key)
    months = set(rows.values_list("month", flat=True))
    return months - _touched(_notes(SEE), months) if months else months


def settle_month(month: date, statements: Sequence[Any]) -> None:
    """Note that `month` needs no second look, unless corrections of its `statements`
    stand on a draft: they come and go with it."""
    on_drafts = StatementLine.objects.filter(
        corrects_statement__in=statements, statement__superseded_at__isnull=True
    ).exclude(statement__status__in=CLOSED)
    if not on_drafts.exists():
        SettledMonth.objects.update_or_create(
            month=month, defaults={"zone": clinic_zone().key}
        )


def unsettle(months: Iterable[date]) -> None:
    SettledMonth.objects.filter(month__in=list(months)).delete()


def _notes(sql: str) -> list[_Note]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [_Note(*row) for row in cursor.fetchall()]


def _touched(notes: list[_Note], months: set[date]) -> set[date]:
    """Those of `months` that `notes` may be about."""
    if not notes or not months:
        return set()
    lasting = [note.day for note in notes if note.day]
    since = min(lasting).replace(day=1) if lasting else date.max
    touched = {month for month in months if month >= since}
    touched |= set(_months(note.moment for note in notes if note.moment))
    touched |= set(_months_beside(notes))
    if touched and _has_minimums():
        touched |= set(_months_of_refunds(touched))
    return touched & months


def _months(moments: Iterable[Any]) -> Iterator[date]:
    zone = clinic_zone()
    for moment in moments:
        yield local_date(moment, zone).replace(day=1)


def _months_beside(notes: list[_Note]) -> Iterator[date]:
    named = {
        "leads": list({note.lead for note in notes} - {""}),
        "events": list({note.event for note in notes} - {""}),
    }
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, named)
        yield from _months(moment for (moment,) in cursor.fetchall())


def _has_minimums() -> bool:
    rules = CommissionRule.objects.filter(rule_json__has_key="min_period_base_cents")
    return rules.exists()


def _months_of_refunds(touched: set[date]) -> Iterator[date]:
    with connection.cursor() as cursor:
        cursor.execute(REFUNDS)
        for paid, refunded in cursor.fetchall():
            if next(_months([paid])) in touched:
                yield from _months([refunded])
