"""The filters of the lead list: those of the board, and also stage and person."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from campaigns.models import Campaign
from leads.models import ListSettings, PipelineStage, StageTotal, Tag
from leads.models.lead import LeadQuerySet
from leads.models.stage_total import compact_if_many
from leads.selection.filters import LeadFilter, bind_filter
from leads.selection.query import Query, encode, without
from leads.services.assigning import assignable_people, people_with_leads
from leads.view_schema import ListColumn, known_columns
from medspa.models import User

Choices = dict[str, list[tuple[str, str]]]
ME, NOBODY = "me", "nobody"
BIG = BigIntegerField()
NONE = Value(0, BIG)
PERSON = "<the person's id>"
# The parameters of the list's address other than its filters.
VIEW_PARAMETERS = ("view", "changed", "order", "columns")


@dataclass(frozen=True)
class ListPill:
    """One filter as the list's bar shows it.

    `options` are value, label and whether it is the chosen one; `without` is the
    address without this filter.
    """

    name: str
    label: str
    chosen: str
    without: str
    options: tuple[tuple[str, str, bool], ...]


class ListFilter(LeadFilter):
    """The queryset is not filtered by stage: `leads.lead_list` does that.

    In a stage the rows of the list are stage periods and not leads.
    """

    stage = filters.ChoiceFilter(method="any_stage")
    assigned = filters.ChoiceFilter(method="assigned_to")
    mine = None

    PILLS = (
        "stage",
        "source",
        "campaign",
        "tag",
        "procedure",
        "answered",
        "assigned",
    )

    def __init__(
        self, data: Query, *, user: User | AnonymousUser, choices: Choices
    ) -> None:
        super().__init__(data, user=user, choices=choices)
        self.choices = choices
        self.totals: dict[str, int] = {}
        self.filters["assigned"].extra["empty_label"] = "Anyone"

    def any_stage(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        return leads

    def assigned_to(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        if value == NOBODY:
            return leads.filter(assigned_to=None)
        return leads.filter(assigned_to=self.user.pk if value == ME else value)

    @property
    def stage_id(self) -> str:
        return self.form.cleaned_data["stage"] if self.is_valid() else ""

    @property
    def order(self) -> str:
        return self.data.get("order", "")

    @property
    def is_only_stage(self) -> bool:
        """At most the stage is filtered by: then the stored totals are the count."""
        values = self.form.cleaned_data if self.is_valid() else {}
        return not any(value for name, value in values.items() if name != "stage")

    @property
    def is_by_one_index(self) -> bool:
        """Only one filter is in use, and it has an index of its own."""
        used = {name for name, value in self.form.cleaned_data.items() if value}
        if len(used) > 1 or used & {"stage", "procedure", "answered"}:
            return False
        return self.form.cleaned_data["assigned"] != NOBODY

    @property
    def query(self) -> str:
        """The parameters of the address that say what is shown, and no others."""
        others = set(self.data) - {*self.filters, *VIEW_PARAMETERS}
        return encode(without(self.data, *others))

    @property
    def list_pills(self) -> list[ListPill]:
        return [self._list_pill(name) for name in self.PILLS]

    def _list_pill(self, name: str) -> ListPill:
        field = self.form[name]
        choices: Any = field.field
        words: list[tuple[Any, Any]] = list(choices.choices)
        value = field.value() or ""
        counts = self.totals if name == "stage" and self.is_only_stage else {}
        options = tuple(
            (key, f"{word}{_count(counts, key)}", key == value) for key, word in words
        )
        chosen = next((word for key, word in words if key == value and key), "")
        return ListPill(name, name.capitalize(), chosen, self._without(name), options)

    def options(self, name: str) -> list[tuple[str, str]]:
        """The values that a filter can have, with their labels."""
        field: Any = self.form[name].field
        return [(value, word) for value, word in field.choices if value]

    def unfiltered_by(self, name: str) -> "ListFilter":
        """The same without one of the filters."""
        rest = without(self.data, name)
        fewer = type(self)(rest, user=self.user, choices=self.choices)
        fewer.totals = self.totals
        return fewer

    def address(self, **values: str) -> str:
        """The address of this list with other values; an empty one is left out."""
        query = without(self.data, "after")
        if "view" in query:
            query["changed"] = "yes"
        for name, value in values.items():
            query[name] = value
            if not value:
                del query[name]
        return f"?{encode(query)}"

    def _without(self, name: str) -> str:
        return self.address(**{name: ""})


def _count(counts: dict[str, int], key: str) -> str:
    return f" ({counts.get(key, 0):,})" if counts and key else ""


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


def read_list_filters(
    data: Query, user: User | AnonymousUser, options: ListOptions | None = None
) -> tuple[ListFilter, list[str]]:
    """The list's filters as `data` sets them, and a sentence for each left out."""
    options = options or read_list_options(user)
    bound, notices = bind_filter(ListFilter, data, user, options.choices)
    bound.totals = options.totals
    return bound, notices


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
    with connection.cursor() as cursor:
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
        _rows("tag", Tag.objects.all()), _stages(), _people(), _settings(), all=True
    )
    return rows.query.sql_with_params()


def _choices(found: list[_OptionRow]) -> Choices:
    choices: Choices = {kind: [] for kind in ("campaign", "tag", "stage", "assigned")}
    for row in sorted(found, key=lambda row: (row.place, row.name.casefold())):
        if row.kind in choices:
            no_access = row.kind == "assigned" and not row.leads
            name = f"{row.name} (no access)" if no_access else row.name
            choices[row.kind].append((row.pk, name))
    choices["assigned"][:0] = [(ME, "Me"), (NOBODY, "Unassigned")]
    return choices


def _rows(kind: str, rows: QuerySet, name: str = "name", *numbers: Any) -> QuerySet:
    columns = (Value(kind, CharField()), "pk", name, *(numbers or (NONE,) * 3))
    return rows.order_by().values_list(*columns)


def _people() -> QuerySet:
    """Whom leads can be assigned to, and last those who only still have some."""
    is_assignable = Q(pk__in=assignable_people().values("pk"))
    people = User.objects.filter(
        is_assignable | Q(pk__in=people_with_leads().values("pk"))
    )
    place, flag = (
        Case(When(is_assignable, then=Value(yes)), default=Value(no), output_field=BIG)
        for yes, no in ((0, 1), (1, 0))
    )
    return _rows("assigned", people, "username", place, flag, NONE)


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
        *(NONE,) * 3,
    )
    return rows.order_by().values_list(*columns)
