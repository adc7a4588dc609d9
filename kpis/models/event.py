"""KPI events: what every KPI is counted from."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from campaigns.models import Campaign
from kpis.choices import MONEY_KINDS, Kind
from kpis.metadata import METADATA
from leads.models import Lead
from leads.models.lead_queries import LeadRecordQuerySet
from leads.models.procedure import procedures
from medspa import clock
from medspa.audit.history import History
from medspa.clock import RecordedAtField, not_in_the_future
from medspa.ids import CuidField
from medspa.json_columns import (
    FitsSchema,
    IsObject,
    Schema,
    keys_by_kind,
    parse_json,
    read_or_log,
)
from medspa.soft_deletion import ActiveManager, SoftDeletable

# When a consult is planned for: the text begins with the date, in any zone.
SCHEDULED_FOR_TEXT = KeyTextTransform("scheduled_for", "metadata_json")
# No offset that such a text may have is larger; see `leads_is_moment`.
FARTHEST_ZONE = timedelta(hours=15)


class KpiEventQuerySet(LeadRecordQuerySet):
    def counting(self) -> Self:
        """The events that KPIs count: not voided, and of no deleted lead."""
        return self.active().filter(
            Q(lead__isnull=True) | Q(lead__deleted_at__isnull=True)
        )

    def with_details(self) -> Self:
        """With what was arranged for booked consults, read by the same query."""
        return self.select_related("consult_details__provider")

    def standing_bookings(self) -> Self:
        """Booked consults that were not canceled."""
        return self.active().filter(
            kind=Kind.CONSULT_BOOKED,
            lead__isnull=False,
            consult_details__canceled_at=None,
        )

    def planned_between(self, first: datetime, end: datetime) -> Self:
        """Bookings with a time in this range, as `planned_at`, in its order."""
        return self.planned_within(first, end, *planned_texts(first, end))

    def planned_within(
        self, first: Any, end: Any, from_text: Any, to_text: Any
    ) -> Self:
        """The same with its `planned_texts`; all of them may be expressions.

        By their text the index finds them, as moments they are compared.
        """
        planned = self.planned_from(first, from_text)
        planned = planned.filter(planned_text__lt=to_text, planned_at__lt=end)
        return planned.order_by("planned_at", "pk")

    def planned_from(self, first: Any, from_text: Any) -> Self:
        """Bookings with a time from this on, as `planned_at`."""
        rows = self.alias(planned_text=SCHEDULED_FOR_TEXT).with_planned_at()
        return rows.filter(planned_text__gte=from_text, planned_at__gte=first)

    def with_planned_at(self) -> Self:
        """Bookings with the moment they are planned for."""
        planned = Cast(SCHEDULED_FOR_TEXT, models.DateTimeField())
        return self.annotate(planned_at=planned)

    def with_is_held(self) -> Self:
        """Bookings with `is_held`: whether the lead came."""
        shows = (
            KpiEvent.objects.filter(lead=OuterRef("lead_id"), kind=Kind.CONSULT_SHOW)
            .alias(booking=KeyTextTransform("booking", "metadata_json"))
            .filter(booking=OuterRef("pk"))
        )
        return self.annotate(is_held=Exists(shows.order_by()))


def planned_texts(first: datetime, end: datetime) -> tuple[str, str]:
    """Between what the texts of bookings in this range are, whatever their zone."""
    return text_not_before(first), text_before(end)


def text_not_before(first: datetime) -> str:
    """What the texts of bookings from this moment on don't come before."""
    return str((first.astimezone(UTC) - FARTHEST_ZONE).date())


def text_before(end: datetime) -> str:
    """What the texts of bookings before this moment come before."""
    latest = end.astimezone(UTC) + FARTHEST_ZONE
    return str(latest.date() + timedelta(days=1))


class LivingKpiEventManager(ActiveManager.from_queryset(KpiEventQuerySet)):  # type: ignore[misc]
    """Only events that are not voided."""


