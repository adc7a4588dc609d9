"""The stage of an opportunity in GoHighLevel, and the stage of its lead here.

The later change counts. Lost leads, and why they are lost, are decided here.
"""

from datetime import datetime

from connections.gohighlevel.access import settings_of
from connections.gohighlevel.inbound import end, waiting_of
from connections.gohighlevel.known import KnownValue
from connections.gohighlevel.reading import GOHIGHLEVEL
from connections.items import StageThere
from connections.models import ChangeState, Connection, ExternalId, Outcome
from connections.taking_in import ItemResult
from leads.models import Lead, LeadStage
from leads.services.pipeline import MoveRefused, move

OPPORTUNITY = "opportunity"
STAGE = "stage"
TOO_OFTEN = "The stage changed there more than 5 times within 10 minutes."


def take_stage(connection: Connection, item: StageThere, now: datetime) -> ItemResult:
    """Move the lead to the stage that theirs is mapped to."""
    active = Lead.objects.filter(external_id=item.external_id)
    lead = active.select_for_update(no_key=True).first()
    if lead is None:
        return ItemResult(Outcome.UNCHANGED, "nobody")
    if not _is_newest(connection, item, lead):
        return ItemResult(Outcome.UNCHANGED, "older", lead_id=lead.pk)
    known = KnownValue(connection, [lead.pk])
    result = _apply(connection, item, lead, known, now)
    known.note(lead.pk, STAGE, item.stage, now)
    return result


def _apply(
    connection: Connection,
    item: StageThere,
    lead: Lead,
    known: KnownValue,
    now: datetime,
) -> ItemResult:
    row = known.get(lead.pk, STAGE)
    if known.is_same(lead.pk, STAGE, item.stage):
        is_echo = row is not None and row.is_ours
        return ItemResult(
            Outcome.ECHO if is_echo else Outcome.UNCHANGED, lead_id=lead.pk
        )
    if known.is_parked(lead.pk, STAGE):
        return ItemResult(Outcome.PARKED, "changes_too_often", TOO_OFTEN, lead.pk)
    ours = settings_of(connection).stages.get(item.stage, "")
    period = LeadStage.objects.get(lead=lead, left_at=None)
    if not ours or period.stage_id == ours:
        reason = "" if ours else "not_mapped"
        return ItemResult(Outcome.UNCHANGED, reason, lead_id=lead.pk)
    if period.changed_at >= item.at:
        return ItemResult(Outcome.UNCHANGED, "changed_here_later", lead_id=lead.pk)
    try:
        move(lead.pk, ours, at=min(item.at, now))
    except MoveRefused as refusal:
        return ItemResult(Outcome.PARKED, refusal.code, refusal.sentence, lead.pk)
    change = waiting_of(connection, [lead.pk]).get((lead.pk, STAGE, ""))
    if change:
        end(change, ChangeState.OVERRULED, now)
    begun = LeadStage.objects.get(lead=lead, left_at=None)
    return ItemResult(
        Outcome.UPDATED, lead_id=lead.pk, fields=(STAGE, f"period:{begun.pk}")
    )


def _is_newest(connection: Connection, item: StageThere, lead: Lead) -> bool:
    """Of a lead's opportunities the one whose stage changed last counts."""
    rows = ExternalId.objects.filter(
        system=GOHIGHLEVEL, account=connection.account, kind=OPPORTUNITY
    )
    row, _ = rows.get_or_create(
        value=item.object_id,
        defaults={
            "system": GOHIGHLEVEL,
            "account": connection.account,
            "kind": OPPORTUNITY,
            "lead": lead,
        },
    )
    if row.status_at is None or row.status_at < item.at or row.lead_id != lead.pk:
        row.status_at, row.lead = item.at, lead
        row.save(update_fields=["status_at", "lead"])
    others = rows.filter(lead=lead, status_at__gt=item.at)
    return not others.exists()


def opportunity_of(connection: Connection, lead: Lead) -> str:
    """The id of the opportunity whose stage counts; empty if none is known."""
    rows = ExternalId.objects.filter(
        system=GOHIGHLEVEL, account=connection.account, kind=OPPORTUNITY, lead=lead
    )
    newest = rows.order_by("-status_at", "value").first()
    return newest.value if newest else ""
