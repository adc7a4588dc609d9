"""What the clinic's own lists have in common: rows with a code that stays."""

import json
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from medspa.ids import CuidField
from medspa.lists.read_once import forget, read_once
from medspa.postgres.json_rows import instance_from_json
from medspa.reading.short_names import (
    ABOUT_SOMEBODY,
    ABOUT_SOMEBODY_SENTENCE,
    CleanedCharField,
)
from medspa.soft_deletion import SoftDeletable


class ClinicListRow(SoftDeletable):
    """A row of a list; archived ones are shown where they are used, and not offered.

    Leads, events and rules refer to the row by its `code`, which never changes.
    """

    code: Any  # each list has its own kind of codes
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
        forget(ClinicListRow)
        super().save(*args, **kwargs)


def all_by_code(model: type[ClinicListRow]) -> dict[str, Any]:
    """Every row of a list by its code, in the order of names; archived ones too."""
    return read_once(ClinicListRow, _read_lists)[model]


def _lists() -> list[type[ClinicListRow]]:
    """The tables among the classes below."""
    found: list[type[ClinicListRow]] = []
    left: list[type[ClinicListRow]] = ClinicListRow.__subclasses__()
    while left:
        model = left.pop()
        left += model.__subclasses__()
        found += [] if model._meta.abstract else [model]
    return found


def _read_lists() -> dict[type[ClinicListRow], dict[str, Any]]:
    """All lists by one statement: most pages need several of them."""
    kinds = {model._meta.db_table: model for model in _lists()}
    query = " UNION ALL ".join(
        f"SELECT '{table}', to_jsonb(one) FROM {table} one"  # noqa: S608
        for table in kinds
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = [(table, json.loads(row)) for table, row in cursor.fetchall()]
    lists: dict[type[ClinicListRow], dict[str, Any]] = {
        model: {} for model in kinds.values()
    }
    for table, row in sorted(found, key=lambda item: item[1]["name"].casefold()):
        model = kinds[table]
        lists[model][row["code"]] = instance_from_json(model, row)
    return lists


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
