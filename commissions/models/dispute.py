"""Disputed lines of statements: the reason, and how the dispute was resolved."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from commissions.models.line import StatementLine
from commissions.models.statement import Statement
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.validation import Validated


class DisputeReason(models.TextChoices):
    AMOUNT = "amount", "The payment's amount is wrong"
    WHO = "who", "Someone else earned this"
    SHARE = "share", "The share is wrong"
    RULE = "rule", "The wrong rule or rate was used"
    REFUND = "refund", "The refund is wrong"
    MISSING = "missing", "Something is missing"


class DisputeAnswer(models.TextChoices):
    CORRECTED = "corrected", "Corrected"
    STANDS = "stands", "Checked, no change"
    EXPLAINED = "explained", "Explained in person"
    WITHDRAWN = "withdrawn", "Withdrawn"


# What somebody else answers; only who raised a dispute withdraws it.
RESOLUTIONS = [
    choice for choice in DisputeAnswer.choices if choice[0] != DisputeAnswer.WITHDRAWN
]


class DisputeQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)


class Dispute(Validated):
    """An objection to a line. Reasons and answers are chosen, never typed."""

    id = CuidField(primary_key=True)
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="disputes"
    )
    line = models.ForeignKey(
        StatementLine,
        on_delete=models.SET_NULL,
        related_name="disputes",
        null=True,
        blank=True,
        help_text="Empty if a later recalculation removed the line.",
    )
    reason = models.CharField(max_length=10, choices=DisputeReason)
    answer = models.CharField(max_length=10, choices=DisputeAnswer, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    raised_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DisputeQuerySet.as_manager()
    history = History()

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="commissions_dispute_reason_is_known",
                condition=Q(reason__in=DisputeReason.values),
                violation_error_message="Choose a reason from the list.",
            ),
            models.CheckConstraint(
                name="commissions_dispute_answer_is_known",
                condition=Q(answer__in=["", *DisputeAnswer.values]),
                violation_error_message="Choose a resolution from the list.",
            ),
            models.CheckConstraint(
                name="commissions_dispute_is_settled_by_somebody",
                condition=Q(answer="", settled_at__isnull=True, settled_by__isnull=True)
                | (
                    ~Q(answer="")
                    & Q(settled_at__isnull=False, settled_by__isnull=False)
                ),
                violation_error_message="A resolution needs a time and a person.",
            ),
            models.UniqueConstraint(
                name="commissions_dispute_is_open_once",
                fields=["line"],
                condition=Q(settled_at__isnull=True, line__isnull=False),
                violation_error_message="This line is already disputed.",
            ),
        ]
        permissions = [("settle_dispute", "Can resolve disputes")]

    def __str__(self) -> str:
        return self.get_reason_display()

    def resolve(self, answer: str, user: Any) -> None:
        """Answer the dispute; raises ValidationError for an unknown answer."""
        self.answer = answer
        self.settled_by = user
        self.settled_at = timezone.now()
        self.full_clean()
        self.save(update_fields=["answer", "settled_by", "settled_at"])
