"""A provider's month: what was earned, what is paid, and who signed it."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commissions.models.provider import Provider
from commissions.models.rule import CommissionRule
from medspa.audit.history import History
from medspa.formats import format_month
from medspa.ids import CuidField
from medspa.validation import Validated


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    LOCKED = "locked", "Locked"
    PAID = "paid", "Paid"


CLOSED = (Status.LOCKED.value, Status.PAID.value)


def _signer() -> Any:
    """A user who signed something is never removed."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )


def _signed_at() -> Any:
    return models.DateTimeField(null=True, blank=True, editable=False)


SIGNING_STEPS = ("approved", "locked", "paid")


def _is_signed(status: Status, done: tuple[str, ...]) -> Q:
    """`status` with moment and person of the steps in `done`, and of no other."""
    condition = Q(status=status.value)
    for step in SIGNING_STEPS:
        missing = step not in done
        condition &= Q(**{f"{step}_at__isnull": missing, f"{step}_by__isnull": missing})
    return condition


class StatementQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Without the revisions that a later one replaced."""
        return self.filter(superseded_at__isnull=True)

    def closed(self) -> Self:
        return self.filter(status__in=CLOSED)

    def of_month(self, month: date) -> Self:
        return self.filter(month=month)

    def of_person(self, user: Any) -> Self:
        """The statements of whoever signs in as `user`."""
        return self.filter(provider__user=user)


class Statement(Validated):
    """One revision of a provider's month. Locked, it never changes again."""

    id = CuidField(primary_key=True)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="statements"
    )
    month = models.DateField()
    revision = models.SmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    lines_cents = models.BigIntegerField("earned", default=0)
    adjustments_cents = models.BigIntegerField("adjustments", default=0)
    opening_cents = models.BigIntegerField("opening", default=0)
    payable_cents = models.BigIntegerField("payable", default=0)
    closing_cents = models.BigIntegerField("closing", default=0)
    draw_rule = models.ForeignKey(
        CommissionRule,
        on_delete=models.PROTECT,
        related_name="drawn_statements",
        null=True,
        blank=True,
    )
    draw_opening_cents = models.BigIntegerField("open draw before", default=0)
    draw_topup_cents = models.BigIntegerField("draw paid", default=0)
    draw_recovered_cents = models.BigIntegerField("draw recovered", default=0)
    draw_balance_cents = models.BigIntegerField("open draw after", default=0)
    inputs_digest = models.CharField(max_length=64, blank=True, editable=False)
    snapshot_json = models.JSONField("as locked", null=True, blank=True, editable=False)
    approved_by = _signer()
    locked_by = _signer()
    paid_by = _signer()
    superseded_by = _signer()
    computed_at = models.DateTimeField("calculated", default=timezone.now)
    approved_at = _signed_at()
    locked_at = _signed_at()
    paid_at = _signed_at()
    superseded_at = _signed_at()

    objects: ClassVar[Any] = StatementQuerySet.as_manager()
    history = History(excluded_fields=["snapshot_json"])

    class Meta:
        ordering = ["-month", "provider__name", "-revision"]
        constraints = [
            models.CheckConstraint(
                name="commissions_statement_balances",
                condition=Q(
                    payable_cents=F("lines_cents")
                    + F("adjustments_cents")
                    + F("opening_cents")
                    - F("closing_cents")
                ),
                violation_error_message=(
                    "Lines + adjustments + opening must equal payable + closing."
                ),
            ),
            models.CheckConstraint(
                name="commissions_statement_pays_or_carries",
                # A draw pays whatever balance was carried into its month.
                condition=Q(payable_cents__gte=0, closing_cents__lte=0)
                & (
                    Q(payable_cents=0) | Q(closing_cents=0) | Q(draw_rule__isnull=False)
                ),
                violation_error_message=(
                    "The payable amount can't be negative, and a balance is carried "
                    "forward only when nothing is payable, except by a draw."
                ),
            ),
            models.CheckConstraint(
                name="commissions_statement_draw_balances",
                condition=Q(
                    draw_topup_cents__gte=0,
                    draw_recovered_cents__gte=0,
                    draw_balance_cents__gte=0,
                    draw_balance_cents__lte=F("draw_opening_cents")
                    + F("draw_topup_cents")
                    - F("draw_recovered_cents"),
                ),
                violation_error_message=(
                    "An open draw grows by what was paid and shrinks by what was "
                    "recovered."
                ),
            ),
            models.CheckConstraint(
                name="commissions_statement_month_is_a_first_day",
                condition=Q(month__day=1),
                violation_error_message="A month must be given as its first day.",
            ),
            models.CheckConstraint(
                name="commissions_statement_revision_counts_from_one",
                condition=Q(revision__gte=1),
                violation_error_message="Revisions start at 1.",
            ),
            models.CheckConstraint(
                name="commissions_statement_status_is_known",
                condition=Q(status__in=Status.values),
                violation_error_message="Choose a status from the list.",
            ),
            models.CheckConstraint(
                name="commissions_statement_status_is_signed",
                condition=_is_signed(Status.DRAFT, ())
                | _is_signed(Status.APPROVED, ("approved",))
                | _is_signed(Status.LOCKED, ("approved", "locked"))
                | _is_signed(Status.PAID, ("approved", "locked", "paid")),
                violation_error_message=(
                    "Each status needs the time and person of every step so far."
                ),
            ),
            models.CheckConstraint(
                name="commissions_statement_locked_has_a_snapshot",
                condition=Q(status__in=CLOSED, snapshot_json__isnull=False)
                | (~Q(status__in=CLOSED) & Q(snapshot_json__isnull=True)),
                violation_error_message="Only a locked statement has a snapshot.",
            ),
            models.UniqueConstraint(
                name="commissions_statement_revision_is_unique",
                fields=["provider", "month", "revision"],
                violation_error_message="This revision already exists.",
            ),
            models.UniqueConstraint(
                name="commissions_statement_is_current_once",
                fields=["provider", "month"],
                condition=Q(superseded_at__isnull=True),
                violation_error_message="This month already has a statement.",
            ),
        ]
        indexes = [models.Index("month", name="commissions_statement_month")]
        permissions = [
            ("view_month", "Can see all commission statements"),
            ("run_month", "Can calculate commission statements"),
            ("approve_statement", "Can approve commission statements"),
            ("lock_statement", "Can lock, unlock and pay commission statements"),
            ("view_own_statement", "Can see their own commission statements"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {format_month(self.month)}"

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def corrections_cents(self) -> int:
        """The adjustments that correct closed months; the rest is the draw's."""
        drawn = self.draw_topup_cents - self.draw_recovered_cents
        return self.adjustments_cents - drawn

    def sign(self, status: Status, user: Any, moment: Any) -> None:
        """Set status, moment and person, unsaved; the caller has checked permission."""
        setattr(self, f"{status.value}_by", user)
        setattr(self, f"{status.value}_at", moment)
        self.status = status.value
