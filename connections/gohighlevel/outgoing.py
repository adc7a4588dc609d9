"""Writing changes of ours to GoHighLevel.

Before a lead's changes are written, what GoHighLevel has now is read and taken in: a
change there that counts more overrules ours, and what is the same is not written.
What is sent is the value at that moment.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connections.gohighlevel import reading
from connections.gohighlevel.access import settings_of
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.errors import (
    NotThere,
    RequestRefused,
    TokenRefused,
    Unavailable,
)
from connections.gohighlevel.consult_statuses import write_statuses
from connections.gohighlevel.inbound import end
from connections.gohighlevel.known import ABSENT, CONTACT_FIELDS, PRESENT, KnownValue
from connections.gohighlevel.polling import Poll
from connections.gohighlevel.stages import STAGE, opportunity_of
from connections.items import DoNotContact
from connections.models import ChangeState, OutgoingChange
from leads.models import Lead, LeadStage, LeadTag, Tag

LEADS_SENT_AT_ONCE = 200
DO_NOT_CONTACT, APPOINTMENT_STATUS = "do_not_contact", "appointment"
LONGEST_WRITE_RETRY = timedelta(hours=1)
# Their names of our fields.
WRITTEN_FIELDS = {"first_name": "firstName", "email": "email", "phone": "phone"}
Changes = Sequence[OutgoingChange]


def send_due(one: Poll) -> Counter[str]:
    """Write what is due; stops when GoHighLevel can't be reached."""
    due = OutgoingChange.objects.filter(
        connection=one.connection, state=ChangeState.WAITING, next_at__lte=one.now
    )
    leads = due.order_by("lead").values_list("lead", flat=True).distinct()
    counts: Counter[str] = Counter()
    for lead_id in list(leads[:LEADS_SENT_AT_ONCE]):
        try:
            counts.update(_Sending(one, lead_id).send())
        except (Unavailable, TokenRefused) as error:
            _later(one, lead_id, error.code)
            counts["failed"] += 1
            break
    return counts


def _later(one: Poll, lead_id: str, reason: str) -> None:
    for change in _waiting(one, lead_id):
        wait = timedelta(minutes=2 ** min(change.attempts, 10))
        change.attempts += 1
        change.next_at = one.now + min(wait, LONGEST_WRITE_RETRY)
        change.reason = reason
        change.save(update_fields=["attempts", "next_at", "reason"])


def _waiting(one: Poll, lead_id: str) -> list[OutgoingChange]:
    rows = OutgoingChange.objects.filter(
        connection=one.connection, lead=lead_id, state=ChangeState.WAITING
    )
    return list(rows.order_by("pk"))


