"""What a lead may be worth."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from leads.models.lead import Lead
from leads.models.lead_queries import ActiveLeadRecordManager, LeadRecordQuerySet
from leads.models.procedure import LONGEST_CODE, procedure_choices
from medspa.audit.history import History
from medspa.clinic_time import clinic_today
from medspa.ids import CuidField
from medspa.lists.constraints import CodeIsListed
from medspa.lists.fields import ListedCodeField
from medspa.soft_deletion import SoftDeletable


class Opportunity(SoftDeletable):
    """What one lead is expected to buy, for how much and when."""

    id = CuidField(primary_key=True)
    lead = models.OneToOneField(
        Lead,
        on_delete=models.CASCADE,
        related_name="opportunity",
        error_messages={"unique": "This lead already has an opportunity."},
    )
    expected_value_cents = models.BigIntegerField("expected value")
    procedure_code = ListedCodeField(
        "procedure", max_length=LONGEST_CODE, choices=procedure_choices
    )
    expected_date = models.DateField("expected date", null=True, blank=True)
    expected_date_set_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("changed", auto_now=True)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(LeadRecordQuerySet)()
    objects: ClassVar[Any] = ActiveLeadRecordManager()
    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(
                name="leads_opportunity_value_is_positive",
                condition=Q(expected_value_cents__gt=0),
                violation_error_message="The expected value must be above zero.",
            ),
            CodeIsListed(
                name="leads_opportunity_procedure_is_listed",
                field="procedure_code",
                to="leads.Procedure",
                violation_error_message="Choose a procedure from the list.",
            ),
            models.CheckConstraint(
                name="leads_opportunity_date_was_not_past_when_set",
                condition=Q(expected_date__isnull=True)
                | (
                    Q(expected_date_set_on__isnull=False)
                    & Q(expected_date__gte=F("expected_date_set_on"))
                ),
                violation_error_message="The expected date can't be in the past.",
            ),
        ]
        indexes = [
            models.Index(
                "procedure_code",
                "lead",
                name="leads_opportunity_procedure",
                condition=Q(deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_procedure_code_display()} for {self.lead}"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Opportunity":
        row = super().from_db(*args, **kwargs)
        row._stored_date = row.__dict__.get("expected_date")
        return row

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: Any = None,
    ) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        if fields is None or "expected_date" in fields:
            self._stored_date = self.expected_date

    def clean(self) -> None:
        self.note_when_the_date_was_set()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.note_when_the_date_was_set()
        if (names := kwargs.get("update_fields")) and "expected_date" in names:
            kwargs["update_fields"] = {*names, "expected_date_set_on"}
        super().save(*args, **kwargs)
        self._stored_date = self.__dict__.get("expected_date")

    def note_when_the_date_was_set(self, today: date | None = None) -> None:
        """The clinic's day on which `expected_date` got its present value.

        The rule is "not in the past when it is set", so an old opportunity whose
        date has passed can still be edited.
        """
        if "expected_date" in self.get_deferred_fields():
            return
        if self.expected_date is None:
            self.expected_date_set_on = None
        elif self.expected_date != self._stored_date or not self.expected_date_set_on:
            self.expected_date_set_on = today or clinic_today()

    _stored_date: date | None = None
