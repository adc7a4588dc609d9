"""Who earned a payment or consult, and how much of it."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Sum

from commissions.engine.schemas import WHOLE_BPS
from commissions.models.provider import Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models.lead_queries import OfLeadQuerySet
from medspa.audit.history import History
from medspa.formats import format_percent
from medspa.ids import CuidField
from medspa.validation import Validated

CREDITED_KINDS = (Kind.INVOICE_PAID, Kind.CONSULT_SHOW, Kind.CONSULT_BOOKED)


class CreditQuerySet(OfLeadQuerySet):
    lead_path = "kpi_event__lead"


class Credit(Validated):
    """A provider's share of one payment or consult."""

    id = CuidField(primary_key=True)
    kpi_event = models.ForeignKey(
        KpiEvent, on_delete=models.CASCADE, related_name="credits", verbose_name="event"
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="credits"
    )
    share_bps = models.PositiveSmallIntegerField(
        "share", default=10_000, help_text="In basis points: 10000 is 100%."
    )

    objects: ClassVar[Any] = CreditQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "commission credit"
        constraints = [
            models.UniqueConstraint(
                name="commissions_credit_is_unique",
                fields=["kpi_event", "provider"],
                violation_error_message="This provider already has a share of it.",
            ),
            models.CheckConstraint(
                name="commissions_credit_is_a_share",
                condition=Q(share_bps__range=(1, 10_000)),
                violation_error_message="Enter a share above 0, up to 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {format_percent(self.share_bps)}"

    def clean(self) -> None:
        """Triggers limit the sum and the kinds of events; here it is an error of the
        field."""
        event = KpiEvent.all_objects.filter(pk=self.kpi_event_id).first()
        if event and event.kind not in CREDITED_KINDS:
            raise ValidationError(
                {"kpi_event": "Only payments and consults are credited."}
            )
        if self.share_bps is None or self.share_bps > WHOLE_BPS:
            return  # an error by its own constraint
        others = Credit.objects.filter(kpi_event=self.kpi_event_id).exclude(pk=self.pk)
        taken = others.aggregate(taken=Sum("share_bps", default=0))["taken"]
        if taken + self.share_bps > WHOLE_BPS:
            raise ValidationError(
                {"share_bps": "The shares of one payment can't exceed 100%."}
            )
