"""Where a lead may go who paid: to the stage for won leads.

The page offers it and does nothing by itself: a deposit may come long before.
"""

from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.choices import Outcome
from leads.extension_points import StageOffer
from leads.models import Lead, PipelineStage


def offer_after_payment(lead: Lead) -> StageOffer | None:
    """Only while the lead is in an open stage and a payment stands."""
    if not KpiEvent.objects.filter(lead=lead, kind=Kind.INVOICE_PAID).exists():
        return None
    period = lead.stage_periods.select_related("stage").filter(left_at=None).first()
    if period is None or not period.stage.is_open:
        return None
    stage = PipelineStage.objects.filter(outcome=Outcome.WON).order_by("order").first()
    return StageOffer(stage, f"{lead} paid.") if stage else None
