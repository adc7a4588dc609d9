"""Retiring a stage as the page and its job do it, at once."""

from leads import bulk
from leads.bulk import BulkOrder, store_run
from leads.bulk.retiring import plan_retirement, retire_empty
from leads.models import BulkAction, BulkRun, PipelineStage
from medspa.jobs.progress import NullProgress


def retire(
    stage: PipelineStage, destination_id: str = "", lost_reason: str = ""
) -> BulkRun | None:
    """As the worker does it; new leads start in the destination or the next stage."""
    entry = stage.others_of_its_outcome().order_by("order").first()
    plan = plan_retirement(
        stage,
        destination_id,
        lost_reason=lost_reason,
        entry_id=entry.pk if entry else "",
    )
    if plan.destination is None:
        retire_empty(plan)
        return None
    order = BulkOrder(
        BulkAction.MOVE,
        plan.destination.pk,
        str(plan.destination),
        lost_reason,
        retires=stage.pk,
        new_entry=plan.entry.pk if plan.entry else "",
    )
    run = store_run(order, expected=plan.leads)
    bulk.carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    return run
