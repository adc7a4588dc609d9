"""What of a contact read from GoHighLevel may change its lead here.

A value that was known there already is left out: it is no change, or the echo of our
own write. What a person just changed here, too, is left out by the field policy. To
leave a field out is enough: updates are sparse, and a missing value means unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connections.gohighlevel.access import settings_of
from connections.gohighlevel.known import ABSENT, CONTACT_FIELDS, PRESENT, KnownValue
from connections.gohighlevel.policy import here_counts
from connections.models import ChangeState, Connection, OutgoingChange
from leads.intake.incoming import IncomingLead
from leads.intake.lookups import read_clinic_names
from leads.models import Lead, LeadTag
from medspa.reading.word_keys import key

Changes = dict[tuple[str, str, str], OutgoingChange]


@dataclass
class Inbound:
    """One batch of contacts of a connection, and what was decided about them."""

    connection: Connection
    now: datetime
    writes: frozenset[str] = frozenset()
    # Numbers of contacts in which nothing is new, and something is our own write.
    echoes: set[int] = field(default_factory=set)
    # Tags that were removed there, by lead.
    removed_tags: dict[str, set[str]] = field(default_factory=dict)
    _seen: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.writes = frozenset(settings_of(self.connection).writes)

    def accept(self, leads: Mapping[int, IncomingLead]) -> dict[int, IncomingLead]:
        """The contacts without what must not change their leads.

        Only for fields that are written back: without that there is no echo.
        """
        fields = [name for name in CONTACT_FIELDS if name in self.writes]
        if not fields and "tags" not in self.writes:
            return dict(leads)
        of_contact = self._leads_of(leads)
        self._known = KnownValue(self.connection, of_contact.values())
        self._waiting = waiting_of(self.connection, of_contact.values())
        self._tag_ids = read_clinic_names().tags
        return {
            number: self._one(
                number, lead, of_contact.get(lead.external_id, ""), fields
            )
            for number, lead in leads.items()
        }

    def _leads_of(self, leads: Mapping[int, IncomingLead]) -> dict[str, str]:
        ids = {lead.external_id for lead in leads.values()} - {""}
        found = Lead.objects.filter(external_id__in=ids).order_by("pk")
        locked = found.select_for_update(no_key=True)
        return dict(locked.values_list("external_id", "pk"))

    def _one(
        self, number: int, lead: IncomingLead, lead_id: str, fields: list[str]
    ) -> IncomingLead:
        if not lead.external_id:
            return lead
        seen = {name: getattr(lead, name) for name in fields if getattr(lead, name)}
        self._seen[lead.external_id] = dict(seen)
        if not lead_id:
            return lead
        left_out: dict[str, Any] = {
            name: ""
            for name, value in seen.items()
            if not self._may_change(lead_id, name, "", value)
        }
        is_echo = any(
            self._is_own(lead_id, name, value) for name, value in seen.items()
        ) and all(
            self._known.is_same(lead_id, name, value) for name, value in seen.items()
        )
        if "tags" in self.writes:
            left_out["tags"] = self._tags(lead_id, lead)
            is_echo = is_echo and not left_out["tags"]
        if is_echo and not self.removed_tags.get(lead_id):
            self.echoes.add(number)
        return lead.model_copy(update=left_out)

    def _may_change(self, lead_id: str, name: str, detail: str, value: str) -> bool:
        known = f"tag:{detail}" if detail else name
        change = self._waiting.get((lead_id, name, detail))
        if self._known.is_parked(lead_id, known):
            return False
        if self._known.is_same(lead_id, known, value):
            # Ours was changed and is still to be sent, or both are equal.
            return change is None and not self._is_own(lead_id, known, value)
        if change is None:
            return True
        if here_counts(change.changed_at, self.now):
            return False
        end(change, ChangeState.OVERRULED, self.now)
        return True

    def _is_own(self, lead_id: str, known: str, value: str) -> bool:
        row = self._known.get(lead_id, known)
        same = self._known.is_same(lead_id, known, value)
        return same and row is not None and row.is_ours

    def _tags(self, lead_id: str, lead: IncomingLead) -> tuple[str, ...]:
        """The names of tags that were added there; removed ones are noted."""
        names = {self._tag_ids.get(key(name), ""): name for name in lead.tags}
        names.pop("", None)
        before = self._known.tags_of(lead_id)
        self.removed_tags[lead_id] = {
            tag
            for tag in before - set(names)
            if self._may_change(lead_id, "tags", tag, ABSENT)
        }
        for tag in set(names) | before:
            value = PRESENT if tag in names else ABSENT
            self._seen[lead.external_id][f"tag:{tag}"] = value
        return tuple(
            name
            for tag, name in names.items()
            if tag not in before and self._may_change(lead_id, "tags", tag, PRESENT)
        )

    def finish(self) -> None:
        """After the contacts were taken in: remove tags, and note what is known."""
        for lead_id, tags in self.removed_tags.items():
            for link in LeadTag.objects.filter(lead=lead_id, tag__in=tags):
                link.delete()
        of_contact = dict(
            Lead.objects.filter(external_id__in=self._seen).values_list(
                "external_id", "pk"
            )
        )
        known = KnownValue(self.connection, of_contact.values())
        known.note_there(
            (
                (of_contact[contact], name, value)
                for contact, seen in self._seen.items()
                if contact in of_contact
                for name, value in seen.items()
            ),
            self.now,
        )


def waiting_of(connection: Connection, lead_ids: Any) -> Changes:
    rows = OutgoingChange.objects.select_for_update().filter(
        connection=connection, lead__in=set(lead_ids), state=ChangeState.WAITING
    )
    return {(row.lead_id, row.field, row.detail): row for row in rows.order_by("pk")}


def end(
    change: OutgoingChange, state: ChangeState, now: datetime, reason: str = ""
) -> None:
    change.state, change.ended_at, change.reason = state, now, reason
    change.save(update_fields=["state", "ended_at", "reason"])
