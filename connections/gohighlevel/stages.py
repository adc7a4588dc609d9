"""The stage of an opportunity in GoHighLevel, and the stage of its lead here.

The later change counts. Lost leads, and why they are lost, are decided here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.access import settings_of
from connections.gohighlevel.inbound import end, waiting_of
from connections.gohighlevel.known import KnownValue
from connections.items import StageThere
from connections.models import ChangeState, Connection, ExternalId, Outcome
from connections.taking_in import ItemResult
from leads.models import Lead, LeadStage
from leads.move_refusals import MoveRefused
from leads.services.pipeline import move
from medspa.audit.inserting import save_rows

OPPORTUNITY = "opportunity"
STAGE = "stage"
TOO_OFTEN = "The stage changed there more than 5 times within 10 minutes."


class StagesThere:
    """The stages of some opportunities, and what is known of their leads.

    Read and written once for all of them: a first filling has 50,000 that are new, and
    a nightly comparison few.
    """

    def __init__(
        self, connection: Connection, items: Sequence[StageThere], now: datetime
    ) -> None:
        self.connection, self.now = connection, now
        active = Lead.objects.filter(external_id__in={one.external_id for one in items})
        locked = active.select_for_update(no_key=True).order_by("pk")
        self.leads = {lead.external_id: lead for lead in locked}
        ids = {lead.pk for lead in self.leads.values()}
        self.known = KnownValue(connection, ids)
        rows = opportunities_of(connection).filter(
            Q(value__in={one.object_id for one in items}) | Q(lead__in=ids)
        )
        self.rows = {row.value: row for row in rows.order_by()}
        self._unwritten: dict[str, ExternalId] = {}
        periods = LeadStage.objects.filter(lead__in=ids, left_at=None)
        self._periods = {period.lead_id: period for period in periods}
        # Lead → when the stages of its opportunities changed.
        self.changed_at: dict[str, dict[str, datetime]] = {}
        for row in self.rows.values():
            self._note_change(row)

    def take_all(self, items: Mapping[int, StageThere]) -> dict[int, ItemResult]:
        """Move each lead to the stage that theirs is mapped to, in the given order."""
        results = {number: self._take(item) for number, item in items.items()}
        save_rows(ExternalId, self._unwritten.values())
        self.known.write_noted()
        return results

    def _take(self, item: StageThere) -> ItemResult:
        lead = self.leads.get(item.external_id)
        if lead is None:
            return ItemResult(Outcome.UNCHANGED, "nobody")
        if not self._is_newest(item, lead):
            return ItemResult(Outcome.UNCHANGED, "older", lead_id=lead.pk)
        result = self._apply(item, lead)
        self.known.note_later(lead.pk, STAGE, item.stage, self.now)
        return result

    def _apply(self, item: StageThere, lead: Lead) -> ItemResult:
        row = self.known.get(lead.pk, STAGE)
        if self.known.is_same(lead.pk, STAGE, item.stage):
            is_echo = row is not None and row.is_ours
            return ItemResult(
                Outcome.ECHO if is_echo else Outcome.UNCHANGED, lead_id=lead.pk
            )
        if self.known.is_parked(lead.pk, STAGE):
            return ItemResult(Outcome.PARKED, "changes_too_often", TOO_OFTEN, lead.pk)
        ours = settings_of(self.connection).stages.get(item.stage, "")
        period = self._periods[lead.pk]
        if not ours or period.stage_id == ours:
            reason = "" if ours else "not_mapped"
            return ItemResult(Outcome.UNCHANGED, reason, lead_id=lead.pk)
        if period.changed_at >= item.at:
            return ItemResult(Outcome.UNCHANGED, "changed_here_later", lead_id=lead.pk)
        try:
            begun = move(lead.pk, ours, at=min(item.at, self.now))
        except MoveRefused as refusal:
            return ItemResult(Outcome.PARKED, refusal.code, refusal.sentence, lead.pk)
        change = waiting_of(self.connection, [lead.pk]).get((lead.pk, STAGE, ""))
        if change:
            end(change, ChangeState.OVERRULED, self.now)
        self._periods[lead.pk] = begun
        return ItemResult(
            Outcome.UPDATED, lead_id=lead.pk, fields=(STAGE, f"period:{begun.pk}")
        )

    def _is_newest(self, item: StageThere, lead: Lead) -> bool:
        """Of a lead's opportunities the one whose stage changed last counts."""
        row = self.rows.get(item.object_id)
        if row is None:
            row = self.rows[item.object_id] = ExternalId(
                system=GOHIGHLEVEL,
                account=self.connection.account,
                kind=OPPORTUNITY,
                value=item.object_id,
            )
        is_later = row.status_at is None or row.status_at < item.at
        if is_later or row.lead_id != lead.pk:
            self.changed_at.get(row.lead_id or "", {}).pop(row.value, None)
            row.status_at, row.lead = item.at, lead
            self._unwritten[row.value] = row
            self._note_change(row)
        return max(self.changed_at[lead.pk].values()) <= item.at

    def _note_change(self, row: ExternalId) -> None:
        if row.lead_id and row.status_at:
            self.changed_at.setdefault(row.lead_id, {})[row.value] = row.status_at


def opportunities_of(connection: Connection) -> QuerySet[ExternalId]:
    return ExternalId.objects.filter(
        system=GOHIGHLEVEL, account=connection.account, kind=OPPORTUNITY
    )


def opportunity_of(connection: Connection, lead: Lead) -> str:
    """The id of the opportunity whose stage counts; empty if none is known."""
    rows = opportunities_of(connection).filter(lead=lead)
    newest = rows.order_by("-status_at", "value").first()
    return newest.value if newest else ""
