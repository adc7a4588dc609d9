"""The work queue: which lead a person works next, so that no two work the same.

A person claims one lead at a time. The claim expires after the time that a call takes.
A lead whose outcome was logged is given to nobody for a while, though it may still be
in a section of Today.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from django.db import connection
from django.db.models import DateTimeField, Q

from leads.models import QueueClaim
from leads.today import queue
from medspa.models import User
from medspa.postgres.written_query import Given, WrittenQuery

CLAIMED_FOR = timedelta(minutes=15)
NOT_AGAIN_FOR = timedelta(hours=2)

# One statement, so that of two people at the same moment only one gets the lead. It
# takes 0.3 ms; an upsert of the ORM has no condition.
CLAIM = """
INSERT INTO leads_queueclaim AS claim (lead_id, person_id, claimed_until, is_worked)
VALUES (%(lead)s, %(person)s, %(until)s, false)
ON CONFLICT (lead_id) DO UPDATE
    SET person_id = excluded.person_id, claimed_until = excluded.claimed_until,
        is_worked = false
    WHERE claim.person_id = excluded.person_id OR claim.claimed_until < %(now)s
RETURNING lead_id
"""


def take_next(now: datetime, person: User, without: Collection[str]) -> str:
    """The id of the lead that the person works next; empty at the queue's end.

    The person's claim on the lead before is released.
    """
    release(now, person)
    theirs = {*others_claims(now, person)}
    for lead_id in queue(now, person, {*without, *theirs}):
        if _claim(now, person, lead_id):
            return lead_id
    return ""


def release(now: datetime, person: User) -> None:
    """Delete the person's claims on leads without an outcome, and expired claims."""
    ended = Q(claimed_until__lt=now) | Q(person=person, is_worked=False)
    # Rows that another transaction is just claiming or deleting are skipped.
    free = QueueClaim.objects.select_for_update(skip_locked=True).filter(ended)
    QueueClaim.objects.filter(pk__in=free.values("pk")).delete()


def note_outcome(now: datetime, person: User, lead_id: str) -> None:
    """Keep the lead from all other people for a while."""
    QueueClaim.objects.filter(lead=lead_id, person=person).update(
        claimed_until=now + NOT_AGAIN_FOR, is_worked=True
    )


def others_claims(now: datetime, person: User) -> dict[str, str]:
    """Lead id → who works it; an empty name if that person has logged an outcome."""
    claims = _claims_of_others().every(now=now, person=person.pk)
    return {row.lead_id: "" if row.is_worked else str(row.person) for row in claims}


@cache
def _claims_of_others() -> WrittenQuery[QueueClaim]:
    standing = QueueClaim.objects.filter(
        claimed_until__gte=Given("now", DateTimeField())
    )
    others = standing.exclude(person=Given("person"))
    return WrittenQuery(others.select_related("person"))


def _claim(now: datetime, person: User, lead_id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "lead": lead_id,
                "person": person.pk,
                "until": now + CLAIMED_FOR,
                "now": now,
            },
        )
        return cursor.fetchone() is not None
