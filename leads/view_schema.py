"""What a saved view of the lead list holds: filters, order and columns.

Stages, campaigns, tags and people are stored by their ids and looked up when the view
is used, so a renamed stage is shown with its new name. The search text is not stored:
it may be a person's email address or phone.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from django.db import models
from django.utils.datastructures import MultiValueDict
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from medspa.json_columns import Schema, listed


class ListColumn(models.TextChoices):
    """What the list can show after the first name, which is always there."""

    STAGE = "stage", "Stage"
    SINCE = "since", "In stage since"
    CONTACT = "contact", "Contact"
    TAGS = "tags", "Tags"
    SOURCE = "source", "Source"
    CAMPAIGN = "campaign", "Campaign"
    PLATFORM = "platform", "Ad platform"
    VALUE = "value", "Expected value"
    PROCEDURE = "procedure", "Procedure"
    EXPECTED_ON = "expected_on", "Expected date"
    ASSIGNED = "assigned", "Assigned to"
    CREATED = "created", "Created"
    ACTIVITY = "activity", "Last activity"
    CONTACTED = "contacted", "Last contact"
    NEXT_STEP = "next_step", "Next step"


class ListOrder(models.TextChoices):
    """Each is the order of an index; see `leads.selection.orders`."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    NAME = "name", "Name A to Z"
    NAME_DOWN = "name_down", "Name Z to A"
    ENTERED = "entered", "In stage since, newest first"
    WAITING = "waiting", "In stage since, oldest first"
    VALUE = "value", "Expected value, highest first"
    ACTIVE = "active", "Last activity, newest first"
    IDLE = "idle", "Last activity, oldest first"
    CONTACTED = "contacted", "Last contact, oldest first"
    NEXT_STEP = "next", "Next step, soonest first"


# The columns for somebody who has chosen none.
STANDARD_COLUMNS = (
    ListColumn.STAGE,
    ListColumn.CONTACT,
    ListColumn.TAGS,
    ListColumn.SOURCE,
    ListColumn.CAMPAIGN,
    ListColumn.VALUE,
    ListColumn.ASSIGNED,
    ListColumn.CREATED,
)
# The filters that a view stores, by the names of their parameters.
FILTERS = (
    "stage",
    "source",
    "campaign",
    "tag",
    "procedure",
    "answered",
    "assigned",
    "created",
    "contacted",
    "called",
    "next",
    "age",
    "value",
    "consult",
    "lost",
    "platform",
)
# Names the filters that leave all but their values.
EXCLUDE = "exclude"


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("name each value once")
    return values


def _as_list(value: Any) -> Any:
    """Views once stored one value a filter."""
    if isinstance(value, str):
        return [value] if value else []
    return value


COLUMN_NAMES = set(ListColumn.values)
Nothing = Literal[""]
FilterValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
FilterName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
FilterValues = Annotated[
    list[FilterValue], BeforeValidator(_as_list), AfterValidator(_each_once)
]


class ListContent(Schema):
    """An empty list is no filter; without columns the person's own are shown."""

    stage: FilterValues = []
    source: FilterValues = []
    campaign: FilterValues = []
    tag: FilterValues = []
    procedure: FilterValues = []
    answered: FilterValues = []
    assigned: FilterValues = []
    created: FilterValues = []
    contacted: FilterValues = []
    called: FilterValues = []
    next: FilterValues = []
    age: FilterValues = []
    value: FilterValues = []
    consult: FilterValues = []
    lost: FilterValues = []
    platform: FilterValues = []
    exclude: Annotated[list[FilterName], AfterValidator(_each_once)] = []
    order: Annotated[str, listed(ListOrder)] | Nothing = ""
    columns: Annotated[
        list[Annotated[str, listed(ListColumn)]], AfterValidator(_each_once)
    ] = []

    @classmethod
    def of_query(cls, query: MultiValueDict[str, str]) -> Self:
        """What the address of a list says, as far as a view stores it.

        Raises pydantic's ValidationError for a value that can be no filter.
        """
        values = _lists(query)
        columns = known_columns(query.get("columns", "").split(","))
        return cls(**values, order=query.get("order", ""), columns=[*columns])


def _lists(query: MultiValueDict[str, str]) -> dict[str, list[str]]:
    """The values of each filter that a view stores, each once."""
    named = {
        name: [*dict.fromkeys(filter(None, query.getlist(name)))]
        for name in (*FILTERS, EXCLUDE)
    }
    return {name: values for name, values in named.items() if values}


def known_columns(names: Iterable[str]) -> tuple[ListColumn, ...]:
    """Those of `names` that are columns, each once, in the order given."""
    return tuple(
        ListColumn(name) for name in dict.fromkeys(names) if name in COLUMN_NAMES
    )


def query_of(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Stored content as the parameters of an address.

    What this version no longer knows is left out, so an old view still opens.
    """
    query = {
        name: [str(value) for value in _as_list(content.get(name) or [])]
        for name in (*FILTERS, EXCLUDE)
    }
    query["order"] = _as_list(str(content.get("order") or ""))
    columns = known_columns(content.get("columns") or [])
    query["columns"] = [",".join(columns)] if columns else []
    return {name: values for name, values in query.items() if values}
