"""What uses a row of the clinic's lists, told before it is archived and after."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from leads.choices import Outcome
from leads.extension_points import list_uses
from leads.models import Lead, LeadSource, LeadStage, Opportunity, Procedure
from leads.models.clinic_list import ClinicListRow

# More are not counted.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Use:
    """So many of something, in words; `goes_on` if an archived row still does its work
    there."""

    words: str
    goes_on: bool = False

    @property
    def is_one(self) -> bool:
        return self.words.startswith("1 ")


def counted(number: int, one: str, several: str) -> str:
    """`1 open lead`, `more than 1,000 open leads`"""
    if number > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} {several}"
    return f"{number:,} {one if number == 1 else several}"


def uses_of(row: ClinicListRow) -> list[Use]:
    """All that uses the row now."""
    found = [Use(words) for words in _open_leads(row) if words]
    return [*found, *uses_that_go_on(type(row), [row.code]).get(row.code, [])]


def uses_that_go_on(
    model: type[ClinicListRow], codes: Collection[str]
) -> dict[str, list[Use]]:
    """By code: what other apps do with the rows, archived or not."""
    found: dict[str, list[Use]] = {}
    for uses in list_uses if codes else ():
        for code, words in uses(model, codes).items():
            found.setdefault(code, []).append(Use(words, goes_on=True))
    return found


def _open_leads(row: ClinicListRow) -> list[str]:
    still_open = LeadStage.objects.current().filter(stage__outcome=Outcome.OPEN)
    leads: QuerySet[Any]
    match row:
        case Procedure():
            leads = Opportunity.objects.filter(
                procedure_code=row.code,
                lead__deleted_at=None,
                lead__in=still_open.values("lead"),
            )
        case LeadSource():
            leads = Lead.objects.filter(
                source=row.code, pk__in=still_open.values("lead")
            )
        case _:
            return []
    number = leads[: MOST_COUNTED + 1].count()
    return [counted(number, "open lead", "open leads")] if number else []
