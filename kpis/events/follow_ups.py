"""The next step that follows up a missed consult.

A no-show plans it. It ends when the person misses a later consult or comes after all,
and is open again when that mark is taken back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from leads.choices import NextStep
from leads.models import Lead, Task
from medspa.clinic_time import clinic_zone, local_date, start_of_day

# The end of a follow-up and the mark that ended it, of one click, are hardly apart.
SAME_ACT = timedelta(seconds=1)
FOLLOWS_UP = Q(what=NextStep.FOLLOW_UP_NO_SHOW, deleted_at=None)


def follow_ups_of_no_show(lead: Lead, scheduled_for: datetime) -> QuerySet[Task]:
    """Next steps that say the consult was missed: planned on its day or later."""
    zone = clinic_zone()
    day = start_of_day(local_date(scheduled_for, zone), zone)
    return lead.tasks.filter(FOLLOWS_UP, created_at__gte=day)


def end_follow_ups(lead_ids: Iterable[str]) -> None:
    for step in Task.objects.filter(FOLLOWS_UP, lead__in=lead_ids, done_at=None):
        step.finish()


def reopen_follow_up_ended_at(lead_id: str, moment: datetime) -> None:
    """Open the follow-up again that ended with a mark, now taken back, of `moment`."""
    steps = Task.objects.filter(FOLLOWS_UP, lead=lead_id)
    last = steps.order_by("-created_at").first()
    ended_at = last.done_at if last else None
    if last and ended_at and abs(ended_at - moment) < SAME_ACT:
        last.reopen()
