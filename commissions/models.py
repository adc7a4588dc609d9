"""Who earns what from which payment."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Lower
from django.utils import timezone
from pydantic import ValidationError as ShapeError

from commissions.rules import MAX_BYTES, RULE, RULE_TYPES
from kpis.models import KpiEvent
from medspa.history import History
from medspa.ids import CuidField
from medspa.json_shapes import IsObject
from medspa.soft_deletion import SoftDeletable
from medspa.validation import Validated

WHOLE_BPS = 10_000


class Role(models.TextChoices):
    INJECTOR = "injector", "Injector"
    LASER = "laser", "Laser technician"
    AESTHETICIAN = "aesthetician", "Aesthetician"
    PHYSICIAN = "physician", "Physician"
    COORDINATOR = "coordinator", "Patient coordinator"
    FRONT_DESK = "frontdesk", "Front desk"


class Provider(SoftDeletable):
    """Somebody who earns commissions."""

    id = CuidField(primary_key=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="provider",
        null=True,
        blank=True,
        verbose_name="signs in as",
        error_messages={"unique": "Another provider already signs in as this person."},
    )
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    history = History()

    class Meta(SoftDeletable.Meta):
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="commissions_provider_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Give the provider a name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="commissions_provider_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="There is already a provider with this name.",
            ),
            models.CheckConstraint(
                name="commissions_provider_role_is_known",
                condition=Q(role__in=Role.values),
                violation_error_message="Choose a role from the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommissionRule(SoftDeletable):
    """What a provider, or everyone of a role, earns from a day on."""

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
        default=0, help_text="In one group the highest priority wins."
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
                condition=Q(provider__isnull=False, role="")
                | (Q(provider__isnull=True) & ~Q(role="")),
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
                violation_error_message="The last day can't be before the first day.",
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
                & Q(rule_json__v=1, rule_json__type__in=RULE_TYPES),
                violation_error_message="The rule must have v 1 and a known type.",
            ),
        ]

    def __str__(self) -> str:
        whom = self.provider or self.get_role_display()
        return f"{self.rule_json.get('type', 'rule').title()} for {whom}"

    def clean(self) -> None:
        self.rule  # noqa: B018  (raises for a wrong rule)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a rule outside the language from every door."""
        self.clean()
        super().save(*args, **kwargs)

    @property
    def rule(self) -> Any:
        """The rule as an object of `commissions.rules`; raises ValidationError."""
        text = json.dumps(self.rule_json)
        if len(text) > MAX_BYTES:
            raise ValidationError({"rule_json": "A rule may have at most 8 KB."})
        try:
            return RULE.validate_json(text)
        except ShapeError as error:
            raise ValidationError({"rule_json": rule_sentences(error)}) from error


def rule_sentences(error: ShapeError) -> list[str]:
    """What is wrong with a rule, one sentence a place."""
    return [
        f"{'.'.join(str(part) for part in item['loc']) or 'rule'}: {item['msg']}."
        for item in error.errors(include_url=False)
    ]


class Credit(Validated):
    """A provider's share of one payment or consult."""

    id = CuidField(primary_key=True)
    kpi_event = models.ForeignKey(
        KpiEvent, on_delete=models.CASCADE, related_name="credits", verbose_name="event"
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="credits"
    )
    share_bps = models.PositiveSmallIntegerField(
        "share", default=10_000, help_text="In basis points: 10000 is all of it."
    )

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="commissions_credit_is_unique",
                fields=["kpi_event", "provider"],
                violation_error_message="This provider already has a share of it.",
            ),
            models.CheckConstraint(
                name="commissions_credit_is_a_share",
                condition=Q(share_bps__range=(1, 10_000)),
                violation_error_message="A share must be between 1 and 10000.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {self.share_bps / 100:g} %"

    def clean(self) -> None:
        """The database's rule on the sum, said beside the field."""
        if self.share_bps is None or self.share_bps > WHOLE_BPS:
            return  # said by its own rule
        others = Credit.objects.filter(kpi_event=self.kpi_event_id).exclude(pk=self.pk)
        taken = others.aggregate(taken=Sum("share_bps", default=0))["taken"]
        if taken + self.share_bps > WHOLE_BPS:
            raise ValidationError(
                {"share_bps": "The shares of one payment can't exceed the whole."}
            )
