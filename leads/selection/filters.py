"""The filters of the board: what is chosen stands in the address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import django_filters as filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Value
from django.utils import timezone

from campaigns.models import Campaign
from leads.answered import answered_q, waiting_q
from leads.choices import Outcome
from leads.models import Lead, LeadStage, LeadTag, Opportunity, Tag
from leads.models.lead_lists import reported_sources
from leads.models.lead_queries import LeadQuerySet
from leads.models.procedure import reported_procedures
from leads.search import hint_of
from leads.selection.query import Query, encode, without
from leads.selection.stage_age import ANY_TIME, EntryWindow
from medspa.models import User

# How long leads have been in their stage: value in the address → at least, less than.
AGES: dict[str, tuple[timedelta | None, timedelta | None]] = {
    "under-1": (None, timedelta(days=1)),
    "1": (timedelta(days=1), None),
    "3": (timedelta(days=3), None),
    "7": (timedelta(days=7), None),
    "14": (timedelta(days=14), None),
    "30": (timedelta(days=30), None),
    "90": (timedelta(days=90), None),
}
AGE_WORDS = [
    ("under-1", "under 1 day"),
    ("1", "1 day or longer"),
    *((days, f"{days} days or longer") for days in list(AGES)[2:]),
]


PILL_LABELS = {"answered": "First contact"}
ANSWERED_WORDS = [("no", "not yet"), ("yes", "done")]


@dataclass(frozen=True)
class BoardPill:
    """One filter as the board's bar shows it.

    `chosen` is the label of the chosen value, `without` the query without this filter.
    """

    label: str
    chosen: str
    without: str
    field: forms.BoundField

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is the chosen one."""
        value = self.field.value() or ""
        choices: Any = self.field.field.choices  # type: ignore[attr-defined]
        return [(key, word, key == value) for key, word in choices]


def open_waiting_q() -> Q:
    """Who still waits for an answer; leads of open stages are found by their index."""
    still_open = LeadStage.objects.filter(
        left_at=None, stage__outcome=Outcome.OPEN, stage__deleted_at=None
    )
    return waiting_q() & Q(pk__in=still_open.values("lead"))


class LeadFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", max_length=200)
    source = filters.ChoiceFilter()
    campaign = filters.ChoiceFilter(field_name="campaign_id")
    tag = filters.ChoiceFilter(method="with_tag")
    procedure = filters.ChoiceFilter(method="wants")
    answered = filters.ChoiceFilter(choices=ANSWERED_WORDS, method="is_answered")
    mine = filters.BooleanFilter(method="assigned", widget=forms.CheckboxInput)

    PILLS: ClassVar[tuple[str, ...]] = (
        "source",
        "campaign",
        "tag",
        "procedure",
        "answered",
    )

    class Meta:
        model = Lead
        fields: list[str] = []

    def __init__(
        self,
        data: Query,
        *,
        user: User | AnonymousUser,
        choices: dict[str, list[tuple[str, str]]],
    ) -> None:
        super().__init__(data, queryset=Lead.objects.all())
        self.user = user
        for name, rows in choices.items():
            self.filters[name].extra["choices"] = rows
        for name in self.PILLS:
            self.filters[name].extra["empty_label"] = f"Any {name}"
        self.filters["answered"].extra["empty_label"] = "First contact: any"

    def search(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        return leads.search(value)

    def with_tag(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        return leads.filter(pk__in=LeadTag.objects.filter(tag=value).values("lead"))

    def wants(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        wanted = Opportunity.objects.filter(procedure_code=value)
        return leads.filter(pk__in=wanted.values("lead"))

    def is_answered(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        return leads.filter(answered_q() if value == "yes" else open_waiting_q())

    def assigned(self, leads: LeadQuerySet, name: str, value: bool) -> LeadQuerySet:
        return leads.filter(assigned_to=self.user) if value else leads

    @property
    def is_used(self) -> bool:
        return self.is_valid() and any(self.form.cleaned_data.values())

    @property
    def leads(self) -> LeadQuerySet | None:
        """The leads that the filters leave; None when nothing is filtered."""
        return self.qs if self.is_used else None

    @property
    def pills(self) -> list[BoardPill]:
        return [self._pill(self.form[name]) for name in self.PILLS]

    def _pill(self, field: forms.BoundField) -> BoardPill:
        words: dict[Any, str] = dict(field.field.choices)  # type: ignore[attr-defined]
        value = field.value()
        chosen = words.get(value, "") if value else ""
        label = PILL_LABELS.get(field.name) or field.name.capitalize()
        return BoardPill(label, chosen, self._without(field.name), field)

    def _without(self, name: str) -> str:
        return f"?{encode(without(self.data, name))}"


class BoardFilter(LeadFilter):
    """`at` is the end of the past day that is shown; None for the board of now."""

    age = filters.ChoiceFilter(choices=AGE_WORDS, method="aged")

    PILLS = (*LeadFilter.PILLS, "age")
    at: datetime | None = None

    @property
    def entered(self) -> EntryWindow:
        """The window in which all leads of the chosen age entered their stage."""
        age = self.form.cleaned_data["age"] if self.is_valid() else ""
        if not age:
            return ANY_TIME
        at = self.at or timezone.now()
        at_least, less_than = AGES[age]
        return EntryWindow(
            since=at - less_than if less_than else None,
            until=at - at_least if at_least else None,
        )

    @property
    def is_only_age(self) -> bool:
        """The age is the only filter in use."""
        if not self.is_valid():
            return False
        used = {name for name, value in self.form.cleaned_data.items() if value}
        return used == {"age"}

    def aged(self, leads: LeadQuerySet, name: str, value: str) -> LeadQuerySet:
        """By the stage period of that moment: after a move the age is zero again."""
        at = self.at or timezone.now()
        lasting = Q(left_at=None) | (Q(left_at__gte=at) if self.at else Q())
        periods = LeadStage.objects.filter(
            lasting, changed_at__lt=at, **self.entered.conditions
        )
        return leads.filter(pk__in=periods.values("lead"))


AnyFilter = TypeVar("AnyFilter", bound=LeadFilter)


def read_filters(
    data: Query, user: User | AnonymousUser
) -> tuple[BoardFilter, list[str]]:
    """The board's filters as `data` sets them, and a sentence for each left out.

    A link may be older than the tag or the campaign that it names: that filter is
    left out, and the others apply.
    """
    filters, notices = bind_filter(BoardFilter, data, user, _choices())
    hint = hint_of(filters.data.get("q", ""))
    return filters, [*notices, hint] if hint else notices


def bind_filter(
    kind: type[AnyFilter],
    data: Query,
    user: User | AnonymousUser,
    choices: dict[str, list[tuple[str, str]]],
) -> tuple[AnyFilter, list[str]]:
    """The filters as `data` sets them, and a sentence for each that was left out."""
    bound = kind(data, user=user, choices=choices)
    unknown = list(bound.form.errors)
    if not unknown:
        return bound, []
    known = without(data, *unknown)
    sentences = [_sentence(name) for name in unknown]
    return kind(known, user=user, choices=choices), sentences


def _sentence(name: str) -> str:
    if name == "q":
        return "This search isn't valid, so it was ignored."
    word = "person" if name == "assigned" else name
    article = "an" if word == "age" else "a"
    return f"This link asks for {article} {word} that no longer exists: all are shown."


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Campaigns and tags by name, read by one query, and the clinic's lists."""
    campaigns = Campaign.objects.values_list(Value("campaign"), "id", "name")
    tags = Tag.objects.values_list(Value("tag"), "id", "name")
    choices: dict[str, list[tuple[str, str]]] = {"campaign": [], "tag": []}
    for kind, pk, name in campaigns.order_by().union(tags.order_by(), all=True):
        choices[kind].append((pk, name))
    by_name = {kind: sorted(rows, key=_by_name) for kind, rows in choices.items()}
    return by_name | {
        "source": reported_sources(),
        "procedure": reported_procedures(),
    }


def _by_name(row: tuple[str, str]) -> str:
    return row[1].casefold()
