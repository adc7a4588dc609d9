"""The filters of the lead list: those of the board, and stage and person."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import django_filters as filters
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
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from campaigns.models import Campaign
from leads.models import ListSettings, PipelineStage, StageTotal, Tag
from leads.models.lead import LeadQuerySet
from leads.models.stage import MANY_DELTAS
from leads.selection.filters import LeadFilter, ask
from leads.services.totals import fold_stage_totals
from leads.view_schema import Column, known_columns
from medspa.models import User

Choices = dict[str, list[tuple[str, str]]]
ME, NOBODY = "me", "nobody"
NONE = Value(0, BigIntegerField())
KEPT = ("view", "changed", "order", "columns")


@dataclass(frozen=True)
class ListPill:
    """One filter as the bar shows it; `options` are its select's, as HTML."""

    name: str
    label: str
    chosen: str
    without: str
    options: SafeString


class ListFilter(LeadFilter):
    """`leads` leaves the stage out: the stays answer for it (`leads.lead_list`)."""

    stage = filters.ChoiceFilter(method="stand_in")
    assigned = filters.ChoiceFilter(method="worked_by")
    mine = None

    PILLS = ("stage", "source", "campaign", "tag", "procedure", "assigned")

    def __init__(
        self, data: QueryDict, *, user: User | AnonymousUser, choices: Choices
    ) -> None:
        super().__init__(data, user=user, choices=choices)
        self.choices = choices
        self.totals: dict[str, int] = {}
        self.filters["assigned"].extra["empty_label"] = "Anybody"

    def stand_in(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        return leads

    def worked_by(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
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
        """Nothing but, at most, the stage is asked for: the kept totals count it."""
        asked = self.form.cleaned_data if self.is_valid() else {}
        return not any(value for name, value in asked.items() if name != "stage")

    @property
    def is_by_one_index(self) -> bool:
        """One filter and nothing else is asked for, and it has an index of its own."""
        asked = {name for name, value in self.form.cleaned_data.items() if value}
        if len(asked) > 1 or asked & {"stage", "procedure"}:
            return False
        return self.form.cleaned_data["assigned"] != NOBODY

    @property
    def kept(self) -> str:
        """The address's query with all that says what is shown, and nothing else."""
        kept = self.data.copy()
        for name in set(kept) - {*self.filters, *KEPT}:
            del kept[name]
        return kept.urlencode()

    @property
    def list_pills(self) -> list[ListPill]:
        return [self._list_pill(name) for name in self.PILLS]

    def _list_pill(self, name: str) -> ListPill:
        field = self.form[name]
        choices: Any = field.field
        words: list[tuple[Any, Any]] = list(choices.choices)
        value = field.value() or ""
        counts = self.totals if name == "stage" and self.is_only_stage else {}
        told = [
            (key, " selected" if key == value else "", word, _told(counts, key))
            for key, word in words
        ]
        chosen = next((word for key, word in words if key == value and key), "")
        options = format_html_join("", '<option value="{}"{}>{}{}</option>', told)
        return ListPill(name, name.capitalize(), chosen, self._without(name), options)

    def offered(self, name: str) -> list[tuple[str, str]]:
        """The values that a filter can have, with their words."""
        field: Any = self.form[name].field
        return [(value, word) for value, word in field.choices if value]

    def lacking(self, name: str) -> "ListFilter":
        """The same without one of the filters."""
        rest = self.data.copy()
        rest.pop(name, None)
        fewer = type(self)(rest, user=self.user, choices=self.choices)
        fewer.totals = self.totals
        return fewer

    def address(self, **values: str) -> str:
        """This list with other values; an empty one takes what it names away."""
        query = self.data.copy()
        query.pop("after", None)
        if "view" in query:
            query["changed"] = "yes"
        for name, value in values.items():
            query[name] = value
            if not value:
                del query[name]
        return f"?{query.urlencode()}"

    def _without(self, name: str) -> str:
        return self.address(**{name: ""})


def _told(counts: dict[str, int], key: str) -> str:
    return f" ({counts.get(key, 0):,})" if counts and key else ""


@dataclass(frozen=True)
class Offer:
    """What a list can be narrowed by today, and how the person likes to see it."""

    choices: Choices
    totals: dict[str, int]
    columns: tuple[Column, ...] = ()
    first_view: str = ""


def read_list_filters(
    data: QueryDict, user: User | AnonymousUser, offer: Offer | None = None
) -> tuple[ListFilter, list[str]]:
    """The filters that `data` asks for, and a sentence for each that can't be met."""
    offer = offer or read_offer(user)
    asked, notices = ask(ListFilter, data, user, offer.choices)
    asked.totals = offer.totals
    return asked, notices


class _Found(NamedTuple):
    """A row of the one query: of a stage also its leads and how many deltas say so."""

    kind: str
    pk: str
    name: str
    place: int
    leads: int
    deltas: int


def read_offer(user: User | AnonymousUser) -> Offer:
    """Stages in their order, campaigns, tags and people by name, and what the person
    has settled: one query."""
    rows = _rows("campaign", Campaign.objects.all()).union(
        _rows("tag", Tag.objects.all()),
        _stages(),
        _rows("assigned", User.objects.filter(is_active=True), "username"),
        _settings(user),
        all=True,
    )
    found = [_Found(*row) for row in rows]
    if sum(row.deltas for row in found) > MANY_DELTAS:
        fold_stage_totals()
    settled = next((row for row in found if row.kind == "settings"), None)
    return Offer(
        _choices(found),
        {row.pk: row.leads for row in found if row.kind == "stage"},
        known_columns(settled.name.split(",")) if settled else (),
        settled.pk if settled else "",
    )


def _choices(found: list[_Found]) -> Choices:
    choices: Choices = {kind: [] for kind in ("campaign", "tag", "stage", "assigned")}
    for row in sorted(found, key=lambda row: (row.place, row.name.casefold())):
        if row.kind in choices:
            choices[row.kind].append((row.pk, row.name))
    choices["assigned"][:0] = [(ME, "Me"), (NOBODY, "Nobody")]
    return choices


def _rows(kind: str, rows: QuerySet, name: str = "name", *numbers: Any) -> QuerySet:
    columns = (Value(kind, CharField()), "pk", name, *(numbers or (NONE,) * 3))
    return rows.order_by().values_list(*columns)


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


def _settings(user: User | AnonymousUser) -> QuerySet:
    rows = ListSettings.objects.filter(person=user.pk)
    names = Func("columns", Value(","), function="array_to_string")
    columns = (
        Value("settings", CharField()),
        Coalesce("first_view", Value("")),
        Cast(names, CharField()),
        *(NONE,) * 3,
    )
    return rows.order_by().values_list(*columns)
