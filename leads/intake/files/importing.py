"""An import of a file from its first row to its last, chunk by chunk."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from django.db import Error as DatabaseError

from leads.intake.database_errors import is_contention
from leads.intake.files.allowed import AllowedCells, is_test_row
from leads.intake.files.dates import DateOrder, find_date_order
from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.notes import Notes
from leads.intake.files.payload import CHUNK_ROWS, FIRST_CHUNK_ROWS
from leads.intake.files.procedures import repeated_words
from leads.intake.files.refusals import FileRefused, ImportStopped
from leads.intake.files.result import FailedRow, ImportResult, file_sentences
from leads.intake.files.table import FileTable
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
from leads.lists.procedure_names import count_unknown_names, may_be_a_procedure
from leads.move_refusals import MoveRefused
from leads.services.tag_suggestions import suggest_tags
from medspa.ids import new_id
from medspa.reading.csv_rows import CsvRow
from medspa.reading.word_keys import key

# Somebody may be saving one of a chunk's leads; then the chunk is tried again.
CHUNK_ATTEMPTS = 3
Remember = Callable[[Sequence[CsvRow], RowResults, Notes], object]


def import_table(
    table: FileTable,
    mapping: ColumnMapping,
    options: ImportOptions = DEFAULT_OPTIONS,
    report_rows: Callable[[int], object] = lambda rows: None,
    order: DateOrder | None = None,
) -> ImportResult:
    """Import every row, or with a dry run say what would happen.

    `report_rows` gets the number of rows after each chunk; `order` is that of the
    dates, where more is known than this table. Every chunk commits as a whole; who is
    in already is recognized, so a second run finishes a stopped one. Raises FileRefused
    before anything is written, ImportStopped with a sentence when the database goes
    away or a lead stays locked. No error carries a value of the file.
    """
    run = None
    try:
        run = FileImport(
            mapping,
            options,
            order or find_date_order(table, mapping),
            may_be_named=_repeated_in(table, mapping),
            batch="" if options.is_dry_run else new_id(),
        )
        rows = table.rows()
        size = FIRST_CHUNK_ROWS
        while chunk := list(islice(rows, size)):
            run.take_in(chunk)
            report_rows(len(chunk))
            size = CHUNK_ROWS
    except MoveRefused as refusal:
        raise FileRefused(str(refusal)) from None
    except DatabaseError as error:
        done = run.row_count if run and not options.is_dry_run else 0
        raise ImportStopped(_why_stopped(error, done)) from None
    return run.result(table)


def _repeated_in(table: FileTable, mapping: ColumnMapping) -> Callable[[str], bool]:
    repeated = repeated_words(table, mapping)
    return lambda word: key(word) in repeated


def _why_stopped(error: DatabaseError, done: int) -> str:
    why = (
        "Someone else was saving or importing these leads for too long"
        if is_contention(error)
        else "The database went away"
    )
    return (
        f"{why} after {done:,} rows, which are saved. "
        "Import the file again: it continues where it stopped."
    )


class FileImport:
    """The counts, notes and failed rows of one file's import.

    `remember` gets a chunk's rows, their results and what was noted of them, in the
    transaction that writes them. `may_be_named` says whether an unknown procedure may
    be kept; of rows that waited for a worker no other words are left.
    """

    def __init__(
        self,
        mapping: ColumnMapping,
        options: ImportOptions,
        order: DateOrder,
        remember: Remember = lambda rows, results, notes: None,
        may_be_named: Callable[[str], bool] = may_be_a_procedure,
        batch: str = "",
    ) -> None:
        self.mapping, self.order = mapping, order
        importer = mapping.importer
        self.batch = batch
        self.intake = IntakeRun(importer.default_source, options, importer.name, batch)
        self.remember, self.may_be_named = remember, may_be_named
        self.counts: Counter[str] = Counter()
        self.notes = Notes()
        self.failed: list[FailedRow] = []

    @property
    def row_count(self) -> int:
        return self.counts.total()

    def take_in(self, chunk: Sequence[CsvRow]) -> None:
        """Import one chunk and count what became of its rows."""
        for attempt in range(1, CHUNK_ATTEMPTS + 1):
            try:
                return self._take_in(chunk)
            except DatabaseError as error:
                if attempt == CHUNK_ATTEMPTS or not is_contention(error):
                    raise
        return None

    def _take_in(self, chunk: Sequence[CsvRow]) -> None:
        seen = Notes()
        leads, unreadable = self._read(chunk, seen)
        noted = Notes()

        def remember(results: RowResults) -> None:
            nonlocal noted
            # Called again when a chunk is written row by row.
            noted = Notes()
            noted.add(seen)
            noted.compare(leads, self.intake.names, self.may_be_named)
            noted.results(results)
            self.remember(chunk, results, noted)
            if not self.intake.options.is_dry_run:
                suggest_tags({tag: n for tag, n in noted.unknown_tags.items() if tag})
                count_unknown_names(noted.unknown_procedures)

        results = take_in(self.intake, leads, unreadable, remember)
        allowed = AllowedCells(self.mapping, self.intake.names)
        for row in chunk:
            self._count(row, results[row.number], allowed)
        self.notes.add(noted)

    def result(self, table: FileTable) -> ImportResult:
        return ImportResult(
            title=self.mapping.importer.title,
            is_dry_run=self.intake.options.is_dry_run,
            rows=table.row_count,
            batch=self.batch,
            created=self.counts["created"],
            updated=self.counts["updated"],
            restored=self.counts["restored"],
            skipped=self.counts["skipped"],
            failed_rows=tuple(sorted(self.failed, key=lambda row: row.number)),
            failed_headers=tuple(
                self.mapping.headers[index] for index, _ in self.mapping.used
            ),
            dropped=self.mapping.dropped,
            notes=(
                *file_sentences(self.mapping, self.order),
                *self.notes.sentences(),
            ),
        )

    def _read(
        self, chunk: Sequence[CsvRow], notes: Notes
    ) -> tuple[dict[int, IncomingLead], dict[int, RowRefused | SkippedTestRow]]:
        """By row number: the leads that can be read, and why the others can't."""
        leads: dict[int, IncomingLead] = {}
        unreadable: dict[int, RowRefused | SkippedTestRow] = {}
        for row in chunk:
            try:
                leads[row.number] = self._lead(row, notes)
            except SkippedTestRow as reason:
                notes.note("test_rows")
                unreadable[row.number] = reason
            except RowRefused as reason:
                unreadable[row.number] = reason
        return leads, unreadable

    def _lead(self, row: CsvRow, notes: Notes) -> IncomingLead:
        if is_test_row(row):
            raise SkippedTestRow
        if row.refusal:
            raise RowRefused(row.refusal)
        cells = self.mapping.cells(row.cells)
        lead = self.mapping.importer.read(cells, self.order.reading)
        notes.observe(row.number, lead, cells)
        return lead

    def _count(self, row: CsvRow, result: RowResult, allowed: AllowedCells) -> None:
        self.counts[status_of(result)] += 1
        if isinstance(result, RowRefused):
            cells = allowed.for_people(row)
            self.failed.append(FailedRow(row.number, str(result), cells))
