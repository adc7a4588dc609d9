"""What GoHighLevel is known to have of a lead, field by field.

Two systems are kept equal by comparing three values: ours, theirs, and what was last
known of theirs. Theirs equal to the known one is no change there: nothing happened, or
it is the echo of our own write.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from connections.models import Connection, KnownThere
from medspa.audit.inserting import save_rows
from medspa.encryption.ciphers import blind_index, decode_key
from medspa.encryption.fields import index_keys

CONTACT_FIELDS = ("first_name", "email", "phone")
# A field that changes there more often is parked: two programs may be answering each
# other.
MOST_CHANGES = 5
LOOP_WINDOW = timedelta(minutes=10)
# What stands for a tag that a lead has there, and for one that it hasn't.
PRESENT, ABSENT = "present", "absent"


def digest(field: str, value: str) -> bytes:
    """A keyed hash, so that nobody reads a contact from it."""
    key = decode_key(index_keys()[0])
    return blind_index(key, f"connections_known.{field}", value.casefold() or "empty")


class KnownValue:
    """The known values of some leads of a connection."""

    def __init__(self, connection: Connection, lead_ids: Iterable[str]) -> None:
        self.connection = connection
        rows = KnownThere.objects.filter(connection=connection, lead__in=set(lead_ids))
        self._rows: dict[str, dict[str, KnownThere]] = {}
        for row in rows:
            self._rows.setdefault(row.lead_id, {})[row.field] = row
        self._unwritten: dict[tuple[str, str], KnownThere] = {}

    def get(self, lead_id: str, field: str) -> KnownThere | None:
        return self._rows.get(lead_id, {}).get(field)

    def is_same(self, lead_id: str, field: str, value: str) -> bool:
        row = self.get(lead_id, field)
        return row is not None and bytes(row.digest) == digest(field, value)

    def is_parked(self, lead_id: str, field: str) -> bool:
        row = self.get(lead_id, field)
        return row is not None and row.parked_at is not None

    def tags_of(self, lead_id: str) -> set[str]:
        """The ids of tags that the lead has there."""
        return {
            field.removeprefix("tag:")
            for field, row in self._rows.get(lead_id, {}).items()
            if field.startswith("tag:") and bytes(row.digest) == digest(field, PRESENT)
        }

    def note(
        self,
        lead_id: str,
        field: str,
        value: str,
        now: datetime,
        *,
        is_ours: bool = False,
    ) -> None:
        """From now on this value is known. A change there counts for the breaker."""
        if row := self._noted(lead_id, field, value, now, is_ours=is_ours):
            row.save()

    def note_there(self, values: Iterable[tuple[str, str, str]], now: datetime) -> None:
        """As `note` for any number of leads, fields and values that come from there."""
        for lead_id, field, value in values:
            self.note_later(lead_id, field, value, now)
        self.write_noted()

    def note_later(self, lead_id: str, field: str, value: str, now: datetime) -> None:
        """As `note` of what comes from there, stored by `write_noted`."""
        if row := self._noted(lead_id, field, value, now, is_ours=False):
            self._unwritten[lead_id, field] = row

    def write_noted(self) -> None:
        save_rows(KnownThere, self._unwritten.values())
        self._unwritten = {}

    def _noted(
        self, lead_id: str, field: str, value: str, now: datetime, *, is_ours: bool
    ) -> KnownThere | None:
        """The row with the value, not saved yet; None if it is known already."""
        found, row = digest(field, value), self.get(lead_id, field)
        if row is None:
            row = KnownThere(
                connection=self.connection,
                lead_id=lead_id,
                field=field,
                counted_from=now,
            )
            self._rows.setdefault(lead_id, {})[field] = row
        elif bytes(row.digest) == found and row.is_ours >= is_ours:
            return None
        elif not is_ours:
            _count(row, now)
        row.digest, row.is_ours, row.at = found, is_ours, now
        return row


def _count(row: KnownThere, now: datetime) -> None:
    if now - row.counted_from > LOOP_WINDOW:
        row.changes, row.counted_from = 0, now
    row.changes += 1
    if row.changes > MOST_CHANGES and row.parked_at is None:
        row.parked_at = now


def release(connection: Connection) -> int:
    """Let parked fields change again; returns how many there were."""
    parked = KnownThere.objects.filter(
        Q(parked_at__isnull=False), connection=connection
    )
    return parked.update(parked_at=None, changes=0)
