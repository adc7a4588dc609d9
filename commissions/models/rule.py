"""Commission rules: who earns what, and from which day to which."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from commissions.engine.rule_language import (
    RULE_TYPES,
    VERSIONS,
    AnyRule,
    RuleRefused,
    parse_rule,
)
from commissions.models.provider import Provider, Role
from commissions.refusals import RuleChangeRefused
from leads.models.procedure import procedures
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.json_columns import IsObject
from medspa.soft_deletion import SoftDeletable

ENDS_BEFORE_START = "The end date can't be before the start date."


class CommissionRule(SoftDeletable):
    """What a provider, everyone of a role, or everyone earns from a day on."""

    id = CuidField(primary_key=True)
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        related_name="rules",
        null=True,
        blank=True,
    )
    role = models.CharField(max_length=20, choices=Role, blank=True)
    rule_json = models.JSONField("rule")
    priority = models.SmallIntegerField(
        default=0, help_text="In an exclusive group, the highest priority wins."
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        editable=False,
    )
    acknowledged_name = models.CharField(
        "acknowledged by",
        max_length=80,
        blank=True,
        db_default="",
        help_text="Name of the person who read this rule's legal notice.",
    )
    effective_from = models.DateField("from")
    effective_to = models.DateField("to", null=True, blank=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta(SoftDeletable.Meta):
        verbose_name = "commission rule"
        ordering = ["-effective_from", "-id"]
        constraints = [
            models.CheckConstraint(
                name="commissions_commissionrule_is_for_provider_or_role",
                # With neither it is everyone's.
                condition=Q(provider__isnull=True) | Q(role=""),
                violation_error_message="Choose either a provider or a role.",
            ),
            models.CheckConstraint(
                name="commissions_commissionrule_role_is_known",
                condition=Q(role__in=["", *Role.values]),
                violation_error_message="Choose a role from the list.",
            ),
            models.CheckConstraint(
                name="commissions_commissionrule_ends_after_it_starts",
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                violation_error_message=ENDS_BEFORE_START,
            ),
            models.CheckConstraint(
                name="commissions_commissionrule_rule_is_an_object",
                condition=Q(IsObject("rule_json")),
                violation_error_message="The rule must be a JSON object.",
            ),
            models.CheckConstraint(
                name="commissions_commissionrule_type_is_known",
                # A missing key compares as NULL, which a check lets through.
                condition=Q(rule_json__has_key="v")
                & Q(rule_json__has_key="type")
                & Q(rule_json__v__in=VERSIONS, rule_json__type__in=RULE_TYPES),
                violation_error_message="Choose a type of rule from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_json.get('type', 'rule').title()} for {self.whom}"

    def clean(self) -> None:
        match = getattr(self.rule, "match", None)
        named = (match and match.procedures) or ()
        if named and set(named) - procedures().keys():
            raise ValidationError({"rule_json": "Choose procedures from the list."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a rule outside the language, whoever saves it."""
        self.clean()
        super().save(*args, **kwargs)

    @property
    def rule(self) -> AnyRule:
        """The rule as an object; raises ValidationError if it is none."""
        try:
            return parse_rule(self.rule_json)
        except RuleRefused as refusal:
            raise ValidationError({"rule_json": refusal.sentences}) from refusal

    @property
    def whom(self) -> str:
        """Whose rule it is, in words."""
        if self.provider:
            return str(self.provider)
        return self.get_role_display() if self.role else "everyone"

    @property
    def is_used(self) -> bool:
        """Whether a statement was calculated with it; such a rule is never removed."""
        return self.lines.exists() or self.drawn_statements.exists()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the rule; raises RuleChangeRefused for one that a statement used."""
        if self.is_used:
            raise RuleChangeRefused(
                "A statement was calculated with this rule. Set an end date instead.",
                "rule_is_used",
            )
        return super().delete(*args, **kwargs)
