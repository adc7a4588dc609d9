"""Importing a file of payments or appointments: tried first, then for good.

A trial is the import itself in a transaction that is rolled back, so what it says is
what happens.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from connections.file_systems import FILE_SYSTEMS
from connections.files.dates import find_date_order
from connections.files.in_worker import begin_in_worker
from connections.files.kinds import FILE_KINDS, FileKind
from connections.files.mapping import FileMapping, map_columns
from connections.files.reading import RowReader, RowSkipped
from connections.files.taking import ReadRows, take_rows
from connections.models import Connection, FileColumns
from connections.taking_in import ItemResult, ItemSource
from connections.taking_in.ledger import begin_batch
from leads.intake.files.importers import FROM_A_FILE
from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import FileTable, read_table
from leads.intake.refusals import RowRefused
from leads.lists.procedure_names import may_be_a_procedure
from medspa import clock
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_zone
from medspa.ids import new_id
from medspa.models import JobRun
from medspa.reading.word_keys import key

# What one request takes in in good time, and tries of a larger file.
MOST_ROWS_AT_ONCE = 2_000
# What one request reads and stores for a worker.
MOST_FILE_ROWS = 50_000
MOST_SERVICES = 60
TRIED = f"The file is large: the preview tries its first {MOST_ROWS_AT_ONCE:,} events."


@dataclass(frozen=True)
class FileChoices:
    """What was chosen for a file; `columns` and `services` of None are as kept."""

    system: str
    kind: str
    columns: Mapping[str, str] | None = None
    services: tuple[str, ...] | None = None
    is_trial: bool = True
    header_row: int = 0
    most_rows: int = MOST_FILE_ROWS


@dataclass(frozen=True)
class FileReport:
    """What came of a file. `outcomes` are of events; rows are by their numbers."""

    mapping: FileMapping
    is_trial: bool
    batch: str = ""
    # The run of the worker that takes in a large file.
    run: JobRun | None = None
    rows: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, Sequence[int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    # Name, rows, and whether it is chosen as a consult.
    services: Sequence[tuple[str, int, bool]] = ()

    @property
    def counts(self) -> list["OutcomeCount"]:
        """The outcomes that there are, in the order in which people ask for them.

        Rows that could not be read failed as those that could not be recorded.
        """
        tense = "would be " if self.is_trial else ""
        failed = sum(len(rows) for rows in self.refused.values())
        numbers = {**self.outcomes, "refused": failed}
        return [
            OutcomeCount(numbers[outcome], f"{before}{label}")
            for outcome, before, label in (
                ("created", tense, "recorded"),
                ("updated", tense, "changed"),
                ("unchanged", "", "already known"),
                ("duplicate", "", "already recorded by hand or another system"),
                ("parked", tense, "waiting"),
                ("refused", "", "failed"),
            )
            if numbers.get(outcome)
        ]


@dataclass(frozen=True)
class OutcomeCount:
    """How many events had an outcome, in words."""

    events: int
    label: str


def import_file(data: bytes, choices: FileChoices) -> FileReport:
    """Raises FileRefused, with nothing written."""
    kind = _kind_of(choices)
    table = read_table(data, choices.header_row, choices.most_rows)
    kept = FileColumns.of(choices.system, kind.name)
    columns = kept.columns if choices.columns is None else choices.columns
    services = kept.services if choices.services is None else choices.services
    mapping = map_columns(kind, table.headers, columns)
    order = find_date_order(table.rows(), mapping)
    reader = _reader(choices.system, kind, order.is_day_first, services)
    read = _read(table, mapping, reader)
    source = ItemSource(choices.system, reader.account, batch=new_id())
    is_large = len(read.events) > MOST_ROWS_AT_ONCE
    run, results, notes = None, [], order.sentences
    title = f"{FILE_SYSTEMS[choices.system]}: {kind.title.lower()}"
    with acting(reason=f"{FROM_A_FILE}: {FILE_SYSTEMS[choices.system]}"):
        if not choices.is_trial:
            begin_batch(title, batch_id=source.batch)
        if is_large and not choices.is_trial:
            run = begin_in_worker(read, source, title)
        elif is_large:
            notes = (*notes, TRIED)
            first = replace(read, events=read.events[:MOST_ROWS_AT_ONCE])
            results = take_rows(first, source, is_trial=True)
            read = replace(read, events=first.events)
        else:
            results = take_rows(read, source, is_trial=choices.is_trial)
    if not choices.is_trial:
        saved = mapping.saved().model_copy(update={"services": tuple(services)})
        FileColumns.keep(choices.system, kind.name, saved)
    return FileReport(
        mapping=mapping,
        is_trial=choices.is_trial,
        batch="" if choices.is_trial else source.batch,
        rows=table.row_count,
        outcomes=dict(Counter(one.outcome.value for one in results)),
        # Plain dicts: a template finds a Counter's `items` to be 0.
        waiting=dict(
            Counter(one.sentence for one in results if one.outcome == "parked")
        ),
        skipped=dict(read.skipped),
        refused=read.refused if run else _refused(read, results),
        notes=notes,
        run=run,
        services=_services(table, mapping, frozenset(services)),
    )


def _reader(
    system: str, kind: FileKind, is_day_first: bool, services: Iterable[str]
) -> RowReader:
    return RowReader(
        system=system,
        account=account_of(system),
        kind=kind,
        zone=ZoneInfo(str(clinic_zone())),
        now=clock.now(),
        is_day_first=is_day_first,
        services=frozenset(services),
    )


def _kind_of(choices: FileChoices) -> FileKind:
    if choices.system not in FILE_SYSTEMS or choices.kind not in FILE_KINDS:
        raise FileRefused("Choose the system and what the file contains.")
    return FILE_KINDS[choices.kind]


def account_of(system: str) -> str:
    """The account of the system's only connection, whose ids the file has, too."""
    accounts = Connection.objects.filter(door=system).values_list("account", flat=True)
    found = list(accounts[:2])
    return found[0] if len(found) == 1 else ""


def _read(table: FileTable, mapping: FileMapping, reader: RowReader) -> ReadRows:
    read = ReadRows()
    earlier: set[tuple[str, ...]] = set()
    for row in table.rows():
        if row.refusal:
            read.refuse(row.number, row.refusal)
        elif row.cells in earlier:
            read.skipped["the same as an earlier row"] += 1
        else:
            earlier.add(row.cells)
            try:
                found = reader.read(mapping.cells(row.cells))
            except RowSkipped as skipped:
                read.skipped[skipped.why] += 1
            except RowRefused as refusal:
                read.refuse(row.number, refusal.sentence)
            else:
                read.events.extend((row.number, event) for event in found)
    return read


def _refused(
    read: ReadRows, results: Sequence[ItemResult]
) -> Mapping[str, Sequence[int]]:
    """Reason → rows, of those that couldn't be read and that were not taken."""
    for (number, _), result in zip(read.events, results, strict=True):
        if result.outcome == "refused":
            read.refuse(number, result.sentence or "This person was erased.")
    return read.refused


def _services(
    table: FileTable, mapping: FileMapping, chosen: frozenset[str]
) -> Sequence[tuple[str, int, bool]]:
    """The services of a file of appointments that may be shown, the commonest first."""
    counts: Counter[str] = Counter()
    for row in table.rows():
        if row.cells and (cells := mapping.cells(row.cells).get("service")):
            counts[cells[0]] += 1
    return [
        (name, rows, key(name) in chosen)
        for name, rows in counts.most_common(MOST_SERVICES)
        if may_be_a_procedure(name)
    ]
