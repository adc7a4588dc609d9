"""The filters of the lead list as an address sets them.

`leads.selection.list_filter_kinds` declares each of them.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from leads.models import Lead
from leads.models.lead_queries import LastDigits, LeadQuerySet
from leads.search import Search, SearchKind, hint_of
from leads.selection.filter_kinds import (
    FilterContext,
    FilterKind,
    IndexedRows,
)
from leads.selection.list_filter_kinds import all_kinds
from leads.selection.list_options import Choices, ListOptions, read_list_options
from leads.selection.orders import STAGE_ORDERS, order_of, possible_orders
from leads.selection.query import Query, encode, without
from leads.selection.spans import fold_spans
from leads.view_schema import EXCLUDE, ListOrder
from medspa.models import User
from medspa.postgres.written_query import is_one_of

# The parameters of the list's address other than its filters.
VIEW_PARAMETERS = ("view", "changed", "order", "columns")
LONGEST_SEARCH = 200
UNREADABLE_SEARCH = "This search isn't valid, so it was ignored."


class FilterOption(NamedTuple):
    """A choice of a filter; `leads` is how many it leaves, where that is known.

    One that is no option any more but chosen, like a range of days, is one as well.
    """

    value: str
    label: str
    is_chosen: bool
    leads: int | None = None


class FilterForm(NamedTuple):
    """The small form of one filter.

    `span` is "date" or "money" if a range can be entered, and `first` and `last` are
    the entered one.
    """

    name: str
    label: str
    options: tuple[FilterOption, ...]
    is_excluded: bool
    span: str
    first: str
    last: str


class ListPill(NamedTuple):
    """One filter as the list's bar shows it.

    `chosen` are the labels of the chosen values in one text; `without` is the address
    without this filter, if it is in use.
    """

    name: str
    label: str
    chosen: str
    without: str
    is_excluded: bool
    is_common: bool
    form: FilterForm

    @property
    def is_on(self) -> bool:
        return bool(self.chosen)


class ListFilter:
    """The filters in use. What an address names and doesn't exist is left out.

    `notices` has a sentence for each value that was left out.
    """

    def __init__(
        self,
        data: Query,
        *,
        user: User | AnonymousUser,
        choices: Choices,
        totals: dict[str, int] | None = None,
    ) -> None:
        self.kinds = {kind.name: kind for kind in all_kinds()}
        self.user, self.choices, self.totals = user, choices, totals or {}
        self.context = FilterContext(user, timezone.now(), choices)
        self.notices: list[str] = []
        self.data = with_spans(data)
        self.q = self._read_search()
        self.values = self._read_values()
        self.excluded = self._read_excluded()

    def _read_search(self) -> str:
        typed = self.data.get("q", "").replace("\0", "").strip()
        if len(typed) > LONGEST_SEARCH:
            self.notices.append(UNREADABLE_SEARCH)
            typed = ""
        self.data["q"] = typed
        if not typed:
            del self.data["q"]
        return typed

    def _read_values(self) -> dict[str, list[str]]:
        found = {}
        for name, kind in self.kinds.items():
            given = [*dict.fromkeys(filter(None, self.data.getlist(name)))]
            known = [value for value in given if kind.label_of(value, self.context)]
            if known != given:
                self.notices.append(_left_out(kind, is_all=not known))
            self.data.setlist(name, known)
            if known:
                found[name] = known
            else:
                del self.data[name]
        return found

    def _read_excluded(self) -> set[str]:
        given = {*filter(None, self.data.getlist(EXCLUDE))}
        if given - set(self.kinds):
            self.notices.append(
                "This link leaves out leads by a filter that doesn't exist: it is "
                "ignored."
            )
        used = [name for name in self.values if name in given]
        self.data.setlist(EXCLUDE, used)
        if not used:
            del self.data[EXCLUDE]
        return {*used}

    @property
    def is_used(self) -> bool:
        return bool(self.q or self.values)

    @property
    def used(self) -> list[str]:
        """The names of the filters in use, for logs: no value, which may be a name."""
        return [*(["q"] if self.q else []), *self.values]

    @property
    def order(self) -> ListOrder:
        return order_of(self.data.get("order", ""), self.possible_orders)

    @property
    def possible_orders(self) -> tuple[ListOrder, ...]:
        """Leads that a filter finds by their stage periods are sorted by these."""
        is_by_periods = any(
            STAGE_ORDERS[0] in self.kinds[name].orders and name not in self.excluded
            for name in self.values
        )
        return possible_orders(
            is_by_periods=is_by_periods or bool(self.only_value("stage"))
        )

    @property
    def stage_id(self) -> str:
        """The one stage whose periods are the rows of the list, if they are."""
        return self.only_value("stage") if self.order in STAGE_ORDERS else ""

    @property
    def is_by_stage_alone(self) -> bool:
        """At most by stages: then the stored totals are the count."""
        return not self.q and set(self.values) <= {"stage"}

    @property
    def everybody(self) -> int:
        """How many active leads there are, by the stored totals."""
        return sum(self.totals.values())

    @property
    def total(self) -> int:
        """How many leads there are in the chosen stages, by the stored totals."""
        stages = set(self.values.get("stage", self.totals))
        if "stage" in self.excluded:
            stages = set(self.totals) - stages
        return sum(self.totals.get(stage, 0) for stage in stages)

    @property
    def is_by_name_alone(self) -> bool:
        """Only a search by name is in use."""
        return self.used == ["q"] and self.search.kind is SearchKind.NAME

    @property
    def is_by_one_index(self) -> bool:
        """Only one filter is in use, and it has an index of its own."""
        if self.q:
            return not self.values
        return len(self.values) == 1 and self.indexed(self.used[0]) is not None

    @property
    def is_spread(self) -> bool:
        """The only filter leaves leads that are spread over every order."""
        return bool(self.q) or self.kinds[self.used[0]].is_spread

    def indexed(self, name: str) -> list[IndexedRows] | None:
        """What one of the filters in use leaves, by its own index."""
        return self.kinds[name].indexed(
            self.values[name], self.context, is_excluded=name in self.excluded
        )

    def condition(self, name: str) -> Q:
        kind = self.kinds[name]
        ask = kind.excluding if name in self.excluded else kind.condition
        return ask(self.values[name], self.context)

    @cached_property
    def search(self) -> Search:
        return Search.read(self.q)

    @cached_property
    def searched(self) -> LeadQuerySet:
        """The active leads that the search finds, without other filters."""
        leads: LeadQuerySet = Lead.objects.all()
        if digits := self.last_digits:
            return leads.filter(is_one_of("pk", digits.leads))
        return leads.search(self.q) if self.q else leads

    @cached_property
    def last_digits(self) -> LastDigits | None:
        """Read once: numbers are decrypted."""
        if self.search.kind is not SearchKind.LAST_DIGITS:
            return None
        return Lead.objects.read_last_digits(self.search.text)

    @cached_property
    def leads(self) -> LeadQuerySet:
        """Every active lead that the filters leave."""
        return self._leads(self.values)

    @cached_property
    def leads_of_any_stage(self) -> LeadQuerySet:
        """The same without the filter by stage, for rows that are of one."""
        return self._leads([name for name in self.values if name != "stage"])

    def _leads(self, names: Iterable[str]) -> LeadQuerySet:
        leads: LeadQuerySet = self.searched
        condition = Q()
        for name in names:
            condition &= self.condition(name)
        return leads.filter(condition)

    def early(self, order: ListOrder, stage: Any) -> Q | None:
        """What a scan in the order asks before it looks a lead up; None if nothing.

        `stage` as for `FilterKind.early`. Rows of one stage are in it.
        """
        condition = Q()
        for name, values in self.values.items():
            kind = self.kinds[name]
            is_known = order in kind.orders or (name == "stage" and self.stage_id)
            if name not in self.excluded and not is_known:
                condition &= kind.early(values, self.context, stage) or Q()
        return condition or None

    def window(self, order: ListOrder) -> Q:
        """On rows in this order: those among which all that is left must be."""
        condition = Q()
        for name, values in self.values.items():
            kind = self.kinds[name]
            if order in kind.orders:
                is_excluded = name in self.excluded
                condition &= kind.window(values, self.context, is_excluded=is_excluded)
        return condition

    @property
    def remarks(self) -> list[str]:
        found = [
            self.kinds[name].remark(values, self.context)
            for name, values in self.values.items()
        ]
        if self.last_digits and self.last_digits.is_cut:
            found.append(
                f"Too many phone numbers end in {self.search.text[-4:]} to compare all "
                "of them. Search for the whole number to find every lead."
            )
        return [remark for remark in (*found, hint_of(self.q)) if remark]

    def only_value(self, name: str) -> str:
        """The value, if exactly one is asked for."""
        values = self.values.get(name, [])
        return values[0] if len(values) == 1 and name not in self.excluded else ""

    @property
    def query(self) -> str:
        """The parameters of the address that say what is shown, and no others."""
        known = {"q", EXCLUDE, *self.kinds, *VIEW_PARAMETERS}
        return encode(without(self.data, *(set(self.data) - known)))

    @cached_property
    def pills(self) -> list[ListPill]:
        return [self._pill(kind) for kind in self.kinds.values()]

    @property
    def bar_pills(self) -> list[ListPill]:
        return [pill for pill in self.pills if pill.is_common or pill.is_on]

    @property
    def further_pills(self) -> list[ListPill]:
        """Those behind "More filters"; one without a choice can't be used."""
        return [
            pill
            for pill in self.pills
            if not (pill.is_common or pill.is_on)
            and (pill.form.options or pill.form.span)
        ]

    def _pill(self, kind: FilterKind) -> ListPill:
        values = self.values.get(kind.name, [])
        labels = {value: kind.label_of(value, self.context) for value in values}
        entered = next((value for value in values if kind.span and ".." in value), "")
        first, _, last = entered.partition("..")
        is_counted = kind.name == "stage" and self.is_by_stage_alone
        # What is chosen is shown even if it is none of today's choices.
        shown = dict(kind.options(self.context)) | labels
        options = tuple(
            FilterOption(
                value,
                label,
                value in values,
                self.totals.get(value, 0) if is_counted else None,
            )
            for value, label in shown.items()
            if value != entered
        )
        is_excluded = kind.name in self.excluded
        return ListPill(
            kind.name,
            kind.label,
            ", ".join(labels.values()),
            self.address(**{kind.name: ""}) if values else "",
            is_excluded,
            kind.is_common,
            FilterForm(
                kind.name, kind.label, options, is_excluded, kind.span, first, last
            ),
        )

    def options(self, name: str) -> list[str]:
        """The values that a filter can have."""
        return [value for value, _ in self.kinds[name].options(self.context)]

    def unfiltered_by(self, name: str) -> Self:
        """The same without one of the filters."""
        return self._with(without(self.data, name))

    def _with(self, data: Query) -> Self:
        return type(self)(
            data, user=self.user, choices=self.choices, totals=self.totals
        )

    def address(self, **values: str | list[str]) -> str:
        """The address of this list with other values; an empty one is left out."""
        query = without(self.data, "after")
        if "view" in query:
            query["changed"] = "yes"
        for name, value in values.items():
            query.setlist(name, [value] if isinstance(value, str) else value)
            if not value:
                del query[name]
                excluded = [one for one in query.getlist(EXCLUDE) if one != name]
                query.setlist(EXCLUDE, excluded)
        return f"?{encode(query)}"


def with_spans(query: Query) -> Query:
    """With the ranges that a form sends as from and to as values of their filters."""
    return fold_spans(query, [kind.name for kind in all_kinds() if kind.span])


def _left_out(kind: FilterKind, *, is_all: bool) -> str:
    """Why a value of a link has no effect."""
    article = "an" if kind.gone == "age" else "a"
    if kind.gone == "value":
        return f"This link asks for a value of “{kind.label}” that doesn't exist."
    rest = f"every {kind.gone} is shown" if is_all else "the others are shown"
    return f"This link asks for {article} {kind.gone} that no longer exists: {rest}."


def read_list_filters(
    data: Query, user: User | AnonymousUser, options: ListOptions | None = None
) -> tuple[ListFilter, list[str]]:
    """The list's filters as `data` sets them, and a sentence for each left out."""
    options = options or read_list_options(user)
    filters = ListFilter(
        data, user=user, choices=options.choices, totals=options.totals
    )
    return filters, filters.notices
