"""Carrying out the plans of a chunk: a few statements for any number of rows.

New leads enter the first stage as `pipeline.admit` lets them: a row in history, a
stay from the moment they were created, and the signal that a stage was entered.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from simple_history.utils import bulk_create_with_history

from leads.choices import ActivityType
from leads.intake.planning import Plan
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    PipelineStage,
)
from leads.signals import stage_entered
from medspa.audit.actors import current_actor


def carry_out(plans: Sequence[Plan], stage: PipelineStage) -> None:
    """Write what is planned; call inside a transaction."""
    _admit([plan for plan in plans if plan.is_new], stage)
    _update([plan for plan in plans if not plan.is_new])
    _tag([plan for plan in plans if plan.tag_ids])
    _create(
        Activity,
        [_form(plan, plan.submitted_at) for plan in plans if plan.submitted_at],
    )
    _create(Opportunity, [_opportunity(plan) for plan in plans if plan.value_cents])


def _admit(plans: list[Plan], stage: PipelineStage) -> None:
    leads = [
        Lead(id=plan.lead_id, created_at=plan.created_at, **plan.changes)
        for plan in plans
        if plan.created_at
    ]
    _create(Lead, leads)
    stays = LeadStage.objects.bulk_create(
        LeadStage(
            lead=lead,
            stage=stage,
            changed_by=current_actor().user,
            changed_at=lead.created_at,
        )
        for lead in leads
    )
    stage_entered.send(sender=LeadStage, stays=stays)


def _update(plans: list[Plan]) -> None:
    """One by one: each lead's contact is sealed for its own row."""
    changed = [plan for plan in plans if plan.changes or plan.is_restored]
    if not changed:
        return
    ids = sorted({plan.lead_id for plan in changed})
    locked = Lead.all_objects.select_for_update(no_key=True, of=("self",)).order_by(
        "id"
    )
    leads = {lead.id: lead for lead in locked.filter(pk__in=ids)}
    for plan in changed:
        _apply(plan, leads[plan.lead_id])


def _apply(plan: Plan, lead: Lead) -> None:
    names = set(plan.changes)
    for name, value in plan.changes.items():
        setattr(lead, name, value)
    if plan.is_restored:
        lead.deleted_at = None
        names.add("deleted_at")
    lead.save(update_fields={*names, "updated_at"})


def _tag(plans: list[Plan]) -> None:
    """As `tagging.add_tag`: the tag, and a line in the timeline."""
    pairs = [
        (plan.lead_id, tag_id) for plan in plans for tag_id in sorted(plan.tag_ids)
    ]
    _create(LeadTag, [LeadTag(lead_id=lead, tag_id=tag) for lead, tag in pairs])
    _create(Activity, [_tag_added(lead_id, tag_id) for lead_id, tag_id in pairs])


def _tag_added(lead_id: str, tag_id: str) -> Activity:
    return Activity(
        lead_id=lead_id,
        type=ActivityType.TAG_ADDED,
        payload_json={"tag": tag_id},
        created_by=current_actor().user,
    )


def _form(plan: Plan, submitted_at: datetime) -> Activity:
    slug = {"form": plan.form} if plan.form else {}
    return Activity(
        lead_id=plan.lead_id,
        type=ActivityType.FORM_SUBMIT,
        payload_json=slug,
        created_at=submitted_at,
    )


def _opportunity(plan: Plan) -> Opportunity:
    return Opportunity(
        lead_id=plan.lead_id,
        procedure_code=plan.procedure,
        expected_value_cents=plan.value_cents,
    )


def _create(model: type[Model], rows: Sequence[Model]) -> None:
    if rows:
        bulk_create_with_history(
            rows, model, default_change_reason=current_actor().reason
        )