@dataclass
class _Sending:
    """The changes of one lead."""

    one: Poll
    lead_id: str
    # What GoHighLevel says: that the contact must not be contacted.
    asks_not_to: bool = False

    def send(self) -> list[str]:
        """The states that its changes ended in."""
        lead = Lead.objects.filter(pk=self.lead_id).exclude(external_id=None).first()
        if lead is None:
            return self._end(ChangeState.SAME, "deleted")
        try:
            self._read_first(lead)
            lead.refresh_from_db()
            return self._write(lead)
        except NotThere:
            return self._end(ChangeState.PARKED, "not_there")
        except RequestRefused:
            return self._end(ChangeState.PARKED, "refused")

    def _read_first(self, lead: Lead) -> None:
        answer = self.one.client.get(f"/contacts/{lead.external_id}")
        items: list[Any] = self.one.items_of(answer.get("contact") or {})
        if any(change.field == STAGE for change in _waiting(self.one, lead.pk)):
            found = listing.opportunities(self.one.client, str(lead.external_id))
            stages = (reading.stage_of(row) for rows in found for row in rows)
            items += [stage for stage in stages if stage]
        self.asks_not_to = any(isinstance(item, DoNotContact) for item in items)
        self.one.take(items)

    def _write(self, lead: Lead) -> list[str]:
        changes = _waiting(self.one, lead.pk)
        known = KnownValue(self.one.connection, [lead.pk])
        contact = [change for change in changes if change.field in CONTACT_FIELDS]
        tags = [change for change in changes if change.field == "tags"]
        stage = [change for change in changes if change.field == STAGE]
        wishes = [change for change in changes if change.field == DO_NOT_CONTACT]
        consults = [change for change in changes if change.field == APPOINTMENT_STATUS]
        return [
            *self._write_contact(lead, contact, known),
            *(self._write_tag(lead, change, known) for change in tags),
            *(self._write_stage(lead, change, known) for change in stage),
            *(self._write_wish(lead, change) for change in wishes),
            *(
                self._done(change, write_statuses(self.one, lead, known))
                for change in consults
            ),
        ]

    def _write_contact(
        self, lead: Lead, changes: Changes, known: KnownValue
    ) -> list[str]:
        """All fields by one request."""
        values = {change.field: getattr(lead, change.field) for change in changes}
        new = {
            field: value
            for field, value in values.items()
            if value and not known.is_same(lead.pk, field, value)
        }
        if new:
            body = {WRITTEN_FIELDS[field]: value for field, value in new.items()}
            self.one.client.put(f"/contacts/{lead.external_id}", body)
        for field, value in new.items():
            known.note(lead.pk, field, value, self.one.now, is_ours=True)
        return [self._done(change, change.field in new) for change in changes]

    def _write_tag(self, lead: Lead, change: OutgoingChange, known: KnownValue) -> str:
        name = Tag.all_objects.filter(pk=change.detail).values_list("name", flat=True)
        has_it = LeadTag.objects.filter(lead=lead, tag=change.detail).exists()
        field, value = f"tag:{change.detail}", PRESENT if has_it else ABSENT
        row = known.get(lead.pk, field)
        if known.is_same(lead.pk, field, value) or (row is None and not has_it):
            return self._done(change, False)
        theirs = self._their_tag(name.first() or "")
        path = f"/contacts/{lead.external_id}/tags"
        ask = self.one.client.post if has_it else self.one.client.delete
        ask(path, {"tags": [theirs]})
        known.note(lead.pk, field, value, self.one.now, is_ours=True)
        return self._done(change, True)

    def _their_tag(self, ours: str) -> str:
        tags = settings_of(self.one.connection).tags
        return next((their for their, our in tags.items() if our == ours), ours)

    def _write_stage(
        self, lead: Lead, change: OutgoingChange, known: KnownValue
    ) -> str:
        stage = LeadStage.objects.get(lead=lead, left_at=None).stage_id
        theirs = settings_of(self.one.connection).stage_of(stage)
        opportunity = opportunity_of(self.one.connection, lead)
        if not theirs or not opportunity or known.is_same(lead.pk, STAGE, theirs):
            return self._done(change, False)
        self.one.client.put(
            f"/opportunities/{opportunity}", {"pipelineStageId": theirs}
        )
        known.note(lead.pk, STAGE, theirs, self.one.now, is_ours=True)
        return self._done(change, True)

    def _write_wish(self, lead: Lead, change: OutgoingChange) -> str:
        """Only that the lead must not be contacted: the stricter of both counts."""
        is_new = lead.do_not_contact_at is not None and not self.asks_not_to
        if is_new:
            self.one.client.put(f"/contacts/{lead.external_id}", {"dnd": True})
        return self._done(change, is_new)

    def _done(self, change: OutgoingChange, is_sent: bool) -> str:
        """Unless it was changed here again meanwhile: then it waits on."""
        state = ChangeState.SENT if is_sent else ChangeState.SAME
        same = OutgoingChange.objects.filter(
            pk=change.pk, changed_at=change.changed_at, state=ChangeState.WAITING
        )
        same.update(state=state, ended_at=self.one.now, reason="")
        return str(state)

    def _end(self, state: ChangeState, reason: str) -> list[str]:
        changes = _waiting(self.one, self.lead_id)
        for change in changes:
            end(change, state, self.one.now, reason)
        return [str(state)] * len(changes)


def forget_ended(now: datetime, keep: timedelta = timedelta(days=30)) -> int:
    """Delete changes that ended long ago."""
    ended = OutgoingChange.objects.filter(ended_at__lt=now - keep)
    return ended.exclude(state=ChangeState.PARKED).delete()[0]
