"""A file from the browser: read, tried or imported, and reported on.

A large one is imported by a worker (`leads.intake.files.background`); any other is
never stored.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leads.intake.files.background import (
    MAX_ROWS_FOR_WORKER,
    MAX_ROWS_IN_REQUEST,
    begin_import,
)
from leads.intake.files.dates import find_date_order
from leads.intake.files.failed_rows import failed_csv
from leads.intake.files.importers import FROM_A_FILE
from leads.intake.files.importing import import_table
from leads.intake.files.mapping import (
    ColumnMapping,
    header_label,
    map_columns,
    places,
)
from leads.intake.files.notes import listed_rows
from leads.intake.files.refusals import FileRefused, ImportStopped
from leads.intake.files.result import ImportResult
from leads.intake.files.table import FileTable, read_table
from leads.intake.incoming import INCOMING_FIELDS
from leads.intake.take_in import ImportOptions
from medspa.audit.actors import acting
from medspa.models import JobRun

LEFT_OUT_LABEL = "Skip"


@dataclass(frozen=True)
class FileColumn:
    """A column of the file and what it may be read as: (value, label, is chosen)."""

    name: str
    choices: tuple[tuple[str, str, bool], ...]

    @property
    def is_used(self) -> bool:
        return not any(
            chosen and label == LEFT_OUT_LABEL for _, label, chosen in self.choices
        )


@dataclass(frozen=True)
class UploadReport:
    """What the page says about a file: a refusal, or columns and a result."""

    refusal: str = ""
    # The refusal came after some rows were saved.
    is_stopped: bool = False
    format_title: str = ""
    columns: tuple[FileColumn, ...] = ()
    result: ImportResult | None = None
    # What the file has, where only its first rows were tried.
    rows_in_file: int = 0
    # A worker imports it.
    work: JobRun | None = None

    @property
    def failures(self) -> list[tuple[str, str]]:
        """Reason and row numbers, the commonest reason first."""
        if not self.result:
            return []
        return failures((row.reason, row.number) for row in self.result.failed_rows)

    @property
    def failed_href(self) -> str:
        """The failed rows as an address that the browser saves; we keep nothing."""
        if not self.result or not self.result.failed:
            return ""
        data = ("\ufeff" + failed_csv(self.result)).encode()
        return f"data:text/csv;charset=utf-8;base64,{b64encode(data).decode()}"


def import_upload(
    data: bytes,
    format_name: str,
    overrides: Sequence[str],
    options: ImportOptions,
    header_row: int = 0,
) -> UploadReport:
    """Import or try the file; a refusal is part of the report, with its columns."""
    try:
        table = read_table(data, header_row, MAX_ROWS_FOR_WORKER)
    except FileRefused as error:
        return UploadReport(str(error))
    try:
        mapping = map_columns(
            table.headers, format_name, overrides, forgive_unknown=True
        )
    except FileRefused as error:
        return UploadReport(str(error), columns=_columns(table, None, overrides))
    return _import(table, mapping, options)


def _import(
    table: FileTable, mapping: ColumnMapping, options: ImportOptions
) -> UploadReport:
    columns = _columns(table, mapping)
    is_large = table.row_count > MAX_ROWS_IN_REQUEST
    if is_large and not options.is_dry_run:
        return UploadReport(work=begin_import(table, mapping, options))
    try:
        with acting(reason=f"{FROM_A_FILE}: {mapping.importer.title}"):
            result = import_table(
                table.first(MAX_ROWS_IN_REQUEST),
                mapping,
                options,
                order=find_date_order(table, mapping),
            )
    except FileRefused as error:
        return UploadReport(str(error), columns=columns)
    except ImportStopped as error:
        return UploadReport(str(error), is_stopped=True, columns=columns)
    return UploadReport(
        format_title=mapping.importer.title,
        columns=columns,
        result=result,
        rows_in_file=table.row_count if is_large else 0,
    )


def failures(failed: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """From reason and number of each failed row: reason and numbers, commonest first.

    `4, 9, 12 and 31 more`
    """
    numbers: dict[str, list[int]] = {}
    for reason, number in failed:
        numbers.setdefault(reason, []).append(number)
    commonest = sorted(numbers.items(), key=lambda item: -len(item[1]))
    return [
        (reason, listed_rows(of_reason, len(of_reason)).partition(" ")[2])
        for reason, of_reason in commonest
    ]


def _columns(
    table: FileTable, mapping: ColumnMapping | None, overrides: Sequence[str] = ()
) -> tuple[FileColumn, ...]:
    """Without a mapping the form was refused, and keeps its `overrides`."""
    return tuple(
        FileColumn(
            header_label(header, index), _choices(place, index, mapping, overrides)
        )
        for index, (header, place) in enumerate(
            zip(table.headers, places(table.headers), strict=True)
        )
        if header
    )


def _choices(
    place: str, index: int, mapping: ColumnMapping | None, overrides: Sequence[str]
) -> tuple[tuple[str, str, bool], ...]:
    """`Header=field` for each field, `Header=` to leave the column out.

    Without a mapping, and for what only the format can read, there is a choice
    that chooses nothing.
    """
    chosen = [f"{place}={mapping.field_of(index)}"] if mapping else overrides
    choices = [
        (f"{place}={field}", label, f"{place}={field}" in chosen)
        for field, label in {"": LEFT_OUT_LABEL, **INCOMING_FIELDS}.items()
    ]
    if not any(is_chosen for _, _, is_chosen in choices):
        choices.append(("", "Detected automatically" if mapping else "Choose…", True))
    return tuple(choices)
