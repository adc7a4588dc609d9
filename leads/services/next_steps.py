"""Planning the next step for a lead: what, and by when."""

from datetime import datetime, time, timedelta

from django.db import transaction

from leads.models import Lead, Task
from leads.services.actions import refuse_erased
from medspa.clinic_time import clinic_zone
from medspa.formats import clinic_formats
from medspa.ids import new_id
from medspa.models import User

MORNING = time(9)
END_OF_DAY = time(17)


def due_choices(now: datetime) -> list[tuple[str, str, datetime]]:
    """Key, label and moment of each due date that can be chosen with one click."""
    local, clock = now.astimezone(clinic_zone()), clinic_formats().time

    def on(days: int, at: time) -> datetime:
        return datetime.combine(local.date() + timedelta(days=days), at, local.tzinfo)

    choices = [("hour", "In an hour", now + timedelta(hours=1))]
    if local.time() < END_OF_DAY:
        choices.append(("today", f"Today, {clock(END_OF_DAY)}", on(0, END_OF_DAY)))
    return [
        *choices,
        ("tomorrow", f"Tomorrow, {clock(MORNING)}", on(1, MORNING)),
        ("three_days", "In three days", on(3, MORNING)),
        ("week", "In a week", on(7, MORNING)),
        ("month", "In a month", on(30, MORNING)),
    ]


@transaction.atomic
def plan(
    lead: Lead,
    what: str,
    due_at: datetime,
    assigned_to: User | None = None,
    *,
    key: str = "",
) -> Task:
    """Plan a next step; `key` is the id of its row.

    Raises ValidationError for a step outside the list or one that is planned already,
    and ActionRefused for somebody erased.
    """
    refuse_erased(lead)
    task = Task(
        id=key or new_id(), lead=lead, what=what, due_at=due_at, assigned_to=assigned_to
    )
    task.full_clean(exclude=["id"])
    task.save(force_insert=True)
    return task
