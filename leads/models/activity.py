"""What happened with a lead: only facts from closed lists, nothing about health."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from leads.choices import ActivityType
from leads.models.lead import Lead
from leads.models.lead_lists import lost_reasons
from leads.models.lead_queries import ActiveLeadRecordManager, LeadRecordQuerySet
from leads.payloads import PAYLOADS
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
from medspa.soft_deletion import SoftDeletable


class Activity(SoftDeletable):
    """One thing that was done with a lead or that a lead did."""

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead,
        on_delete=models.CASCADE,
        related_name="activities",
        db_index=False,  # the timeline index begins with it
    )
    type = models.CharField(max_length=20, choices=ActivityType)
    payload_json = models.JSONField("details", default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="by",
    )
    created_at = models.DateTimeField("when", default=clock.now)
    recorded_at = RecordedAtField()

    all_objects: ClassVar[Any] = models.Manager.from_queryset(LeadRecordQuerySet)()
    objects: ClassVar[Any] = ActiveLeadRecordManager()
    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name_plural = "activities"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_activity_type_is_known",
                condition=Q(type__in=ActivityType.values),
                violation_error_message="Choose a type from the list.",
            ),
            models.CheckConstraint(
                name="leads_activity_payload_is_an_object",
                condition=Q(IsObject("payload_json")),
                violation_error_message="The details must be a JSON object.",
            ),
            models.CheckConstraint(
                name="leads_activity_payload_has_known_keys",
                condition=keys_by_kind("type", "payload_json", PAYLOADS),
                violation_error_message=(
                    "The details contain something that can't be stored here."
                ),
            ),
            models.CheckConstraint(
                name="leads_activity_payload_has_its_types",
                condition=Q(FitsSchema("leads_payload_fits", "type", "payload_json")),
                violation_error_message="The details contain something unreadable.",
            ),
            models.CheckConstraint(
                name="leads_activity_not_in_the_future",
                condition=not_in_the_future("created_at"),
                violation_error_message="An activity can't be in the future.",
            ),
        ]
        indexes = [
            models.Index("created_at", name="leads_activity_created"),
            models.Index("lead", "created_at", name="leads_activity_timeline"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.lead}"

    def clean(self) -> None:
        if self.type in PAYLOADS:
            reason = getattr(self.payload, "lost_reason", None)
            if reason and reason not in lost_reasons():
                raise ValidationError(
                    {"payload_json": "lost_reason: Choose a reason from the list."}
                )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a payload of the wrong shape, whoever saves it."""
        self.clean()
        super().save(*args, **kwargs)

    @property
    def payload(self) -> Schema:
        """The details as an object; raises ValidationError for a wrong shape."""
        return parse_json(PAYLOADS[self.type], self.payload_json, "payload_json")

    @property
    def readable_payload(self) -> Schema | None:
        """The details; None, with a line in the log, if they are of no known shape."""
        return read_or_log(self, lambda: self.payload)
