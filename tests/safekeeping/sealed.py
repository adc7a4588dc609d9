"""A small clinic whose history is sealed, for tests that commit."""

import time

from django.db import connection

from medspa.audit.actors import acting
from medspa.audit.changing_history import HISTORY_CHANGED, ChangeDetails
from medspa.audit.events import record_event
from medspa.audit.models import Act
from medspa.models import User
from safekeeping.models import Seal
from safekeeping.seals.queries import proved_tables
from safekeeping.seals.sealing import seal, take_up_old_rows
from tests.factories import LeadFactory, TagFactory, UserFactory


def seal_all() -> None:
    """Seal every row that is committed; what else is at work here ends soon."""
    take_up_old_rows()
    newest = newest_xid()
    for _ in range(1200):
        seal()
        last = Seal.objects.first()
        if last and last.to_xid > newest:
            return
        time.sleep(0.05)
    raise AssertionError("a transaction has been at work for a minute")


def newest_xid() -> int:
    """The last transaction that wrote a row of history."""
    newest = 0
    with connection.cursor() as cursor:
        for table in proved_tables():
            cursor.execute(f"SELECT max(proof_xid) FROM {table}")  # noqa: S608
            newest = max(newest, cursor.fetchone()[0] or 0)
    return newest


def sealed_clinic() -> User:
    """Leads with a few changes, an event of the audit log, and two seals."""
    maria: User = UserFactory(first_name="Maria")
    with acting(user=maria):
        for name in ("Ana", "Bea", "Carla", "Dora"):
            lead = LeadFactory(first_name=name, email=f"{name}@example.com".lower())
            lead.first_name = f"{name}s"
            lead.save()
        seal_all()
        TagFactory(name="VIP")
        for rows in range(3):
            said = ChangeDetails(
                act=Act.REMOVE, table="leads_lead", rows=rows, why="test"
            )
            record_event(HISTORY_CHANGED, details=said)
    seal_all()
    return maria
