"""The filters of the lead list: those of the board, and stage and person."""

from typing import Any

import django_filters as filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from campaigns.models import Campaign
from leads.filters import LeadFilter, ask
from leads.models import PipelineStage, StageTotal, Tag
from leads.models.lead import LeadQuerySet
from medspa.models import User

Choices = dict[str, list[tuple[str, str]]]
ME, NOBODY = "me", "nobody"


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
    def is_only_stage(self) -> bool:
        """Nothing but, at most, the stage is asked for: the kept totals count it."""
        asked = self.form.cleaned_data if self.is_valid() else {}
        return not any(value for name, value in asked.items() if name != "stage")

    @property
    def kept(self) -> str:
        """The address's query with the filters and nothing else."""
        kept = self.data.copy()
        for name in set(kept) - set(self.filters):
            del kept[name]
        return kept.urlencode()


def read_list_filters(
    data: QueryDict, user: User | AnonymousUser
) -> tuple[ListFilter, list[str]]:
    """The filters that `data` asks for, and a sentence for each that can't be met."""
    choices = list_choices()
    people = choices.pop("person")
    choices["assigned"] = [(ME, "Me"), (NOBODY, "Nobody"), *people]
    return ask(ListFilter, data, user, choices)


def list_choices() -> Choices:
    """Stages in their order; campaigns, tags and people by name: one query."""
    place = Value(0, IntegerField())
    rows = _rows("campaign", Campaign.objects.all(), "name", place).union(
        _rows("tag", Tag.objects.all(), "name", place),
        _rows("stage", PipelineStage.objects.all(), "name", Cast("order", place.field)),
        _rows("person", User.objects.filter(is_active=True), "username", place),
        all=True,
    )
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for kind, pk, name, order in rows:
        found.setdefault(kind, []).append((order, name.casefold(), pk, name))
    return {
        kind: [(pk, name) for *_, pk, name in sorted(found.get(kind, []))]
        for kind in ("campaign", "tag", "stage", "person")
    }


def _rows(kind: str, rows: QuerySet, name: str, place: Any) -> QuerySet:
    columns = (Value(kind, CharField()), "pk", name, place)
    return rows.order_by().values_list(*columns)


def counted_stages(filters: ListFilter) -> dict[str, int]:
    """Stage id → its leads; told only where no other filter makes it untrue."""
    totals = {
        stage: count for stage, (count, _) in StageTotal.objects.by_stage().items()
    }
    if filters.is_only_stage:
        choices = filters.form.fields["stage"]
        choices.choices = [
            (pk, f"{name} ({totals.get(pk, 0):,})" if pk else name)
            for pk, name in choices.choices
        ]
    return totals
