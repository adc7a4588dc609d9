"""The parts of an export: ids of leads, and of a stored file also its bytes."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator

from api.exports.models import LeadExport, LeadExportChunk
from leads.lead_list.export import EXPORT_FORMATS, ExportSource, counted_rows
from leads.lead_list.export_rows import ExportRows
from leads.models import ExportLog, Lead
from medspa.jobs.progress import JobProgress

# A part is compressed, encrypted and read as one.
PART_LENGTH = 1024 * 1024


def store_chunks(
    export: LeadExport, ids: Iterable[list[str]], progress: JobProgress
) -> ExportLog:
    """Store the ids, and the file if the export has a form; a log that isn't saved.

    Each part of the file is stored with the leads that were read since the part before.
    """
    counts = ExportLog()
    writer = _Writer(export)
    if not export.form:
        for some in ids:
            counts.row_count += len(some)
            writer.read += some
            writer.store()
            progress.step(len(some))
        return counts
    rows = ExportRows(Lead.all_objects.all())
    source = ExportSource(writer.noted(ids, progress), rows)
    for piece in EXPORT_FORMATS[export.form].write(
        rows.headers, counted_rows(source, counts)
    ):
        writer.content += piece
        if len(writer.content) >= PART_LENGTH:
            writer.store()
    writer.store()
    return counts


def stored_pieces(export: LeadExport) -> Iterator[bytes]:
    for chunk in export.chunks.iterator(chunk_size=2):
        yield zlib.decompress(b64decode(chunk.content))


class _Writer:
    """Gathers what the next part holds."""

    def __init__(self, export: LeadExport) -> None:
        self.export = export
        self.number = 0
        self.read: list[str] = []
        self.content = bytearray()

    def noted(
        self, ids: Iterable[list[str]], progress: JobProgress
    ) -> Iterator[list[str]]:
        for some in ids:
            self.read += some
            yield some
            progress.step(len(some))

    def store(self) -> None:
        content = b64encode(zlib.compress(self.content, 1)).decode()
        LeadExportChunk.objects.create(
            export=self.export,
            number=self.number,
            lead_ids=self.read,
            content=content if self.content else "",
        )
        self.number += 1
        self.read = []
        self.content.clear()
