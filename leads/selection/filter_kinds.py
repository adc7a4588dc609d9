"""The kinds of filters of the lead list: how each becomes a condition.

A filter has a name (its parameter in addresses), a label and choices. Several chosen
values are joined by "or", several filters by "and"; an excluded filter leaves exactly
the other leads. `leads.selection.list_filters` has the list of all filters.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from leads.models import Lead
from leads.selection.intervals import Interval, complement, disjoint, hull
from leads.view_schema import ListOrder
from medspa.models import User

# A value that leads without any have.
NONE = "none"
Answer = TypeVar("Answer")
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class FilterContext:
    """What the meaning of a value may depend on: who asks when, and today's choices.

    `choices` are values with their labels, by the name of the filter.
    """

    user: User | Any
    now: datetime
    choices: Mapping[str, Options]
    _answers: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers, asked once for the key."""
        if key not in self._answers:
            self._answers[key] = ask()
        answer: Answer = self._answers[key]
        return answer


class IndexedRows(NamedTuple):
    """Rows that an index finds, and their column with the id of the lead.

    `counted`, where given, includes all of `rows` and is quicker to count.
    """

    rows: QuerySet[Any, Any]
    lead: str
    counted: QuerySet[Any, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FilterKind(ABC):
    """One filter.

    `is_common` if the bar always shows it; `gone` is what a value is called that no
    longer exists; `span` is what a person may also enter from and to: "date" or
    "money". Of its `orders`, by its own column, only a window of the rows has to be
    read. `is_spread` if its leads are spread over all that there are: of many some are
    always near.
    """

    name: str
    label: str
    gone: str = "value"
    is_common: bool = False
    span: str = ""
    is_spread: bool = False
    orders: tuple[ListOrder, ...] = ()

    @abstractmethod
    def options(self, context: FilterContext) -> Options:
        """The values that can be chosen, with their labels."""

    def label_of(self, value: str, context: FilterContext) -> str:
        """The label of any value, also one that is no option; empty if unknown."""
        return dict(self.options(context)).get(value, "")

    @abstractmethod
    def condition(self, values: list[str], context: FilterContext) -> Q:
        """On leads: those with one of the values."""

    def excluding(self, values: list[str], context: FilterContext) -> Q:
        """On leads: all others."""
        return ~self.condition(values, context)

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        """All leads that the filter leaves, by its own index; some may be deleted.

        None where no index finds them.
        """
        return None

    def window(
        self, values: list[str], context: FilterContext, *, is_excluded: bool
    ) -> Q:
        """On rows of one of its `orders`: those among which all that is left must be.

        An index has these rows in the order.
        """
        return Q()

    def early(self, values: list[str], context: FilterContext, stage: Any) -> Q | None:
        """What a scan asks before it looks a lead up: on leads, by nothing but the id.

        True of each lead that has one of the values. `stage` is the lead's stage, in
        SQL, where the rows have it. None where most leads fit, or where their own
        columns are asked for.
        """
        return None

    def remark(self, values: list[str], context: FilterContext) -> str:
        """What has to be known about the chosen values; empty if nothing."""
        return ""

    def counts(
        self, leads: QuerySet[Any, Any], options: Sequence[str], context: FilterContext
    ) -> dict[str, int]:
        """How many of a few leads each option would leave."""
        numbers = {
            f"option_{place}": Count("pk", filter=self.condition([value], context))
            for place, value in enumerate(options)
        }
        found = Lead.objects.filter(pk__in=leads).order_by().aggregate(**numbers)
        return dict(zip(options, found.values(), strict=True))


@dataclass(frozen=True, kw_only=True)
class ChoiceKind(FilterKind):
    """A closed list of values in a column of the lead.

    `fixed` are the choices where they are not rows of the clinic's own; `listed` reads
    one of the clinic's lists. `none` is the label of `none_value`, which leads without
    any have.
    """

    column: str
    fixed: tuple[tuple[str, str], ...] = ()
    listed: Callable[[], Options] | None = None
    none: str = ""
    none_value: str = NONE

    def options(self, context: FilterContext) -> Options:
        if self.listed:
            rows = context.once((self.name, "listed"), self.listed)
        else:
            rows = [*(self.fixed or context.choices.get(self.name, ()))]
        return [*rows, (self.none_value, self.none)] if self.none else rows

    def stored(self, values: list[str], context: FilterContext) -> list[Any]:
        """As the column has them; the value of leads without any is left out."""
        return [value for value in values if value != self.none_value]

    def condition(self, values: list[str], context: FilterContext) -> Q:
        found = Q(**{f"{self.column}__in": self.stored(values, context)})
        return found | self.is_empty if self.none_value in values else found

    @property
    def is_empty(self) -> Q:
        column = Lead._meta.get_field(self.column)
        return Q(**({self.column: None} if column.null else {self.column: ""}))

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        """An index has the leads without a value if that is NULL."""
        wants_none = self.none_value in values
        if is_excluded or (wants_none and not Lead._meta.get_field(self.column).null):
            return None
        found = []
        if stored := self.stored(values, context):
            found.append(Lead.objects.filter(**{f"{self.column}__in": stored}))
        if wants_none:
            found.append(Lead.objects.filter(self.is_empty))
        return [IndexedRows(leads.order_by(), "pk") for leads in found]

    def counts(
        self, leads: QuerySet[Any, Any], options: Sequence[str], context: FilterContext
    ) -> dict[str, int]:
        rows = Lead.objects.filter(pk__in=leads).order_by()
        found = dict(rows.values_list(self.column).annotate(leads=Count("pk")))
        counts = {
            value: found.get(self.stored([value], context)[0], 0)
            for value in options
            if value != self.none_value
        }
        if self.none_value in options:
            counts[self.none_value] = found.get(None, 0) + found.get("", 0)
        return counts


@dataclass(frozen=True, kw_only=True)
class RelatedKind(ChoiceKind):
    """The same, in a column of rows that belong to the lead."""

    rows: Callable[[], QuerySet[Any, Any]]

    def condition(self, values: list[str], context: FilterContext) -> Q:
        own = self.rows().filter(lead=OuterRef("pk")).order_by()
        stored = self.stored(values, context)
        found = Q(Exists(own.filter(**{f"{self.column}__in": stored})))
        return found | ~Q(Exists(own)) if self.none_value in values else found

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        if is_excluded or self.none_value in values:
            return None
        stored = self.stored(values, context)
        rows = self.rows().filter(**{f"{self.column}__in": stored})
        return [IndexedRows(rows.order_by(), "lead_id")]

    def early(self, values: list[str], context: FilterContext, stage: Any) -> Q | None:
        return None if self.none_value in values else self.condition(values, context)

    def counts(
        self, leads: QuerySet[Any, Any], options: Sequence[str], context: FilterContext
    ) -> dict[str, int]:
        rows = self.rows().filter(lead__in=leads).order_by()
        by_value = rows.values_list(self.column).annotate(
            leads=Count("lead", distinct=True)
        )
        found = dict(by_value)
        counts = {value: found.get(value, 0) for value in options}
        if self.none_value in options:
            having = rows.values("lead").distinct().count()
            counts[self.none_value] = leads.count() - having
        return counts


# Value → label and interval.
Bands = dict[str, tuple[str, Interval]]


@dataclass(frozen=True, kw_only=True)
class RangeKind(FilterKind):
    """Ranges of one moment or amount, and any other that a person enters.

    `rows` have the `column` and their lead's id in `lead`; `path` leads to the column
    from the lead, of which each active lead has exactly one, else it is empty.
    """

    rows: Callable[[], QuerySet[Any, Any]]
    column: str
    lead: str
    bands: Callable[[datetime], Bands]
    read: Callable[[str], tuple[str, Interval] | None] | None = None
    path: str = ""

    def options(self, context: FilterContext) -> Options:
        return [(value, label) for value, (label, _) in self._bands(context).items()]

    def label_of(self, value: str, context: FilterContext) -> str:
        band = self._band(value, context)
        return band[0] if band else ""

    def _bands(self, context: FilterContext) -> Bands:
        return context.once((self.name, "bands"), lambda: self.bands(context.now))

    def _band(self, value: str, context: FilterContext) -> tuple[str, Interval] | None:
        return self._bands(context).get(value) or (self.read and self.read(value))

    def intervals(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[Interval]:
        """Without overlaps, in ascending order."""
        bands = [band for value in values if (band := self._band(value, context))]
        chosen = [interval for _, interval in bands]
        return complement(chosen) if is_excluded else disjoint(chosen)

    def condition(self, values: list[str], context: FilterContext) -> Q:
        return self._within(self.intervals(values, context))

    def excluding(self, values: list[str], context: FilterContext) -> Q:
        if not self.path:
            return super().excluding(values, context)
        return self._within(self.intervals(values, context, is_excluded=True))

    def _within(self, intervals: list[Interval]) -> Q:
        """On leads. Without an interval there are none."""
        if not self.path:
            return self._by_rows(intervals)
        found = Q(pk__in=[])
        for interval in intervals:
            # An interval without bounds is true of every lead.
            found |= interval.on(self.path) or ~Q(pk__in=[])
        return found

    def early(self, values: list[str], context: FilterContext, stage: Any) -> Q | None:
        """By rows that belong to the lead."""
        if self.lead == "pk" or NONE in values:
            return None
        return self._by_rows(self.intervals(values, context))

    def _by_rows(self, intervals: list[Interval]) -> Q:
        found = Q(pk__in=[])
        for interval in intervals:
            own = self.rows_in(interval).filter(lead=OuterRef("pk"))
            found |= Q(Exists(own.order_by()))
        return found

    def rows_in(self, interval: Interval) -> QuerySet[Any, Any]:
        return self.rows().filter(interval.on(self.column))

    def indexed(
        self, values: list[str], context: FilterContext, *, is_excluded: bool = False
    ) -> list[IndexedRows] | None:
        if is_excluded and not self.path:
            return None
        # In the order of the index: PostgreSQL then reads no others.
        return [
            IndexedRows(self.rows_in(interval).order_by(self.column), self.lead)
            for interval in self.intervals(values, context, is_excluded=is_excluded)
        ]

    def window(
        self, values: list[str], context: FilterContext, *, is_excluded: bool
    ) -> Q:
        intervals = self.intervals(values, context, is_excluded=is_excluded)
        return hull(intervals).on(self.column)
