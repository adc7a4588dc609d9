"""Removing a chunk of rows that are over. Each function runs in one transaction.

They return how many rows of which table went, or were reduced to a figure.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from kpis.models import ConsultDetails, KpiEvent
from leads.models import Activity, ContactPoint, Lead, Task
from medspa.audit.changing_history import remove_history
from safekeeping.erasure.erasing import AlreadyErased, erase_person
from safekeeping.erasure.traces import histories_of_leads
from safekeeping.retention.due import ask, query

REMOVED_REASON = "The time that it is kept for is over"
Counts = dict[str, int]


def remove_activities(ids: Sequence[str]) -> Counts:
    free = _of_leads_nobody_edits(ids)
    _remove_trail(Activity.history.model, free)
    return {"leads.Activity": remove_rows(Activity, free)}


def reduce_touches(ids: Sequence[str]) -> Counts:
    free = _of_leads_nobody_edits(ids)
    _remove_trail(Activity.history.model, free)
    with connection.cursor() as cursor:
        cursor.execute(query("reduce_touches"), {"ids": free})
    return {"leads.Activity (reduced)": len(free)}


def reduce_events(ids: Sequence[str]) -> Counts:
    _remove_trail(KpiEvent.history.model, ids)
    details = ConsultDetails.history.filter(booking__in=ids).order_by()
    _remove(ConsultDetails.history.model, details)
    with connection.cursor() as cursor:
        cursor.execute(query("reduce_events"), {"ids": list(ids)})
    return {"kpis.KpiEvent (reduced)": len(ids)}


def remove_voided_events(ids: Sequence[str]) -> Counts:
    reduce_events(ids)
    details = ConsultDetails.objects.filter(booking__in=ids)
    details._raw_delete(details.db)
    return {"kpis.KpiEvent (voided)": remove_rows(KpiEvent, ids)}


def remove_tasks(ids: Sequence[str]) -> Counts:
    _remove_trail(Task.history.model, ids)
    return {"leads.Task": remove_rows(Task, ids)}


def remove_leads(ids: Sequence[str], cutoff: datetime, held: Collection[str]) -> Counts:
    """Erase the people of those leads that are still over; their figures stay."""
    locked = [pk for (pk,) in ask(query("lock_leads"), {"ids": list(ids)})]
    bound = {"ids": locked, "cutoff": cutoff, "held": list(held)}
    done: list[str] = []
    for (pk,) in ask(query("leads_still_over"), bound):
        try:
            done += erase_person(pk, is_suppressed=False, keeps_history=False).lead_ids
        except AlreadyErased:
            continue
    _remove_what_hangs_on(done)
    return {"leads.Lead": len(done)}


def _remove_what_hangs_on(lead_ids: Sequence[str]) -> None:
    """Next steps and all history of the leads: nobody is left whom it is about."""
    if not lead_ids:
        return
    for history in histories_of_leads():
        _remove(history, _trail_of(history, lead_ids))
    tasks = Task.all_objects.filter(lead__in=lead_ids)
    tasks._raw_delete(tasks.db)


def _trail_of(history: Any, lead_ids: Sequence[str]) -> Any:
    """By the rows that it is about, since no index finds history by its lead.

    Contacts are gone by now; of them there are few.
    """
    model = history.instance_type
    if model is ContactPoint:
        return history.objects.filter(lead__in=lead_ids).order_by()
    ids = lead_ids
    if model is not Lead:
        rows = model._base_manager.filter(lead__in=lead_ids).order_by()
        ids = list(rows.values_list("pk", flat=True))
    return history.objects.filter(id__in=ids).order_by()


def remove_rows(model: Any, ids: Sequence[Any]) -> int:
    """Rows for good, without a row of history that would keep them."""
    rows = model._base_manager.filter(pk__in=ids)
    return int(rows._raw_delete(rows.db))


def _of_leads_nobody_edits(ids: Sequence[str]) -> list[str]:
    found = ask(query("lock_leads_of_activities"), {"ids": list(ids)})
    return [pk for (pk,) in found]


def _remove_trail(history: type[models.Model], ids: Sequence[str]) -> None:
    """All history of these rows."""
    _remove(history, history._base_manager.filter(id__in=ids).order_by())


def _remove(history: type[models.Model], rows: Any) -> None:
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        remove_history(history, keys, why=REMOVED_REASON)


def remove_with_parts(model: Any, ids: Sequence[Any]) -> int:
    """Rows of a table without history, and what the model says goes with them."""
    return int(model._base_manager.filter(pk__in=ids).delete()[0])
