"""An import from its first row to its last: chunks, each of them one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db import Error as DatabaseGone
from django.utils import timezone

from leads import privacy
from leads.intake.clinic import add_campaigns, clinic_words
from leads.intake.errors import FileRefused, ImportStopped, RowIsATest, RowRefused
from leads.intake.incoming import IncomingLead
from leads.intake.mapping import Mapping
from leads.intake.notes import Notes
from leads.intake.planning import Plan, plan
from leads.intake.refusals import sentence_for
from leads.intake.result import FailedRow, ImportResult
from leads.intake.statistics import learn_sizes
from leads.intake.table import Row, Table
from leads.intake.writing import carry_out
from leads.matching import Directory
from leads.pipeline import MoveRefused, first_stage

CHUNK_ROWS = 500
# Small, so that what it teaches the planner serves the large ones.
FIRST_CHUNK_ROWS = 50
# Two imports take turns chunk by chunk, so that each sees the other's people.
IMPORT_LOCK = 7_253_011
TEST_LEAD = "<test lead"
NAME_FIELDS = frozenset({"first_name", "full_name"})
# What one row can be guilty of; any other database error ends the import.
ROW_ERRORS = (IntegrityError, DataError, ValidationError)

Progress = Callable[[int], object]
ReadRow = tuple[Row, IncomingLead]
Outcome = tuple[Row, Plan | RowRefused]


@dataclass(frozen=True)
class Options:
    is_dry_run: bool = False
    creates_campaigns: bool = False


def import_table(
    table: Table,
    mapping: Mapping,
    options: Options = Options(),
    progress: Progress = lambda rows: None,
) -> ImportResult:
    """Import every row, or with a dry run say what would happen.

    `progress` is told the number of rows after each chunk. Every chunk commits as a
    whole; who is in already is recognised, so a second run finishes a stopped one.
    Raises FileRefused before anything is written, ImportStopped with a sentence
    when the database goes away. No error carries a value of the file.
    """
    run = None
    try:
        run = _Import(mapping, options)
        rows = table.rows()
        size = FIRST_CHUNK_ROWS
        while chunk := list(islice(rows, size)):
            run.take(chunk)
            progress(len(chunk))
            size = CHUNK_ROWS
    except MoveRefused as error:
        raise FileRefused(str(error)) from None
    except DatabaseGone:
        done = run.rows if run and not options.is_dry_run else 0
        raise ImportStopped(
            f"The database went away after {done:,} rows, which are saved. "
            "Import the file again: it goes on where it stopped."
        ) from None
    return run.result(table)


class _Import:
    """The counts and the words of one run."""

    def __init__(self, mapping: Mapping, options: Options) -> None:
        self.mapping = mapping
        self.options = options
        self.stage = first_stage()
        self.clinic = clinic_words()
        self.directory = Directory()
        self.counts: Counter[str] = Counter()
        self.notes = Notes()
        self.failed: list[FailedRow] = []

    @property
    def rows(self) -> int:
        return self.counts.total()

    def take(self, chunk: list[Row]) -> None:
        """Import one chunk and count what became of its rows."""
        read = list(self._read(chunk))
        leads = [lead for _, lead in read]
        if self.options.creates_campaigns:
            add_campaigns(leads, self.clinic, only_pretend=self.options.is_dry_run)
        if self.options.is_dry_run:
            outcomes = self._decide(read, self.directory)
        else:
            outcomes = self._import(read)
            learn_sizes()
        for row, outcome in outcomes:
            self._count(row, outcome)
        self.notes.compare(leads, self.clinic)

    def result(self, table: Table) -> ImportResult:
        shown = sorted(self.mapping.columns.values())
        return ImportResult(
            title=self.mapping.door.title,
            is_dry_run=self.options.is_dry_run,
            rows=table.row_count,
            created=self.counts["created"],
            updated=self.counts["updated"],
            skipped=self.counts["skipped"],
            failed_rows=tuple(sorted(self.failed, key=lambda row: row.number)),
            failed_headers=tuple(self.mapping.headers[index] for index in shown),
            dropped=self.mapping.dropped,
            notes=self.notes.sentences(),
        )

    def _read(self, chunk: list[Row]) -> Iterator[ReadRow]:
        """The leads in the rows that can be read; the others are counted here."""
        for row in chunk:
            try:
                yield row, self._lead(row)
            except RowIsATest:
                self.counts["skipped"] += 1
                self.notes.test_rows += 1
            except RowRefused as error:
                self._count(row, error)

    def _lead(self, row: Row) -> IncomingLead:
        if any(TEST_LEAD in cell.casefold() for cell in row.cells):
            raise RowIsATest
        width = len(self.mapping.headers)
        if any(row.cells[width:]):
            raise RowRefused(
                f"The row has {len(row.cells)} cells, the headers are {width}."
            )
        cells = self.mapping.cells(row.cells)
        lead = self.mapping.door.read(cells)
        self.notes.observe(lead, cells)
        return lead

    def _import(self, read: list[ReadRow]) -> list[Outcome]:
        try:
            with transaction.atomic():
                _wait_for_other_imports()
                return self._write(read)
        except ROW_ERRORS:
            with transaction.atomic():
                _wait_for_other_imports()
                return [self._alone(row, lead) for row, lead in read]

    def _alone(self, row: Row, lead: IncomingLead) -> Outcome:
        """One row in a savepoint of its own, so that only the guilty one fails."""
        try:
            with transaction.atomic():
                [outcome] = self._write([(row, lead)])
                connection.check_constraints()
                return outcome
        except ROW_ERRORS as error:
            return row, RowRefused(sentence_for(error))

    def _write(self, read: list[ReadRow]) -> list[Outcome]:
        outcomes = self._decide(read, Directory())
        plans = [outcome for _, outcome in outcomes if isinstance(outcome, Plan)]
        carry_out([each for each in plans if not each.is_empty], self.stage)
        return outcomes

    def _decide(self, read: list[ReadRow], directory: Directory) -> list[Outcome]:
        directory.look_up(lead for _, lead in read)
        return [(row, self._plan(lead, directory)) for row, lead in read]

    def _plan(self, lead: IncomingLead, directory: Directory) -> Plan | RowRefused:
        try:
            return plan(
                lead,
                directory,
                self.clinic,
                default_source=self.mapping.door.default_source,
                now=timezone.now(),
            )
        except RowRefused as error:
            return error

    def _count(self, row: Row, outcome: Plan | RowRefused) -> None:
        if isinstance(outcome, RowRefused):
            self.counts["failed"] += 1
            self.failed.append(FailedRow(row.number, str(outcome), self._kept(row)))
        elif outcome.is_new:
            self.counts["created"] += 1
        elif outcome.is_empty:
            self.counts["skipped"] += 1
            self.notes.nothing_new += 1
        else:
            self.counts["updated"] += 1

    def _kept(self, row: Row) -> tuple[str, ...]:
        """The allowed cells of a failed row; of a name only the given name."""
        cells = self.mapping.cells(row.cells)
        by_column = sorted(
            (index, field) for field, index in self.mapping.columns.items()
        )
        return tuple(
            privacy.keep_given_name(cells[field])
            if field in NAME_FIELDS
            else cells[field]
            for _, field in by_column
        )


def _wait_for_other_imports() -> None:
    """Until the transaction ends, no other import's chunk is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
