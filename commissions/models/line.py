"""The lines of a statement: one amount each, exact and rounded."""

from fractions import Fraction
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from commissions.engine import CommissionLine, LineKind, LineSource
from commissions.models.rule import CommissionRule
from commissions.models.statement import Statement
from kpis.models import KpiEvent
from medspa.ids import CuidField
from medspa.json_columns import IsArray
from medspa.validation import Validated

LINE_KINDS = [(kind.value, kind.value) for kind in LineKind]
FRACTION = r"^-?[0-9]+(/[1-9][0-9]*)?$"


class StatementLineQuerySet(models.QuerySet):
    def earned(self) -> Self:
        return self.filter(corrects_statement__isnull=True)

    def corrections(self) -> Self:
        """Differences on closed months, posted on a later statement."""
        return self.filter(corrects_statement__isnull=False)


class StatementLine(Validated):
    """One amount and how it was calculated. Corrections name what they correct."""

    # Lines on one page of a statement.
    PAGE_SIZE: ClassVar[int] = 50

    id = CuidField(primary_key=True)
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="lines"
    )
    position = models.IntegerField()
    rule = models.ForeignKey(
        CommissionRule, on_delete=models.PROTECT, related_name="lines"
    )
    # The line stays on the statement when the event is deleted with the person's data.
    event = models.ForeignKey(
        KpiEvent,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
        blank=True,
    )
    kind = models.CharField(max_length=10, choices=LINE_KINDS)
    base_cents = models.BigIntegerField("base")
    exact = models.CharField("exact cents", max_length=80)
    amount_cents = models.BigIntegerField("amount")
    share_bps = models.SmallIntegerField("share", default=10_000)
    rate_bps = models.SmallIntegerField("rate", null=True, blank=True)
    detail = models.BigIntegerField(default=0)
    # Payments and refunds under it as [event, share, cents]; short, there may be many.
    sources_json = models.JSONField("payments", default=list, blank=True)
    corrects_statement = models.ForeignKey(
        Statement,
        on_delete=models.PROTECT,
        related_name="corrected_by",
        null=True,
        blank=True,
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="corrected_by",
        null=True,
        blank=True,
    )

    objects: ClassVar[Any] = StatementLineQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="commissions_statementline_kind_is_known",
                condition=Q(kind__in=[kind for kind, _ in LINE_KINDS]),
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                name="commissions_statementline_exact_is_a_fraction",
                condition=Q(exact__regex=FRACTION),
                violation_error_message="Enter the exact amount like 9001/2.",
            ),
            models.CheckConstraint(
                name="commissions_statementline_share_is_a_share",
                condition=Q(share_bps__range=(0, 10_000)),
                violation_error_message="Enter a share from 0 to 100.",
            ),
            models.CheckConstraint(
                name="commissions_statementline_corrects_one_statement",
                condition=Q(corrects__isnull=True)
                | Q(corrects_statement__isnull=False),
                violation_error_message="A correction needs the statement it corrects.",
            ),
            models.CheckConstraint(
                name="commissions_statementline_sources_are_a_list",
                condition=Q(IsArray("sources_json")),
                violation_error_message="The payments of a line must be a list.",
            ),
        ]
        indexes = [
            models.Index("statement", "position", name="commissions_line_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.amount_cents}"

    @property
    def is_correction(self) -> bool:
        return self.corrects_statement_id is not None

    @property
    def sources(self) -> tuple[LineSource, ...]:
        """The payments and refunds under the line, in the order of time."""
        return tuple(LineSource(*each) for each in self.sources_json)

    @property
    def engine_line(self) -> CommissionLine:
        """The line as the engine made it."""
        exact = Fraction(self.exact)
        return CommissionLine(
            rule=self.rule_id,
            event=self.event_id,
            kind=LineKind(self.kind),
            base_cents=self.base_cents,
            numerator=exact.numerator,
            denominator=exact.denominator,
            amount_cents=self.amount_cents,
            share_bps=self.share_bps,
            rate_bps=self.rate_bps,
            detail=self.detail,
            sources=self.sources,
        )
