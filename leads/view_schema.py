"""What a saved view of the lead list holds: filters, order and columns.

Stages, campaigns, tags and people are stored by their ids and looked up when the view
is used, so a renamed stage is shown with its new name. The search text is not stored:
it may be a person's email address or phone.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from django.db import models
from pydantic import AfterValidator

from leads.choices import Procedure, Source
from leads.payloads import RowId
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


class ListOrder(models.TextChoices):
    """Each is the order of an index; see `leads.selection.orders`."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    NAME = "name", "Name A to Z"
    NAME_DOWN = "name_down", "Name Z to A"
    ENTERED = "entered", "In stage since, newest first"
    WAITING = "waiting", "In stage since, oldest first"


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
FILTERS = (
    "stage",
    "source",
    "campaign",
    "tag",
    "procedure",
    "answered",
    "assigned",
)


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("name each column once")
    return values


COLUMN_NAMES = set(ListColumn.values)
Nothing = Literal[""]


class ListContent(Schema):
    """An empty text is no filter; without columns the person's own are shown."""

    stage: RowId | Nothing = ""
    source: Annotated[str, listed(Source)] | Nothing = ""
    campaign: RowId | Nothing = ""
    tag: RowId | Nothing = ""
    procedure: Annotated[str, listed(Procedure)] | Nothing = ""
    answered: Literal["yes", "no", ""] = ""
    assigned: RowId | Nothing = ""
    order: Annotated[str, listed(ListOrder)] | Nothing = ""
    columns: Annotated[
        list[Annotated[str, listed(ListColumn)]], AfterValidator(_each_once)
    ] = []

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """What the address of a list says, as far as a view stores it.

        Raises pydantic's ValidationError for a value that can be no filter.
        """
        values: dict[str, Any] = {
            name: value for name in (*FILTERS, "order") if (value := query.get(name))
        }
        columns = known_columns(query.get("columns", "").split(","))
        return cls(**values, columns=[*columns])


def known_columns(names: Iterable[str]) -> tuple[ListColumn, ...]:
    """Those of `names` that are columns, each once, in the order given."""
    return tuple(
        ListColumn(name) for name in dict.fromkeys(names) if name in COLUMN_NAMES
    )


def query_of(content: dict[str, Any]) -> dict[str, str]:
    """Stored content as the parameters of an address.

    What this version no longer knows is left out, so an old view still opens.
    """
    query = {name: str(content.get(name) or "") for name in (*FILTERS, "order")}
    query["columns"] = ",".join(known_columns(content.get("columns") or []))
    return {name: value for name, value in query.items() if value}
