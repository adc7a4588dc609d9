"""Where a lead may go whose consult was canceled: back to the stage before.

The page offers it and does nothing by itself: some book anew in the same call.
"""

from kpis.choices import Kind
from leads.choices import Outcome
from leads.extension_points import StageOffer
from leads.models import Lead, PipelineStage

MOVE_BACK = "move_back"


def offer_after_cancel(lead: Lead) -> StageOffer | None:
    """Only while the lead stands in the open stage for booked consults."""
    period = lead.stage_periods.select_related("stage").filter(left_at=None).first()
    if period is None or not period.stage.is_open:
        return None
    if period.stage.records_kpi != Kind.CONSULT_BOOKED:
        return None
    earlier = PipelineStage.objects.filter(
        outcome=Outcome.OPEN, order__lt=period.stage.order
    )
    stage = earlier.order_by("-order").first()
    return StageOffer(stage, "The consult is canceled.") if stage else None
