"""Working the queue: who is sent to which lead, so that no two are sent to one.

A person holds one lead at a time. Whoever is gone for longer than it takes to call
somebody loses it; a lead whose outcome was noted rests, so that nobody calls it again
within the hour because it still is on the list.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

from leads.models import QueueClaim
from leads.today import queue
from medspa.models import User

HELD_FOR = timedelta(minutes=15)
RESTS_FOR = timedelta(hours=2)

# One statement, so that of two people at the same moment one gets the row.
CLAIM = """
INSERT INTO leads_queueclaim AS claim (lead_id, person_id, claimed_until, is_worked)
VALUES (%(lead)s, %(person)s, %(until)s, false)
ON CONFLICT (lead_id) DO UPDATE
    SET person_id = excluded.person_id, claimed_until = excluded.claimed_until,
        is_worked = false
    WHERE claim.person_id = excluded.person_id OR claim.claimed_until < %(now)s
RETURNING lead_id
"""
# Rows that somebody else is just taking or removing need no waiting for.
LET_GO = """
DELETE FROM leads_queueclaim WHERE lead_id IN (
    SELECT lead_id FROM leads_queueclaim
    WHERE claimed_until < %(now)s OR person_id = %(person)s AND NOT is_worked
    FOR UPDATE SKIP LOCKED
)
"""


def take_next(now: datetime, person: User, without: Collection[str]) -> str:
    """The id of the lead that the person works next; empty at the queue's end.

    What the person held before is let go, unless its outcome was noted.
    """
    let_go(now, person)
    theirs = {*others_claims(now, person)}
    for lead_id in queue(now, person, {*without, *theirs}):
        if _claim(now, person, lead_id):
            return lead_id
    return ""


def let_go(now: datetime, person: User) -> None:
    """Whoever stops leaves the lead to others."""
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"now": now, "person": person.pk})


def note_outcome(now: datetime, person: User, lead_id: str) -> None:
    """The lead rests, for everybody but this person."""
    QueueClaim.objects.filter(lead=lead_id, person=person).update(
        claimed_until=now + RESTS_FOR, is_worked=True
    )


def others_claims(now: datetime, person: User) -> dict[str, str]:
    """Lead id → who works it; empty where that person is done with it."""
    claims = (
        QueueClaim.objects.filter(claimed_until__gte=now)
        .exclude(person=person)
        .select_related("person")
    )
    return {row.lead_id: "" if row.is_worked else str(row.person) for row in claims}


def _claim(now: datetime, person: User, lead_id: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "lead": lead_id,
                "person": person.pk,
                "until": now + HELD_FOR,
                "now": now,
            },
        )
        return cursor.fetchone() is not None
