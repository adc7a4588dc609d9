"""What the lead list can be filtered by today, and a person's settings for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from campaigns.models import Campaign
from leads.models import ListSettings, PipelineStage, StageTotal, Tag
from leads.models.stage_total import compact_if_many
from leads.selection.list_filter_kinds import ME, NOBODY
from leads.services.assigning import assignable_people, people_with_leads
from leads.view_schema import ListColumn, known_columns
from medspa.models import User
from medspa.postgres.written_query import prepared_cursor

Choices = dict[str, list[tuple[str, str]]]
BIG = BigIntegerField()
NO_NUMBER = Value(0, BIG)
PERSON = "<the person's id>"


@dataclass(frozen=True)
class ListOptions:
    """What the list can be filtered by today, and the person's settings for it.

    `totals` are the leads of each stage; `first_view` is the view that it opens with;
    `assignable` are the people whom leads can be assigned to.
    """

    choices: Choices
    totals: dict[str, int]
    columns: tuple[ListColumn, ...] = ()
    first_view: str = ""
    assignable: Sequence[tuple[str, str]] = ()


class _OptionRow(NamedTuple):
    """A row of the one query; a stage also has its leads and how many deltas sum to it.

    Of a person `leads` is 1 if leads can be assigned to them. The person's settings are
    a row, too: `pk` is the first view, `name` the columns.
    """

    kind: str
    pk: str
    name: str
    place: int
    leads: int
    deltas: int


def read_list_options(user: User | AnonymousUser) -> ListOptions:
    """Stages in their order, campaigns, tags and people by name, and the settings.

    By one query.
    """
    query, parameters = _options_query()
    with prepared_cursor() as cursor:
        cursor.execute(query, [user.pk if one == PERSON else one for one in parameters])
        found = [_OptionRow(*row) for row in cursor.fetchall()]
    compact_if_many(sum(row.deltas for row in found))
    settings = next((row for row in found if row.kind == "settings"), None)
    return ListOptions(
        _choices(found),
        {row.pk: row.leads for row in found if row.kind == "stage"},
        known_columns(settings.name.split(",")) if settings else (),
        settings.pk if settings else "",
        [(row.pk, row.name) for row in found if row.kind == "assigned" and row.leads],
    )


@cache
def _options_query() -> tuple[str, tuple[Any, ...]]:
    """The query and its parameters, with PERSON in place of the person's id.

    Written once per process: writing it takes Django 7 ms, a third of the page.
    """
    rows = _rows("campaign", Campaign.objects.all()).union(
        _rows("tag", Tag.objects.all()), _stages(), *_people(), _settings(), all=True
    )
    return rows.query.sql_with_params()


def _choices(found: list[_OptionRow]) -> Choices:
    choices: Choices = {kind: [] for kind in ("campaign", "tag", "stage", "assigned")}
    assignable = {row.pk for row in found if row.kind == "assigned" and row.leads}
    for row in sorted(found, key=lambda row: (row.place, row.name.casefold())):
        # Who has leads and can be assigned more is read twice.
        is_second = row.kind == "assigned" and not row.leads and row.pk in assignable
        if row.kind in choices and not is_second:
            no_access = row.kind == "assigned" and not row.leads
            name = f"{row.name} (no access)" if no_access else row.name
            choices[row.kind].append((row.pk, name))
    choices["assigned"][:0] = [(ME, "Me"), (NOBODY, "Unassigned")]
    return choices


def _rows(kind: str, rows: QuerySet, name: str = "name", *numbers: Any) -> QuerySet:
    columns = (Value(kind, CharField()), "pk", name, *(numbers or (NO_NUMBER,) * 3))
    return rows.order_by().values_list(*columns)


def _people() -> list[QuerySet]:
    """Whom leads can be assigned to, and last those who have some.

    In two parts, where one condition in both would take PostgreSQL 2 ms more to plan.
    """
    place, flag = Value(1, BIG), Value(1, BIG)
    return [
        _rows("assigned", assignable_people(), "username", NO_NUMBER, flag, NO_NUMBER),
        _rows("assigned", people_with_leads(), "username", place, NO_NUMBER, NO_NUMBER),
    ]


def _stages() -> QuerySet:
    deltas = StageTotal.objects.filter(stage=OuterRef("pk")).order_by().values("stage")
    leads = Subquery(deltas.values(found=Sum("lead_count")))
    count = Subquery(deltas.values(found=Count("pk")))
    numbers = (F("order"), Coalesce(leads, 0), Coalesce(count, 0))
    return _rows(
        "stage",
        PipelineStage.objects.all(),
        "name",
        *(Cast(number, BigIntegerField()) for number in numbers),
    )


def _settings() -> QuerySet:
    rows = ListSettings.objects.filter(person=PERSON)
    names = Func("columns", Value(","), function="array_to_string")
    columns = (
        Value("settings", CharField()),
        Coalesce("first_view", Value("")),
        Cast(names, CharField()),
        *(NO_NUMBER,) * 3,
    )
    return rows.order_by().values_list(*columns)
