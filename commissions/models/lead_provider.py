"""Who treats a lead: the provider named last is credited with what it pays."""

from typing import ClassVar

from django.db import models

from commissions.models.provider import Provider
from leads.models import Lead
from medspa import clock
from medspa.audit.history import History
from medspa.clock import RecordedAtField, not_in_the_future
from medspa.ids import CuidField
from medspa.validation import Validated


class LeadProvider(Validated):
    """From `chosen_at` on `provider` treats the lead; the latest row counts.

    Rows are only added, so that merging two leads can move them, and undoing the merge
    can move them back.
    """

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="provider_choices"
    )
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="chosen_for",
        null=True,
        blank=True,
        help_text="Leave empty if no one in particular.",
    )
    chosen_at = models.DateTimeField("from", default=clock.now, editable=False)
    recorded_at = RecordedAtField()

    objects: ClassVar[models.Manager] = models.Manager()
    history = History()

    class Meta:
        verbose_name = "treating provider"
        verbose_name_plural = "treating providers"
        ordering = ["-chosen_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="commissions_leadprovider_not_in_the_future",
                condition=not_in_the_future("chosen_at"),
                violation_error_message="This can't be in the future.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lead", "-chosen_at", "-id"],
                name="commissions_leadprovider_last",
            )
        ]

    def __str__(self) -> str:
        return str(self.provider or "Not set")
