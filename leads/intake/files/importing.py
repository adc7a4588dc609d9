"""An import of a file from its first row to its last, chunk by chunk."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from django.db import Error as DatabaseGone

from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.notes import Notes
from leads.intake.files.payload import allowed_cells, is_test_row
from leads.intake.files.refusals import FileRefused, ImportStopped
from leads.intake.files.result import FailedRow, ImportResult
from leads.intake.files.table import FileRow, FileTable
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused, SkippedTestRow
from leads.intake.take_in import (
    DEFAULT_OPTIONS,
    ImportOptions,
    IntakeRun,
    RowResult,
    RowResults,
    status_of,
    take_in,
)
from leads.services.pipeline import MoveRefused

CHUNK_ROWS = 500
# Small, so that the statistics of its rows serve the planner for the large ones.
FIRST_CHUNK_ROWS = 50


def import_table(
    table: FileTable,
    mapping: ColumnMapping,
    options: ImportOptions = DEFAULT_OPTIONS,
    report_rows: Callable[[int], object] = lambda rows: None,
) -> ImportResult:
    """Import every row, or with a dry run say what would happen.

    `report_rows` gets the number of rows after each chunk. Every chunk commits as a
    whole; who is in already is recognized, so a second run finishes a stopped one.
    Raises FileRefused before anything is written, ImportStopped with a sentence
    when the database goes away. No error carries a value of the file.
    """
    run = None
    try:
        run = FileImport(mapping, options)
        rows = table.rows()
        size = FIRST_CHUNK_ROWS
        while chunk := list(islice(rows, size)):
            run.take_in(chunk)
            report_rows(len(chunk))
            size = CHUNK_ROWS
    except MoveRefused as refusal:
        raise FileRefused(str(refusal)) from None
    except DatabaseGone:
        done = run.row_count if run and not options.is_dry_run else 0
        raise ImportStopped(
            f"The database went away after {done:,} rows, which are saved. "
            "Import the file again: it goes on where it stopped."
        ) from None
    return run.result(table)


class FileImport:
    """The counts, notes and failed rows of one file's import.

    `remember` is as in `IntakeRun`.
    """

    def __init__(
        self,
        mapping: ColumnMapping,
        options: ImportOptions,
        remember: Callable[[RowResults], object] = lambda results: None,
    ) -> None:
        self.mapping = mapping
        self.intake = IntakeRun(mapping.importer.default_source, options, remember)
        self.counts: Counter[str] = Counter()
        self.notes = Notes()
        self.failed: list[FailedRow] = []

    @property
    def row_count(self) -> int:
        return self.counts.total()

    def take_in(self, chunk: Sequence[FileRow]) -> None:
        """Import one chunk and count what became of its rows."""
        leads, unreadable = self._read(chunk)
        results = take_in(self.intake, leads, unreadable)
        for row in chunk:
            self._count(row, results[row.number])
        self.notes.compare(leads.values(), self.intake.names)

    def note_imported(self, chunk: Sequence[FileRow]) -> None:
        """Note what there is to say of rows that an earlier attempt imported."""
        leads, unreadable = self._read(chunk)
        for reason in unreadable.values():
            self.notes.test_rows += isinstance(reason, SkippedTestRow)
        self.notes.compare(leads.values(), self.intake.names)

    def result(self, table: FileTable) -> ImportResult:
        allowed = sorted(self.mapping.columns.values())
        return ImportResult(
            title=self.mapping.importer.title,
            is_dry_run=self.intake.options.is_dry_run,
            rows=table.row_count,
            created=self.counts["created"],
            updated=self.counts["updated"],
            skipped=self.counts["skipped"],
            failed_rows=tuple(sorted(self.failed, key=lambda row: row.number)),
            failed_headers=tuple(self.mapping.headers[index] for index in allowed),
            dropped=self.mapping.dropped,
            notes=self.notes.sentences(),
        )

    def _read(
        self, chunk: Sequence[FileRow]
    ) -> tuple[dict[int, IncomingLead], dict[int, RowRefused | SkippedTestRow]]:
        """By row number: the leads that can be read, and why the others can't."""
        leads: dict[int, IncomingLead] = {}
        unreadable: dict[int, RowRefused | SkippedTestRow] = {}
        for row in chunk:
            try:
                leads[row.number] = self._lead(row)
            except (SkippedTestRow, RowRefused) as reason:
                unreadable[row.number] = reason
        return leads, unreadable

    def _lead(self, row: FileRow) -> IncomingLead:
        if is_test_row(row):
            raise SkippedTestRow
        if row.refusal:
            raise RowRefused(row.refusal)
        cells = self.mapping.cells(row.cells)
        lead = self.mapping.importer.read(cells)
        self.notes.observe(lead, cells)
        return lead

    def _count(self, row: FileRow, result: RowResult) -> None:
        status = status_of(result)
        self.counts[status] += 1
        if isinstance(result, SkippedTestRow):
            self.notes.test_rows += 1
        elif isinstance(result, RowRefused):
            self.failed.append(FailedRow(row.number, str(result), self._cells(row)))
        elif status == "skipped":
            self.notes.nothing_new += 1

    def _cells(self, row: FileRow) -> tuple[str, ...]:
        """The allowed cells, in the order of the file's columns."""
        fields = sorted(self.mapping.columns, key=self.mapping.columns.__getitem__)
        return allowed_cells(row, self.mapping, fields)
