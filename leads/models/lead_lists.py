"""Where leads come from and why they are lost: the clinic's words, fixed meanings."""

import re
from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.choices import SLUG, LostReason, Source
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

SLUG_SENTENCE = "Use up to 20 lowercase letters, digits and underscores."
LONGEST_SLUG = 20


class MeaningRow(ClinicListRow):
    """A row of a closed list of the clinic's own, of which each means one of ours.

    The code is made from the name. It and the meaning are for good: what was counted
    by them stays true.
    """

    DETAIL = "meaning"
    code = models.CharField(max_length=LONGEST_SLUG, editable=False)

    class Meta(ClinicListRow.Meta):
        abstract = True

    def clean(self) -> None:
        if not self.code:
            self.code = free_slug(type(self), self.name)


def _rules(table: str, meanings: list[str], one: str) -> list[models.BaseConstraint]:
    return [
        *ClinicListRow.Meta.constraints,
        models.CheckConstraint(
            name=f"{table}_code_is_short",
            condition=Q(code__regex=SLUG),
            violation_error_message=SLUG_SENTENCE,
        ),
        models.UniqueConstraint(
            name=f"{table}_code_is_unique",
            fields=["code"],
            violation_error_message=f"There is already a {one} with this code.",
        ),
        models.CheckConstraint(
            name=f"{table}_meaning_is_known",
            condition=Q(meaning__in=meanings),
            violation_error_message="Choose what it means from the list.",
        ),
    ]


class LeadSource(MeaningRow):
    """Where leads come from, as the clinic calls it."""

    meaning = models.CharField(
        "means",
        max_length=20,
        choices=Source,
        help_text="Decides how it is counted. Can't be changed later.",
    )

    history = History()

    class Meta(MeaningRow.Meta):
        verbose_name = "source"
        constraints: ClassVar[list[models.BaseConstraint]] = _rules(
            "leads_leadsource", Source.values, "source"
        )


class LeadLostReason(MeaningRow):
    """Why leads are lost, as the clinic calls it."""

    meaning = models.CharField(
        "means",
        max_length=20,
        choices=LostReason,
        help_text="Decides how it is counted. Can't be changed later.",
    )

    history = History()

    class Meta(MeaningRow.Meta):
        verbose_name = "lost reason"
        constraints: ClassVar[list[models.BaseConstraint]] = _rules(
            "leads_leadlostreason", LostReason.values, "lost reason"
        )


def free_slug(model: type[ClinicListRow], name: str) -> str:
    """A code like the name that no row of the list has."""
    letters = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    base = (letters if letters[:1].isalpha() else f"x{letters}")[:LONGEST_SLUG]
    return free_code_of(model, base, LONGEST_SLUG)


def sources() -> dict[str, ListedRow]:
    """All sources by code, archived ones too; read once a request."""
    return all_by_code(LeadSource)


def source_name(code: str | None) -> str:
    """What people call it; empty for none."""
    return name_of(LeadSource, code)


def source_choices() -> list[tuple[str, str]]:
    """Code and name of all sources, archived ones too."""
    return all_choices(LeadSource)


def reported_sources() -> list[tuple[str, str]]:
    """Code and name of all sources for filters, which say what is archived."""
    return reported_choices(LeadSource)


def offered_sources(now: str | None = "") -> list[tuple[str, str]]:
    """Code and name of those that can be chosen, and of the one chosen `now`."""
    return offered_choices(LeadSource, now)


def sources_that_mean(*meanings: str) -> list[str]:
    """The codes of all sources with one of the meanings."""
    return [code for code, row in sources().items() if row.detail in meanings]


def lost_reasons() -> dict[str, ListedRow]:
    """All lost reasons by code, archived ones too; read once a request."""
    return all_by_code(LeadLostReason)


def lost_reason_name(code: str | None) -> str:
    """What people call it; empty for none."""
    return name_of(LeadLostReason, code)


def lost_reason_choices() -> list[tuple[str, str]]:
    """Code and name of all lost reasons, archived ones too."""
    return all_choices(LeadLostReason)


def reported_lost_reasons() -> list[tuple[str, str]]:
    """Code and name of all lost reasons for filters, which say what is archived."""
    return reported_choices(LeadLostReason)


def offered_lost_reasons() -> list[tuple[str, str]]:
    """Code and name of those that can be chosen."""
    return offered_choices(LeadLostReason)
