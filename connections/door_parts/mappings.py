"""Tables by which an administrator says what ids of another system mean here.

Every door declares its tables; one form shows and saves them all
(`connections.mapping`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field

# Ids of other systems, and of ours.
TheirKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,120}$")]
OurKey = Annotated[str, Field(pattern=r"^[a-z0-9]{8,32}$")]
ProcedureKey = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
# Names of things, such as a tag or a campaign.
MappedName = Annotated[str, Field(min_length=1, max_length=120)]


class Ours(StrEnum):
    """What of the clinic a column offers."""

    STAGE = "stage"
    TAG = "tag"
    PROCEDURE = "procedure"
    PROVIDER = "provider"
    CAMPAIGN = "campaign"


@dataclass(frozen=True)
class MappingColumn:
    """`field` is the setting that it fills: with `offers` an object of theirs → ours;
    without, a checkbox, and the list of those that are ticked."""

    field: str
    title: str
    offers: Ours | None = None


@dataclass(frozen=True)
class MappingTable:
    """One kind of thing of the other system. `help` says where it stands there.

    One that `is_listed` has only rows that the other system lists; into another one ids
    are typed while it lists none.
    """

    name: str
    title: str
    their_heading: str
    help: str
    columns: tuple[MappingColumn, ...]
    is_listed: bool = False


@dataclass(frozen=True)
class There:
    """A thing that the other system has now; `group` is what it is a part of."""

    key: str
    name: str = ""
    group: str = ""


@dataclass(frozen=True)
class ListedThere:
    """What the other system answered when it was asked for its things, by table.

    A table that is not in `rows` could not be read. `problem` says why.
    """

    rows: Mapping[str, Sequence[There]] = field(default_factory=dict)
    problem: str = ""