class KpiEvent(SoftDeletable):
    """A click, a consult or a payment. Events are never edited, only voided."""

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="kpi_events",
        null=True,
        blank=True,
        help_text="Empty for an anonymous ad click.",
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        related_name="kpi_events",
        null=True,
        blank=True,
    )
    kind = models.CharField("type", max_length=20, choices=Kind)
    value_cents = models.BigIntegerField("amount", null=True, blank=True)
    refund_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="refunds",
        null=True,
        blank=True,
        verbose_name="refund of",
    )
    metadata_json = models.JSONField("details", default=dict, blank=True)
    occurred_at = models.DateTimeField("when", default=clock.now)
    recorded_at = RecordedAtField()

    all_objects: ClassVar[Any] = models.Manager.from_queryset(KpiEventQuerySet)()
    objects: ClassVar[Any] = LivingKpiEventManager()
    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name = "event"
        verbose_name_plural = "payments & events"
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="kpis_kpievent_kind_is_known",
                condition=Q(kind__in=Kind.values),
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                name="kpis_kpievent_money_is_positive",
                # Without the first part a missing amount compares as NULL, which
                # a check lets through.
                condition=Q(
                    kind__in=MONEY_KINDS, value_cents__isnull=False, value_cents__gt=0
                )
                | (~Q(kind__in=MONEY_KINDS) & Q(value_cents__isnull=True)),
                violation_error_message=(
                    "A payment or refund needs an amount above zero; "
                    "other events have none."
                ),
            ),
            models.CheckConstraint(
                name="kpis_kpievent_belongs_to_lead_or_campaign",
                condition=Q(lead__isnull=False) | Q(campaign__isnull=False),
                violation_error_message="Choose a lead or a campaign.",
            ),
            models.CheckConstraint(
                name="kpis_kpievent_only_clicks_lack_a_lead",
                condition=Q(lead__isnull=False) | Q(kind=Kind.AD_CLICK),
                violation_error_message="Only an ad click can be without a lead.",
            ),
            models.CheckConstraint(
                name="kpis_kpievent_refund_names_its_payment",
                condition=Q(kind=Kind.INVOICE_REFUNDED, refund_of__isnull=False)
                | (~Q(kind=Kind.INVOICE_REFUNDED) & Q(refund_of__isnull=True)),
                violation_error_message=(
                    "A refund needs its payment; other events can't have one."
                ),
            ),
            models.CheckConstraint(
                name="kpis_kpievent_metadata_is_an_object",
                condition=Q(IsObject("metadata_json")),
                violation_error_message="The details must be a JSON object.",
            ),
            models.CheckConstraint(
                name="kpis_kpievent_metadata_has_known_keys",
                condition=keys_by_kind("kind", "metadata_json", METADATA),
                violation_error_message=(
                    "The details contain something that can't be stored here."
                ),
            ),
            models.CheckConstraint(
                name="kpis_kpievent_metadata_has_its_types",
                condition=Q(FitsSchema("kpis_metadata_fits", "kind", "metadata_json")),
                violation_error_message="The details contain something unreadable.",
            ),
            models.CheckConstraint(
                name="kpis_kpievent_not_in_the_future",
                condition=not_in_the_future("occurred_at"),
                violation_error_message="An event can't be in the future.",
            ),
        ]
        indexes = [
            models.Index("occurred_at", "kind", name="kpis_kpievent_occurred"),
            models.Index("kind", name="kpis_kpievent_kind"),
            # Consults by their day: the text begins with the date.
            models.Index(
                SCHEDULED_FOR_TEXT,
                name="kpis_kpievent_scheduled",
                condition=Q(kind=Kind.CONSULT_BOOKED, deleted_at__isnull=True),
            ),
            # Whether a lead has a consult on some days: of 3,000 leads, 27 instead of
            # 47 ms at a million.
            models.Index(
                "lead",
                SCHEDULED_FOR_TEXT,
                name="kpis_kpievent_lead_scheduled",
                condition=Q(kind=Kind.CONSULT_BOOKED, deleted_at__isnull=True),
            ),
            models.Index(
                "occurred_at",
                "id",
                name="kpis_kpievent_voided",
                condition=Q(deleted_at__isnull=False),
            ),
        ]
        permissions = [
            ("view_kpis", "Can see the KPI pages and reports"),
            ("void_kpievent", "Can void events"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        if self.kind in METADATA:
            self._check_procedure(self.metadata)
        if self.refund_of and self.occurred_at < self.refund_of.occurred_at:
            raise ValidationError("A refund can't be dated before its payment.")

    def _check_procedure(self, metadata: Schema) -> None:
        code = getattr(metadata, "procedure", None)
        if code and code not in procedures():
            raise ValidationError(
                {"metadata_json": "Choose a procedure from the list."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse metadata of the wrong shape, whoever saves."""
        self.clean()
        super().save(*args, **kwargs)

    @property
    def metadata(self) -> Schema:
        """The details as an object; raises ValidationError for a wrong shape."""
        return parse_json(METADATA[self.kind], self.metadata_json, "metadata_json")

    @property
    def readable_metadata(self) -> Schema | None:
        """The details; None, with a line in the log, if they are of no known shape."""
        return read_or_log(self, lambda: self.metadata)
