"""Writing the plans of a chunk: a few statements for any number of rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from leads.intake.arriving import LeadCame, record_arrivals
from leads.intake.planning import LeadPlan
from leads.models import ContactPoint, Lead, PipelineStage
from leads.services.contacting import SubmittedForm, log_forms
from leads.services.opportunities import ExpectedSale, create_opportunities
from leads.services.pipeline import create_leads
from leads.services.tagging import add_new_tags
from medspa.audit.writing import create_with_history


def write_plans(plans: Sequence[LeadPlan], stage: PipelineStage) -> None:
    """Write what is planned; call inside a transaction.

    New leads enter `stage` unless their plan names another one.
    """
    new: dict[str, list[Lead]] = {}
    for plan in plans:
        if plan.created_at:
            lead = _new_lead(plan, plan.created_at)
            new.setdefault(plan.stage_id or stage.pk, []).append(lead)
    stages = {stage.pk: stage}
    if others := set(new) - {stage.pk}:
        stages |= PipelineStage.objects.in_bulk(others)
    for stage_id, leads in new.items():
        create_leads(leads, stages[stage_id], is_import=True)
    _update([plan for plan in plans if not plan.is_new])
    if tags := [(plan.lead_id, tag) for plan in plans for tag in sorted(plan.tag_ids)]:
        add_new_tags(tags)
    by_form = [plan for plan in plans if plan.submitted_at]
    forms = log_forms(
        SubmittedForm(plan.lead_id, plan.submitted_at, plan.form)
        for plan in by_form
        if plan.submitted_at
    )
    _note_added("form", by_form, _ids(forms))
    came = [plan for plan in plans if plan.arrival]
    arrivals = record_arrivals(
        LeadCame(plan.lead_id, plan.arrival, plan.submitted_at, **plan.arrived_by)
        for plan in came
        if plan.arrival
    )
    _note_added("arrival", came, _ids(arrivals))
    _add_contacts(plans)
    expected = [plan for plan in plans if plan.value_cents]
    opportunities = create_opportunities(
        ExpectedSale(plan.lead_id, plan.procedure, plan.value_cents)
        for plan in expected
    )
    _note_added("opportunity", expected, opportunities)


def _add_contacts(plans: Sequence[LeadPlan]) -> None:
    new = [
        (plan, ContactPoint(lead_id=plan.lead_id, **{field: value}))
        for plan in plans
        for field, values in (("email", plan.emails), ("phone", plan.phones))
        for value in values
    ]
    create_with_history(ContactPoint, [point for _, point in new])
    _note_added("contact", [plan for plan, _ in new], _ids(point for _, point in new))


def _ids(rows: Iterable[Model]) -> list[str]:
    return [row.pk for row in rows]


def _note_added(kind: str, plans: Sequence[LeadPlan], ids: Sequence[str]) -> None:
    for plan, added in zip(plans, ids, strict=True):
        plan.added.append(f"{kind}:{added}")


def _new_lead(plan: LeadPlan, created_at: datetime) -> Lead:
    return Lead(
        id=plan.lead_id,
        created_at=created_at,
        created_time_known=plan.created_time_known,
        **plan.changes,
    )


def _update(plans: Sequence[LeadPlan]) -> None:
    """One by one: each lead's contact data is encrypted for its own row."""
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


def _apply(plan: LeadPlan, lead: Lead) -> None:
    names = set(plan.changes)
    for name, value in plan.changes.items():
        setattr(lead, name, value)
    if plan.is_restored:
        lead.deleted_at = None
        names.add("deleted_at")
    lead.save(update_fields={*names, "updated_at"})
