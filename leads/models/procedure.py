"""The procedures that the clinic offers, and what other systems call them."""

import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from leads.models.clinic_list import (
    ClinicListRow,
    ListedRow,
    all_by_code,
    all_choices,
    free_code_of,
    name_of,
    offered_choices,
    reported_choices,
)
from medspa.audit.history import History
from medspa.ids import CuidField
from medspa.reading.short_names import CleanedCharField, not_about_somebody
from medspa.reading.word_keys import key
from medspa.validation import Validated

CODE = r"^[A-Z][A-Z0-9]{1,9}$"
CODE_SENTENCE = "Use 2 to 10 capital letters and digits, like PEEL."
LONGEST_CODE = 10
MOST_REPEAT_MONTHS = 120
MOST_DEFAULT_CENTS = 10**9


class ProcedureCategory(models.TextChoices):
    SERVICE = "service", "Service"
    RETAIL = "retail", "Retail"


class Procedure(ClinicListRow):
    """Something that leads ask for and pay for; an archived one is not offered."""

    DETAIL = "default_value_cents"
    code = models.CharField(
        max_length=LONGEST_CODE,
        blank=True,
        validators=[RegexValidator(CODE, CODE_SENTENCE)],
        help_text="For imports and reports; made from the name if left empty.",
    )
    category = models.CharField(
        max_length=10,
        choices=ProcedureCategory,
        default=ProcedureCategory.SERVICE,
    )
    default_value_cents = models.BigIntegerField(
        "usual value",
        null=True,
        blank=True,
        help_text="Filled in as the expected value of a lead.",
    )
    repeat_months = models.SmallIntegerField(
        "repeats after (months)",
        null=True,
        blank=True,
        help_text="How long until people usually come back for it.",
    )

    history = History()

    class Meta(ClinicListRow.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ClinicListRow.Meta.constraints,
            models.CheckConstraint(
                name="leads_procedure_code_is_short",
                condition=Q(code__regex=CODE),
                violation_error_message=CODE_SENTENCE,
            ),
            models.UniqueConstraint(
                name="leads_procedure_code_is_unique",
                fields=["code"],
                violation_error_message="There is already a procedure with this code.",
            ),
            models.CheckConstraint(
                name="leads_procedure_category_is_known",
                condition=Q(category__in=ProcedureCategory.values),
                violation_error_message="Choose a category from the list.",
            ),
            models.CheckConstraint(
                name="leads_procedure_value_is_positive",
                condition=Q(default_value_cents__isnull=True)
                | Q(default_value_cents__range=(1, MOST_DEFAULT_CENTS)),
                violation_error_message="The usual value must be above zero.",
            ),
            models.CheckConstraint(
                name="leads_procedure_repeats_in_months",
                condition=Q(repeat_months__isnull=True)
                | Q(repeat_months__range=(1, MOST_REPEAT_MONTHS)),
                violation_error_message=(
                    f"Enter 1 to {MOST_REPEAT_MONTHS} months, or nothing."
                ),
            ),
        ]

    def clean(self) -> None:
        if not self.code:
            self.code = free_code(self.name)


class ProcedureName(Validated):
    """What another system calls a procedure. Without one, the name waits for a choice.

    `key` is what spellings of the name have in common. `system` is the importer that
    the name is meant for; empty for all. `row_count` counts rows of files that named
    it while it was unknown.
    """

    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=60)
    key = models.CharField(max_length=120, editable=False)
    system = models.CharField("from", max_length=40, blank=True)
    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.CASCADE,
        related_name="other_names",
        null=True,
        blank=True,
    )
    row_count = models.IntegerField("rows", default=0, editable=False)
    created_at = models.DateTimeField("added", default=timezone.now, editable=False)

    history = History(excluded_fields=["row_count"])

    class Meta:
        verbose_name = "procedure name"
        ordering = ["name"]
        constraints = [
            not_about_somebody(
                of="name", name="leads_procedurename_name_is_no_persons"
            ),
            models.CheckConstraint(
                name="leads_procedurename_has_a_key",
                condition=~Q(key=""),
                violation_error_message="Enter a name with letters or digits.",
            ),
            models.UniqueConstraint(
                name="leads_procedurename_is_unique",
                fields=["key", "system"],
                violation_error_message="This name is already in the list.",
            ),
            models.CheckConstraint(
                name="leads_procedurename_rows_are_counted",
                condition=Q(row_count__gte=0),
                violation_error_message="Rows are counted from zero.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.key = key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


def procedures() -> dict[str, ListedRow]:
    """All procedures by code, archived ones too; read once a request."""
    return all_by_code(Procedure)


def usual_value(code: str) -> int | None:
    """In cents; None for a procedure without one."""
    procedure = procedures().get(code)
    return int(procedure.detail) if procedure and procedure.detail else None


def procedure_name(code: str | None) -> str:
    """What people call it; empty for none."""
    return name_of(Procedure, code)


def procedure_choices() -> list[tuple[str, str]]:
    """Code and name of all procedures, archived ones too."""
    return all_choices(Procedure)


def reported_procedures() -> list[tuple[str, str]]:
    """Code and name of all procedures for filters, which say what is archived."""
    return reported_choices(Procedure)


def offered_procedures(now: str | None = "") -> list[tuple[str, str]]:
    """Code and name of those that can be chosen, and of the one chosen `now`."""
    return offered_choices(Procedure, now)


def free_code(name: str) -> str:
    """A code like the name that no procedure has."""
    letters = re.sub(r"[^A-Z0-9]", "", name.upper())
    base = (letters if letters[:1].isalpha() else f"P{letters}")[:LONGEST_CODE]
    base = base if len(base) > 1 else f"{base}1"
    return free_code_of(Procedure, base, LONGEST_CODE)
