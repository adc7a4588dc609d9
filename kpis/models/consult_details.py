"""What was arranged for a booked consult."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from kpis.choices import CancelReason
from kpis.models.event import KpiEvent
from leads.models.procedure import LONGEST_CODE, procedure_choices
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.lists.fields import ListedCodeField
from medspa.validation import Validated


class ConsultDetails(Validated):
    """With whom a booked consult is, for what, and whether it stands.

    Events are never edited; this may change until the consult is over. A booking
    without such a row has no provider, and was neither confirmed nor canceled.
    """

    id = CuidField(primary_key=True)
    booking = models.OneToOneField(
        KpiEvent,
        on_delete=models.CASCADE,
        related_name="consult_details",
        error_messages={"unique": "This consult has its details already."},
    )
    # The model of an app above: settings name it, as they name the user's.
    provider = models.ForeignKey(
        settings.CONSULT_PROVIDER_MODEL,
        on_delete=models.PROTECT,
        related_name="consults",
        null=True,
        blank=True,
    )
    procedure_code = ListedCodeField(
        "procedure", max_length=LONGEST_CODE, choices=procedure_choices, blank=True
    )
    confirmed_at = models.DateTimeField("confirmed", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="confirmed by",
    )
    canceled_at = models.DateTimeField("canceled", null=True, blank=True)
    cancel_reason = models.CharField(
        "reason", max_length=20, choices=CancelReason, blank=True
    )

    objects: ClassVar[models.Manager] = models.Manager()
    history = History()

    class Meta:
        default_permissions = ()
        verbose_name = "consult"
        verbose_name_plural = "consults"
        constraints = [
            models.CheckConstraint(
                name="kpis_consultdetails_confirmed_by_when_confirmed",
                condition=Q(confirmed_at__isnull=False) | Q(confirmed_by__isnull=True),
                violation_error_message="Only a confirmed consult was confirmed.",
            ),
            models.CheckConstraint(
                name="kpis_consultdetails_canceled_for_a_reason",
                condition=Q(
                    canceled_at__isnull=False, cancel_reason__in=CancelReason.values
                )
                | Q(canceled_at__isnull=True, cancel_reason=""),
                violation_error_message="Choose why the consult is canceled.",
            ),
        ]

    def __str__(self) -> str:
        return f"consult of {self.booking.lead}"

    @property
    def is_canceled(self) -> bool:
        return self.canceled_at is not None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None and not self.is_canceled
