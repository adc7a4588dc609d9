"""What the clinic's own lists have in common: rows with a code that stays."""

import json
from functools import cache
from typing import Any, ClassVar, NamedTuple

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from medspa.clinic.read_once import forget, read_once
from medspa.ids import CuidField
from medspa.reading.short_names import (
    ABOUT_SOMEBODY,
    ABOUT_SOMEBODY_SENTENCE,
    CleanedCharField,
)
from medspa.soft_deletion import SoftDeletable

# The attribute of a person with which the lists come (`leads/extensions.py`).
CLINIC_LISTS = "clinic_lists"


class ClinicListRow(SoftDeletable):
    """A row of a list; archived ones are shown where they are used, and not offered.

    Leads, events and rules refer to the row by its `code`, which never changes.
    """

    code: Any  # each list has its own kind of codes
    DETAIL: ClassVar[str]  # the column that pages need besides the name
    id = CuidField(primary_key=True)
    name = CleanedCharField(max_length=40)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)

    class Meta(SoftDeletable.Meta):
        abstract = True
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_name_is_no_persons",
                condition=~Q(name__regex=ABOUT_SOMEBODY),
                violation_error_message=ABOUT_SOMEBODY_SENTENCE,
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Enter a name.",
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="%(app_label)s_%(class)s_name_is_unique",
                condition=Q(deleted_at__isnull=True),
                violation_error_message="This name is already in the list.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        forget(CLINIC_LISTS)
        super().save(*args, **kwargs)


class ListedRow(NamedTuple):
    """A row of a list as most pages need it; `detail` is that column of its model."""

    code: str
    name: str
    is_deleted: bool
    detail: str | None


def all_by_code(model: type[ClinicListRow]) -> dict[str, ListedRow]:
    """Every row of a list by its code, in the order of names; archived ones too."""
    lists = read_once(CLINIC_LISTS, _read_lists, _parse_lists)
    return lists[model._meta.db_table]


def _lists() -> list[type[ClinicListRow]]:
    """The tables among the classes below."""
    found: list[type[ClinicListRow]] = []
    left: list[type[ClinicListRow]] = ClinicListRow.__subclasses__()
    while left:
        model = left.pop()
        left += model.__subclasses__()
        found += [] if model._meta.abstract else [model]
    return found


@cache
def lists_as_json() -> str:
    """An expression of all lists: most pages need several of them.

    The person of a request is loaded together with it.
    """
    rows = " UNION ALL ".join(
        f"SELECT json_build_array('{table}', code, name, deleted_at IS NOT NULL,"  # noqa: S608
        f" {model.DETAIL}::text) AS listed FROM {table}"
        for model in _lists()
        for table in (model._meta.db_table,)
    )
    return f"(SELECT json_agg(listed)::text FROM ({rows}) AS lists)"  # noqa: S608


def _read_lists() -> dict[str, dict[str, ListedRow]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lists_as_json()}")
        return _parse_lists(cursor.fetchone()[0])


def _parse_lists(listed: str | None) -> dict[str, dict[str, ListedRow]]:
    """Of `lists_as_json`, which is null where all lists are empty."""
    lists: dict[str, dict[str, ListedRow]] = {
        model._meta.db_table: {} for model in _lists()
    }
    read = json.loads(listed) if listed else []
    rows = [(table, ListedRow(*row)) for table, *row in read]
    for table, row in sorted(rows, key=lambda item: item[1].name.casefold()):
        lists[table][row.code] = row
    return lists


def free_code_of(model: type[ClinicListRow], base: str, longest: int) -> str:
    """`base`, or with a number where a row has it, also one added meanwhile."""
    rows: Any = model.all_objects
    known = set(rows.values_list("code", flat=True))
    code, number = base, 1
    while code in known:
        number += 1
        code = f"{base[: longest - len(str(number))]}{number}"
    return code


def name_of(model: type[ClinicListRow], code: str | None) -> str:
    """What people call it; empty for none."""
    if not code:
        return ""
    row = all_by_code(model).get(code)
    return row.name if row else code


def all_choices(model: type[ClinicListRow]) -> list[tuple[str, str]]:
    """Code and name of every row, archived ones too."""
    return [(code, row.name) for code, row in all_by_code(model).items()]


def reported_choices(model: type[ClinicListRow]) -> list[tuple[str, str]]:
    """Code and name of every row for filters, which say what is archived."""
    return [
        (code, f"{row.name} (archived)" if row.is_deleted else row.name)
        for code, row in all_by_code(model).items()
    ]


def offered_choices(
    model: type[ClinicListRow], now: str | None = ""
) -> list[tuple[str, str]]:
    """Code and name of what can be chosen, and of what is chosen `now`."""
    rows = all_by_code(model)
    return [
        (code, row.name)
        for code, row in rows.items()
        if not row.is_deleted or code == now
    ]
