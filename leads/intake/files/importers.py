"""The importers: what each program's export is called, looks like and holds."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from leads.intake.files.gohighlevel import GoHighLevelFile
from leads.intake.files.google_contacts import GoogleContactsFile
from leads.intake.files.hubspot import HubSpotFile
from leads.intake.files.meta import MetaFile
from leads.intake.files.spreadsheet import Spreadsheet
from leads.intake.incoming import DEFAULT_READING, Cells, IncomingLead, Reading
from leads.intake.synonyms import header_keys

# How the reasons in history begin of what came by a file.
FROM_A_FILE = "Imported from a file"


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

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        """The lead in a row's cells; raises RowRefused."""
        ...


# The spreadsheet comes last: it recognizes everything.
FILE_IMPORTERS: tuple[FileImporter, ...] = (
    MetaFile(),
    GoHighLevelFile(),
    HubSpotFile(),
    GoogleContactsFile(),
    Spreadsheet(),
)
IMPORTERS_BY_NAME = {importer.name: importer for importer in FILE_IMPORTERS}


KNOWN_HEADERS = frozenset(
    name
    for importer in FILE_IMPORTERS
    for names in importer.columns.values()
    for name in names
)


def is_known_header(header: str) -> bool:
    """Whether any importer reads a column of this name."""
    return not KNOWN_HEADERS.isdisjoint(header_keys(header))


def importer_for(headers: Iterable[str]) -> FileImporter:
    """The importer that reads a file with these headers."""
    keys = frozenset().union(*map(header_keys, headers))
    return next(found for found in FILE_IMPORTERS if found.recognizes(keys))
