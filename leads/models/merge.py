"""Merges of two leads, with what is needed to undo them."""

from datetime import timedelta
from typing import Annotated, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from pydantic import Field

from leads.models.lead import Lead
from leads.payloads import RowId
from medspa.ids import CuidField
from medspa.json_columns import IsObject, Schema, parse_json
from medspa.validation import Validated

UNMERGE_WITHIN = timedelta(days=30)
HistoryId = Annotated[int, Field(ge=1)]


class Moved(Schema):
    """What a merge changed, as far as needed to undo it.

    Past values are stored as ids of history rows, where contact data is encrypted.
    `children` are row ids by table; `closed_stay` is the stage period that the merge
    ended, `current_stay` the one in which the merged lead was; `contact_points` are
    those that the merge made of an email or phone that would have been lost.
    """

    children: dict[str, list[RowId]] = {}
    closed_stay: RowId | None = None
    current_stay: RowId | None = None
    before: HistoryId | None = None
    taken: list[str] = []
    opportunity_before: HistoryId | None = None
    opportunity_taken: list[str] = []
    contact_id_before: HistoryId | None = None
    contact_points: list[RowId] = []


class LeadMergeQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)


class LeadMerge(Validated):
    """One lead was merged into another; the merge is in effect until it is undone."""

    id = CuidField(primary_key=True)
    survivor = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="merged_into"
    )
    moved_json = models.JSONField("moved", default=dict, blank=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    merged_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = LeadMergeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_leadmerge_joins_two_leads",
                condition=~Q(survivor=F("merged")),
                violation_error_message="A lead can't be merged with itself.",
            ),
            models.UniqueConstraint(
                name="leads_leadmerge_once",
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                violation_error_message="This lead was already merged.",
            ),
            models.CheckConstraint(
                name="leads_leadmerge_moved_is_an_object",
                condition=Q(IsObject("moved_json")),
                violation_error_message="The moved rows must be a JSON object.",
            ),
            models.CheckConstraint(
                name="leads_leadmerge_undone_after_merged",
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("merged_at")),
                violation_error_message="A merge can't be undone before it was made.",
            ),
        ]
        indexes = [
            models.Index(
                "merged_at",
                "id",
                name="leads_leadmerge_standing",
                condition=Q(undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} merged into {self.survivor}"

    @property
    def moved(self) -> Moved:
        """What was moved; raises ValidationError for a wrong shape."""
        return parse_json(Moved, self.moved_json, "moved_json")  # type: ignore[return-value]

    @property
    def can_be_undone(self) -> bool:
        return (
            self.undone_at is None and timezone.now() < self.merged_at + UNMERGE_WITHIN
        )
