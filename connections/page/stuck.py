"""Changes that GoHighLevel didn't take, and fields that change too often there.

Both wait for a person, who sees their leads and reasons. No value is kept of either.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from connections.gohighlevel.known import release
from connections.gohighlevel.policy import FIELD_RULES
from connections.models import ChangeState, Connection, KnownThere, OutgoingChange
from leads.models import Lead
from medspa import clock
from medspa.formats.plurals import counted
from medspa.refusals import Refused

MOST_STUCK_SHOWN = 50
STUCK_REASONS = {
    "not_there": "The contact was deleted in GoHighLevel.",
    "refused": "GoHighLevel rejected it.",
}
STUCK_TITLES = {rule.switch: rule.title for rule in FIELD_RULES if rule.switch}


class StuckRefused(Refused):
    code = "nothing_is_stuck"


@dataclass(frozen=True)
class StuckRow:
    """One field of a lead, since when it waits, and why."""

    lead: Lead
    title: str
    since: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Stuck:
    """What of one connection waits, the oldest first."""

    connection: Connection
    changes: list[StuckRow] = field(default_factory=list)
    fields: list[StuckRow] = field(default_factory=list)


def title_of_field(name: str) -> str:
    """What people call `email` or `tag:…`."""
    return STUCK_TITLES.get("tags" if name.startswith("tag:") else name, name)


def read_stuck() -> list[Stuck]:
    """Of each connection with something that waits."""
    changes = _changes().select_related("connection", "lead").order_by("ended_at")
    fields = _fields().select_related("connection", "lead").order_by("parked_at")
    found: dict[str, Stuck] = {}
    for change in changes[:MOST_STUCK_SHOWN]:
        of = found.setdefault(change.connection_id, Stuck(change.connection))
        title, reason = (
            title_of_field(change.field),
            STUCK_REASONS.get(change.reason, ""),
        )
        of.changes.append(StuckRow(change.lead, title, change.ended_at, reason))
    for known in fields[:MOST_STUCK_SHOWN]:
        of = found.setdefault(known.connection_id, Stuck(known.connection))
        title = title_of_field(known.field)
        of.fields.append(StuckRow(known.lead, title, known.parked_at))
    return list(found.values())


@transaction.atomic
def retry(connection: Connection) -> str:
    """Write the changes again, as the fields are now; a sentence of what happens."""
    rows = list(_changes().filter(connection=connection).select_for_update())
    waiting = OutgoingChange.objects.filter(
        connection=connection, state=ChangeState.WAITING
    )
    known = set(waiting.values_list("lead_id", "field", "detail"))
    for row in rows:
        if (row.lead_id, row.field, row.detail) in known:
            row.delete()  # one that waits writes the same field
            continue
        known.add((row.lead_id, row.field, row.detail))
        row.state, row.ended_at, row.reason = ChangeState.WAITING, None, ""
        row.attempts, row.next_at = 0, clock.now()
        row.save()
    return f"{_counted(len(rows), 'change')} will be written within a minute."


@transaction.atomic
def dismiss(connection: Connection) -> str:
    """Forget the changes; the leads here stay as they are."""
    number, _ = _changes().filter(connection=connection).delete()
    return f"{_counted(number, 'change')} dismissed."


def update_again(connection: Connection) -> str:
    """Let the fields change again."""
    return f"{_counted(release(connection), 'field')} will be updated again."


STUCK_ACTS = {"retry": retry, "dismiss": dismiss, "release": update_again}


def _counted(number: int, what: str) -> str:
    if not number:
        raise StuckRefused("This is no longer waiting.")
    return counted(number, what, f"{what}s")


def _changes() -> QuerySet[OutgoingChange]:
    return OutgoingChange.objects.filter(state=ChangeState.PARKED)


def _fields() -> QuerySet[KnownThere]:
    return KnownThere.objects.filter(parked_at__isnull=False)
