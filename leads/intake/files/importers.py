"""The importers: what each program's export is called, looks like and holds."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from leads.intake.files.gohighlevel import GoHighLevelFile
from leads.intake.files.hubspot import HubSpotFile
from leads.intake.files.meta import MetaFile
from leads.intake.files.spreadsheet import Spreadsheet
from leads.intake.incoming import IncomingLead
from leads.intake.synonyms import key


class FileImporter(Protocol):
    """Reads the files of one program."""

    name: str
    title: str
    # What a lead's source is when the file doesn't say.
    default_source: str

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Field → keys (`synonyms.key`) of the headers that hold it, best first."""
        ...

    def recognizes(self, headers: frozenset[str]) -> bool:
        """Whether a file with these header keys comes from this program."""
        ...

    def read(self, cells: dict[str, str]) -> IncomingLead:
        """The lead in a row's cells; raises RowRefused."""
        ...


# The spreadsheet comes last: it recognizes everything.
FILE_IMPORTERS: tuple[FileImporter, ...] = (
    MetaFile(),
    GoHighLevelFile(),
    HubSpotFile(),
    Spreadsheet(),
)
IMPORTERS_BY_NAME = {importer.name: importer for importer in FILE_IMPORTERS}


def importer_for(headers: Iterable[str]) -> FileImporter:
    """The importer that reads a file with these headers."""
    keys = frozenset(key(header) for header in headers)
    return next(found for found in FILE_IMPORTERS if found.recognizes(keys))
