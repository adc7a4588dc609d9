"""The stages of the pipeline, and the periods that leads spend in them."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone

from leads.choices import Outcome
from leads.models.lead import Lead
from leads.models.lead_lists import LONGEST_SLUG, lost_reason_choices
from leads.models.lead_queries import LeadQuerySet, OfLeadQuerySet
from leads.models.tag import COLOR_SENTENCE, HEX_COLOR, ColorField
from medspa import clock
from medspa.audit.history import History
from medspa.clock import RecordedAtField, not_in_the_future
from medspa.ids import CuidField
from medspa.lists.fields import ListedCodeField
from medspa.soft_deletion import SoftDeletable
from medspa.validation import Validated


def lock_set_up() -> None:
    """Let nobody else change the stages until the transaction ends.

    A move locks the row of the stage that it enters. Locking the whole table first lets
    running moves finish before a row is locked here, so there is no deadlock. Reading
    is not blocked.
    """
    if connection.in_atomic_block:  # else there is nothing to hold it until
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE leads_pipelinestage IN EXCLUSIVE MODE")


class RecordedKind(models.TextChoices):
    """The KPI events that entering a stage can record."""

    CONSULT_BOOKED = "consult_booked", "Consult booked"
    CONSULT_SHOW = "consult_show", "Showed"


class PipelineStage(SoftDeletable):
    """A column of the board. Its outcome says what it means, never its name."""

    id = CuidField(primary_key=True)
    name = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(
        help_text="Position on the board, from left to right."
    )
    color = ColorField("color", default="#3b82f6")
    outcome = models.CharField(
        "type", max_length=10, choices=Outcome, default=Outcome.OPEN
    )
    win_probability_bps = models.PositiveSmallIntegerField(
        "win probability",
        default=0,
        help_text="In basis points: 2000 is 20%.",
    )
    records_kpi = models.CharField(
        "logs event",
        max_length=20,
        choices=RecordedKind,
        blank=True,
        help_text="The event logged when a lead enters this stage.",
    )
    target_days = models.PositiveSmallIntegerField(
        "target days",
        null=True,
        blank=True,
        help_text="Leads that stay longer are overdue.",
    )
    # A retired stage keeps it, so that it can be the entry stage again.
    is_entry = models.BooleanField(
        "new leads start here", default=False, db_default=False, editable=False
    )
    moves_on_when_answered = models.BooleanField(
        "advance when a call is answered",
        default=False,
        db_default=False,
        help_text=(
            "In the stage where new leads start: an answered call moves the lead to "
            "the next stage. Otherwise the move is offered."
        ),
    )
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name = "stage"
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="leads_pipelinestage_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="leads_pipelinestage_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="There is already a stage with this name.",
            ),
            models.UniqueConstraint(
                name="leads_pipelinestage_order_is_unique",
                fields=["order"],
                condition=Q(deleted_at__isnull=True),
                violation_error_message="Another stage already has this position.",
            ),
            models.CheckConstraint(
                name="leads_pipelinestage_color_is_hex",
                condition=Q(color__regex=HEX_COLOR),
                violation_error_message=COLOR_SENTENCE,
            ),
            models.CheckConstraint(
                name="leads_pipelinestage_outcome_is_known",
                condition=Q(outcome__in=Outcome.values),
                violation_error_message="Choose a type from the list.",
            ),
            models.CheckConstraint(
                name="leads_pipelinestage_probability_is_a_share",
                condition=Q(win_probability_bps__range=(0, 10_000)),
                violation_error_message="Enter a win probability from 0 to 100.",
            ),
            models.CheckConstraint(
                name="leads_pipelinestage_records_a_known_kind",
                condition=Q(records_kpi__in=["", *RecordedKind.values]),
                violation_error_message="Choose what the stage logs from the list.",
            ),
            models.UniqueConstraint(
                name="leads_pipelinestage_one_entry",
                fields=["is_entry"],
                condition=Q(is_entry=True, deleted_at__isnull=True),
                violation_error_message="New leads already start in another stage.",
            ),
            models.CheckConstraint(
                name="leads_pipelinestage_entry_is_open",
                condition=Q(is_entry=False) | Q(outcome=Outcome.OPEN),
                violation_error_message="New leads can only start in an open stage.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a change of the outcome that would break what rests on it."""
        if self.outcome not in Outcome.values:
            return  # the field says so itself
        lock_set_up()
        before = type(self).all_objects.filter(pk=self.pk).first()
        if before is None or before.outcome == self.outcome or self.is_deleted:
            return
        if before.is_open and not before.others_of_its_outcome().exists():
            raise ValidationError(
                {"outcome": "New leads need an open stage, and this is the last one."}
            )
        if self.is_lost and before.stage_periods.current().exists():
            raise ValidationError(
                {
                    "outcome": (
                        "Leads in this stage have no lost reason. Move them to a lost "
                        "stage with a reason instead."
                    )
                }
            )

    @property
    def is_open(self) -> bool:
        return self.outcome == Outcome.OPEN

    @property
    def is_lost(self) -> bool:
        return self.outcome == Outcome.LOST

    def others_of_its_outcome(self) -> models.QuerySet:
        """The other active stages with the same outcome."""
        return PipelineStage.objects.filter(outcome=self.outcome).exclude(pk=self.pk)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Retire the stage; raises ValidationError while leads are in it."""
        if self.stage_periods.current().exists():
            raise ValidationError(
                f"“{self}” has leads. Choose where they should go first."
            )
        return super().delete(*args, **kwargs)


class LeadStageQuerySet(OfLeadQuerySet):
    def current(self, leads: LeadQuerySet | None = None) -> Self:
        """The periods that have not ended, of all active leads or only of `leads`."""
        if leads is None:
            return self.filter(left_at__isnull=True, lead__deleted_at__isnull=True)
        return self.current().filter(lead__in=leads.order_by())

    def of_stage(self, stage_id: str) -> Self:
        """The periods in one stage, in a way that the board's index is used.

        PostgreSQL's statistics are about all periods, not about the current ones. For
        `stage = x` ordered by time it may choose to read every stage's moves by time.
        For the same as a range, ordered by stage and time, only the board's index
        (`leads_leadstage_board`) has the order. By a stage that PostgreSQL doesn't know
        when it plans, all stages are planned alike: a stage of 3,000 leads of a million
        was found by reading all of them, in 290 instead of 12 ms.
        """
        stage = RawSQL("SELECT %s", (stage_id,))
        return self.filter(stage__gte=stage, stage__lte=stage)

    def lost_from(self, stage_id: str) -> Self:
        """The same with a lost reason, which is filtered by, too.

        `leads_leadstage_stage_lost` has them in the order. PostgreSQL takes it only for
        a stage that it knows when it plans: else it expects few leads, and sorts them.
        """
        return self.filter(stage=stage_id)


class LeadStage(Validated):
    """A stage period: the time from when a lead enters a stage until it leaves.

    The period without `left_at` is the current one; a lead has at most one.
    """

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="stage_periods"
    )
    stage = models.ForeignKey(
        PipelineStage, on_delete=models.PROTECT, related_name="stage_periods"
    )
    lost_reason = ListedCodeField(
        "reason", max_length=LONGEST_SLUG, choices=lost_reason_choices, blank=True
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,  # the index of a person's moves begins with it
    )
    changed_at = models.DateTimeField("entered", default=clock.now)
    left_at = models.DateTimeField("left", null=True, blank=True)
    recorded_at = RecordedAtField()

    objects = LeadStageQuerySet.as_manager()

    class Meta:
        verbose_name = "stage period"
        verbose_name_plural = "stage periods"
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="leads_leadstage_one_current_stage",
                fields=["lead"],
                condition=Q(left_at__isnull=True),
                violation_error_message="The lead is already in a stage.",
            ),
            models.CheckConstraint(
                name="leads_leadstage_not_in_the_future",
                condition=not_in_the_future("changed_at"),
                violation_error_message="A move can't be in the future.",
            ),
            models.CheckConstraint(
                name="leads_leadstage_left_after_entered",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("changed_at")),
                violation_error_message="A lead leaves a stage after entering it.",
            ),
        ]
        indexes = [
            models.Index("changed_at", name="leads_leadstage_changed"),
            models.Index(
                "stage",
                F("changed_at").desc(),
                name="leads_leadstage_board",
                condition=Q(left_at__isnull=True),
            ),
            models.Index(
                "stage",
                F("changed_at").desc(),
                "left_at",
                name="leads_leadstage_past",
                condition=Q(left_at__isnull=False),
            ),
            models.Index(
                "changed_by", F("changed_at").desc(), name="leads_leadstage_moved_by"
            ),
            models.Index(
                "changed_at",
                "id",
                name="leads_leadstage_current_since",
                condition=Q(left_at__isnull=True),
            ),
            models.Index(
                "lost_reason",
                "changed_at",
                "id",
                name="leads_leadstage_lost_reason",
                condition=Q(left_at__isnull=True) & ~Q(lost_reason=""),
            ),
            models.Index(
                # The list of one stage and one reason: 1 ms at a million leads, where
                # all 157,000 were read and sorted in 280.
                "stage",
                "lost_reason",
                F("changed_at").desc(),
                F("id").desc(),
                name="leads_leadstage_stage_lost",
                condition=Q(left_at__isnull=True) & ~Q(lost_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead} in {self.stage}"

    @property
    def time_in_stage(self) -> timedelta:
        return max((self.left_at or timezone.now()) - self.changed_at, timedelta())
