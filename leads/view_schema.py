"""What a saved view of the lead list holds: filters, order and columns, all closed.

Stages, campaigns, tags and people are named by their ids and looked up at use, so a
view follows a stage that is renamed and never keeps a copy of it. What somebody
searched for is not held: it may be a person's e-mail or phone.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from django.db import models
from django.http import QueryDict
from pydantic import AfterValidator

from leads.choices import Procedure, Source
from leads.payloads import RowId
from medspa.json_shapes import Shape, listed


class Column(models.TextChoices):
    """What the list can show beside the first name, which is always there."""

    STAGE = "stage", "Stage"
    SINCE = "since", "In stage since"
    CONTACT = "contact", "Contact"
    TAGS = "tags", "Tags"
    SOURCE = "source", "Source"
    CAMPAIGN = "campaign", "Campaign"
    PLATFORM = "platform", "Ad platform"
    VALUE = "value", "Expected"
    PROCEDURE = "procedure", "Procedure"
    EXPECTED_ON = "expected_on", "Expected on"
    ASSIGNED = "assigned", "Assigned to"
    CREATED = "created", "Created"
    ACTIVITY = "activity", "Last activity"


class Order(models.TextChoices):
    """Each is carried by an index; `leads.lead_list` says which and when."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    NAME = "name", "Name A to Z"
    NAME_DOWN = "name_down", "Name Z to A"
    ENTERED = "entered", "In stage since, newest first"
    WAITING = "waiting", "In stage since, oldest first"


# As the list is shown to somebody who has chosen nothing.
STANDARD = (
    Column.STAGE,
    Column.CONTACT,
    Column.TAGS,
    Column.SOURCE,
    Column.CAMPAIGN,
    Column.VALUE,
    Column.ASSIGNED,
    Column.CREATED,
)
FILTERS = ("stage", "source", "campaign", "tag", "procedure", "assigned")


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError("name each column once")
    return values


KNOWN = set(Column.values)
Nothing = Literal[""]


class ListContent(Shape):
    """An empty text filters by nothing; no columns are the person's own."""

    stage: RowId | Nothing = ""
    source: Annotated[str, listed(Source)] | Nothing = ""
    campaign: RowId | Nothing = ""
    tag: RowId | Nothing = ""
    procedure: Annotated[str, listed(Procedure)] | Nothing = ""
    assigned: RowId | Nothing = ""
    order: Annotated[str, listed(Order)] | Nothing = ""
    columns: Annotated[
        list[Annotated[str, listed(Column)]], AfterValidator(_each_once)
    ] = []

    @classmethod
    def of_query(cls, query: QueryDict) -> Self:
        """What the address of a list says, without what is not kept.

        Raises pydantic's ValidationError for a value that can be no filter.
        """
        kept: dict[str, Any] = {
            name: value for name in (*FILTERS, "order") if (value := query.get(name))
        }
        columns = known_columns(query.get("columns", "").split(","))
        return cls(**kept, columns=[*columns])


def known_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Those of `names` that are columns, each once, in their order."""
    return tuple(Column(name) for name in dict.fromkeys(names) if name in KNOWN)


def query_of(content: dict[str, Any]) -> dict[str, str]:
    """Stored content as the parameters of an address.

    What this version no longer knows is left out: an old view still opens.
    """
    asked = {name: str(content.get(name) or "") for name in (*FILTERS, "order")}
    asked["columns"] = ",".join(known_columns(content.get("columns") or []))
    return {name: value for name, value in asked.items() if value}
