"""An import from its first row to its last: chunks, each of them one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.db import Error as DatabaseGone
from django.utils import timezone

from leads.intake.errors import FileRefused, ImportStopped, RowIsATest, RowRefused
from leads.intake.files.mapping import Mapping
from leads.intake.files.payload import allowed_cells, is_test
from leads.intake.files.table import Row, Table
from leads.intake.incoming import IncomingLead
from leads.intake.lookups import add_campaigns, clinic_words
from leads.intake.notes import Notes
from leads.intake.planning import Plan, plan
from leads.intake.refusals import sentence_for
from leads.intake.result import FailedRow, ImportResult
from leads.intake.statistics import learn_sizes
from leads.intake.writing import carry_out
from leads.services.matching import Directory
from leads.services.pipeline import MoveRefused, first_stage

CHUNK_ROWS = 500
# Small, so that what it teaches the planner serves the large ones.
FIRST_CHUNK_ROWS = 50
# Two imports take turns chunk by chunk, so that each sees the other's people.
IMPORT_LOCK = 7_253_011
# What one row can be guilty of; any other database error ends the import.
ROW_ERRORS = (IntegrityError, DataError, ValidationError)

Progress = Callable[[int], object]
ReadRow = tuple[Row, IncomingLead]
Outcome = tuple[Row, Plan | RowRefused | RowIsATest]
Remember = Callable[[Sequence[Outcome]], object]


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
        run = Import(mapping, options)
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


class Import:
    """The counts and the words of one run.

    `remember` is told what becomes of a chunk's rows in the transaction that writes
    them, so that both are there or neither.
    """

    def __init__(
        self,
        mapping: Mapping,
        options: Options,
        remember: Remember = lambda outcomes: None,
    ) -> None:
        self.mapping = mapping
        self.options = options
        self.remember = remember
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
        read, refused = self._read(chunk)
        leads = [lead for _, lead in read]
        if self.options.creates_campaigns:
            add_campaigns(leads, self.clinic, only_pretend=self.options.is_dry_run)
        if self.options.is_dry_run:
            outcomes = [*refused, *self._decide(read, self.directory)]
        else:
            outcomes = self._import(read, refused)
            learn_sizes()
        for row, outcome in outcomes:
            self._count(row, outcome)
        self.notes.compare(leads, self.clinic)

    def look_again(self, chunk: list[Row]) -> None:
        """Note what there is to say of rows that an earlier attempt imported."""
        read, refused = self._read(chunk)
        for _, outcome in refused:
            self.notes.test_rows += isinstance(outcome, RowIsATest)
        self.notes.compare([lead for _, lead in read], self.clinic)

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

    def _read(self, chunk: list[Row]) -> tuple[list[ReadRow], list[Outcome]]:
        """The leads in the rows that can be read, and the rows that can't."""
        read: list[ReadRow] = []
        refused: list[Outcome] = []
        for row in chunk:
            try:
                read.append((row, self._lead(row)))
            except (RowIsATest, RowRefused) as error:
                refused.append((row, error))
        return read, refused

    def _lead(self, row: Row) -> IncomingLead:
        if is_test(row):
            raise RowIsATest
        if row.refusal:
            raise RowRefused(row.refusal)
        cells = self.mapping.cells(row.cells)
        lead = self.mapping.door.read(cells)
        self.notes.observe(lead, cells)
        return lead

    def _import(self, read: list[ReadRow], refused: list[Outcome]) -> list[Outcome]:
        try:
            with transaction.atomic():
                _wait_for_other_imports()
                outcomes = [*refused, *self._write(read)]
                self.remember(outcomes)
        except ROW_ERRORS:
            with transaction.atomic():
                _wait_for_other_imports()
                alone = [self._alone(row, lead) for row, lead in read]
                outcomes = [*refused, *alone]
                self.remember(outcomes)
        return outcomes

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

    def _count(self, row: Row, outcome: Plan | RowRefused | RowIsATest) -> None:
        word = became(outcome)
        self.counts[word] += 1
        if isinstance(outcome, RowIsATest):
            self.notes.test_rows += 1
        elif isinstance(outcome, RowRefused):
            self.failed.append(FailedRow(row.number, str(outcome), self._kept(row)))
        elif word == "skipped":
            self.notes.nothing_new += 1

    def _kept(self, row: Row) -> tuple[str, ...]:
        columns = sorted(self.mapping.columns, key=self.mapping.columns.__getitem__)
        return allowed_cells(row, self.mapping, columns)


def became(outcome: Plan | RowRefused | RowIsATest) -> str:
    """`created`, `updated`, `skipped` or `failed`."""
    match outcome:
        case RowRefused():
            return "failed"
        case RowIsATest():
            return "skipped"
        case Plan(is_new=True):
            return "created"
    return "skipped" if outcome.is_empty else "updated"


def _wait_for_other_imports() -> None:
    """Until the transaction ends, no other import's chunk is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
