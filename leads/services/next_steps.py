"""Planning the next step for a lead: what, and by when."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from leads.models import Lead, Task
from leads.services.actions import refuse_erased
from medspa import clock
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_zone
from medspa.formats import clinic_formats
from medspa.ids import new_id
from medspa.models import User

MORNING = time(9)
END_OF_DAY = time(17)


# What can be chosen besides the next hours: in how many days.
DUE_LATER = {
    "tomorrow": ("Tomorrow", 1),
    "three_days": ("In three days", 3),
    "week": ("In a week", 7),
    "month": ("In a month", 30),
}
# A clinic that is closed for longer is asked for no other day.
LONGEST_CLOSED = 21


def due_choices(now: datetime) -> list[tuple[str, str, datetime]]:
    """Key, label and moment of each due date that can be chosen with one click.

    A day on which the clinic is closed is replaced by the next one that it is open on.
    """
    today = now.astimezone(clinic_zone()).date()
    choices = [("hour", "In an hour", now + timedelta(hours=1))]
    evening = _moment(today, _end_of(today))
    if evening > now and not current_clinic().is_closed_on(today):
        choices.append(("today", f"Today, {clinic_formats().time(evening)}", evening))
    for key, (words, days) in DUE_LATER.items():
        wanted = today + timedelta(days=days)
        due = _open_morning(wanted)
        choices.append((key, _label(words, days, wanted, due), due))
    return choices


def _label(words: str, days: int, wanted: date, due: datetime) -> str:
    """`Tomorrow, 9:00 AM`, or the day when it is another; `In a week (Sun, Nov 29)`."""
    formats = clinic_formats()
    day = formats.weekday_day(due)
    if days > 1:
        return f"{words} ({day})"
    return f"{words if due.date() == wanted else day}, {formats.time(due)}"


def _open_morning(day: date) -> datetime:
    """At nine, or when the clinic opens later, of the first open day from `day` on."""
    clinic = current_clinic()
    for ahead in range(LONGEST_CLOSED):
        open_day = day + timedelta(days=ahead)
        if not clinic.is_closed_on(open_day):
            hours = clinic.hours_on(open_day)
            return _moment(open_day, max(MORNING, hours.opens) if hours else MORNING)
    return _moment(day, MORNING)


def _end_of(day: date) -> time:
    hours = current_clinic().hours_on(day)
    return min(END_OF_DAY, hours.closes) if hours else END_OF_DAY


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clinic_zone())


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
        id=key or new_id(),
        lead=lead,
        what=what,
        due_at=due_at,
        assigned_to=assigned_to,
        created_at=clock.now(),
    )
    task.full_clean(exclude=["id"])
    task.save(force_insert=True)
    return task


def finished_by(task: Task) -> User | None:
    """Who marked the step as done, if that was a person."""
    history: Any = task.history
    rows = history.filter(done_at=task.done_at).order_by("history_id")
    row = rows.select_related("history_user").first()
    return row.history_user if row else None
