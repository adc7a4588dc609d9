"""The doors that leads come in by: what each is called, knows and lets in."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from leads.intake.files.gohighlevel import GoHighLevelFile
from leads.intake.files.hubspot import HubSpotFile
from leads.intake.files.meta import MetaFile
from leads.intake.files.spreadsheet import Spreadsheet
from leads.intake.incoming import IncomingLead
from leads.intake.synonyms import key


class Door(Protocol):
    """A way in. A webhook's door has no `columns`: its cells are its JSON's keys."""

    name: str
    title: str
    # What a lead's source is when the door's data doesn't say.
    default_source: str

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Field → keys (`words.key`) of the headers that hold it, best first."""
        ...

    def recognises(self, headers: frozenset[str]) -> bool:
        """Whether a file with these header keys comes from here."""
        ...

    def read(self, cells: dict[str, str]) -> IncomingLead:
        """The lead in these cells; raises RowRefused."""
        ...


# The free spreadsheet comes last: it recognises everything.
FILE_DOORS: tuple[Door, ...] = (
    MetaFile(),
    GoHighLevelFile(),
    HubSpotFile(),
    Spreadsheet(),
)
BY_NAME = {door.name: door for door in FILE_DOORS}


def door_for(headers: Iterable[str]) -> Door:
    """The door that a file with these headers came from."""
    keys = frozenset(key(header) for header in headers)
    return next(door for door in FILE_DOORS if door.recognises(keys))
