"""The next step that follows up a missed consult.

A no-show plans it, and is stored nowhere else: `is_no_show` is the one rule. It ends
when the person misses a later consult or comes after all, and is open again when that
mark is taken back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from leads.choices import NextStep
from leads.models import Task

# The end of a follow-up and the mark that ended it, of one click, are hardly apart.
SAME_ACT = timedelta(seconds=1)
FOLLOWS_UP = Q(what=NextStep.FOLLOW_UP_NO_SHOW, deleted_at=None)


def followed_up_at() -> Subquery:
    """For a query of bookings: when the last follow-up since each was planned."""
    steps = Task.objects.filter(
        FOLLOWS_UP,
        lead=OuterRef("lead_id"),
        created_at__gte=OuterRef("occurred_at"),
    )
    return Subquery(steps.order_by("-created_at").values("created_at")[:1])


def is_no_show(scheduled_for: datetime | None, followed_up_at: datetime | None) -> bool:
    """Whether a consult that was neither held nor canceled was marked as missed: a
    follow-up was planned when it should have begun or later."""
    if scheduled_for is None or followed_up_at is None:
        return False
    return followed_up_at >= scheduled_for


def last_follow_up(lead_id: str) -> Task | None:
    """What marked the lead's last no-show."""
    steps = Task.objects.filter(FOLLOWS_UP, lead=lead_id)
    last: Task | None = steps.order_by("-created_at").first()
    return last


def marked_by(follow_up: Task) -> str:
    """Who marked the no-show, by name."""
    history: Any = follow_up.history
    planned = history.filter(history_type="+").select_related("history_user").first()
    return planned.who if planned else "somebody"


def end_follow_ups(lead_ids: Iterable[str]) -> None:
    for step in Task.objects.filter(FOLLOWS_UP, lead__in=lead_ids, done_at=None):
        step.finish()


def reopen_follow_up_ended_at(lead_id: str, moment: datetime) -> None:
    """Open the follow-up again that ended with a mark, now taken back, of `moment`."""
    last = last_follow_up(lead_id)
    ended_at = last.done_at if last else None
    if last and ended_at and abs(ended_at - moment) < SAME_ACT:
        last.reopen()
