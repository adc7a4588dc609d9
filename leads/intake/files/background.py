"""Importing a large file in a worker: its rows wait encrypted, chunks count themselves.

Each chunk's leads and counts are written in one transaction. A worker that goes on
after a killed one begins behind the last chunk that was written, and the counts add up.
Neither the request nor the worker holds more than one chunk beside the file itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Func, Value
from django.urls import reverse
from django.utils import timezone

from leads.intake.files.allowed import AllowedCells
from leads.intake.files.failed_rows import failed_rows_csv
from leads.intake.files.importers import FROM_A_FILE
from leads.intake.files.importing import FileImport
from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.notes import Notes
from leads.intake.files.payload import (
    ImportPayload,
    PayloadRow,
    PayloadRows,
    PayloadWriter,
)
from leads.intake.files.result import FailedRow
from leads.intake.files.table import FileTable
from leads.intake.lookups import read_clinic_names
from leads.intake.take_in import ImportOptions, RowResults, status_of
from leads.models import ImportChunk, ImportFile
from medspa.audit.actors import acting, current_actor
from medspa.formats.plurals import counted
from medspa.ids import new_id
from medspa.jobs.progress import JobCanceled, JobProgress
from medspa.jobs.registry import start_job
from medspa.json_columns import Schema
from medspa.models import JobRun
from medspa.reading.csv_rows import CsvRow

IMPORT_JOB = "leads.import"
# What one request does in good time.
MAX_ROWS_IN_REQUEST = 500
# What one request reads and stores for a worker, in a few seconds.
MAX_ROWS_FOR_WORKER = 100_000
FAILED_ROWS_KEPT = timedelta(hours=24)
LONGEST_REASON = 300
COUNT_FIELDS = [
    "created",
    "updated",
    "restored",
    "skipped",
    "failed_rows",
    "failed_reasons",
    "content",
]
COUNTED = ("created", "updated", "restored", "skipped")


class ImportArguments(Schema):
    file: str
    creates_campaigns: bool = False


class Overtaken(Exception):
    """Another worker has just written this chunk; this one was thought to be dead."""


@transaction.atomic
def begin_import(
    table: FileTable, mapping: ColumnMapping, options: ImportOptions
) -> JobRun:
    """Store the rows encrypted and have a worker import them."""
    file = ImportFile(id=new_id(), rows=table.row_count)
    file.work = start_job(
        IMPORT_JOB,
        ImportArguments(file=file.pk, creates_campaigns=options.creates_campaigns),
        title=f"Import {counted(file.rows, 'row', 'rows')}: {mapping.importer.title}",
        by=current_actor().user,
        after=reverse("lead_imported", args=[file.pk]),
        total=file.rows,
    )
    file.save(force_insert=True)
    writer = PayloadWriter(table, mapping, read_clinic_names(mapping.importer.name))
    for number, rows in enumerate(writer.chunks()):
        ImportChunk.objects.create(
            file=file, number=number, content=rows.model_dump_json()
        )
    _write(file, writer.payload)
    return file.work


def carry_out(arguments: ImportArguments, progress: JobProgress) -> str:
    """Import the rows that are not in yet; a sentence about all of them.

    Raises JobCanceled between two chunks, and MoveRefused when there is no stage that
    new leads enter.
    """
    file = ImportFile.objects.get(pk=arguments.file)
    options = ImportOptions(creates_campaigns=arguments.creates_campaigns)
    progress.of(file.rows, done=file.done)
    if file.left:
        _import(file, options, progress)
    finalize(file.pk)
    return file.sentence


def _import(file: ImportFile, options: ImportOptions, progress: JobProgress) -> None:
    payload = read_payload(file)
    mapping = payload.mapping
    with acting(reason=f"{FROM_A_FILE}: {mapping.importer.title}"):
        run = FileImport(
            mapping,
            options,
            payload.order,
            partial(_remember, file),
            batch=file.pk,
        )
        while file.left and (chunk := file.chunks.filter(is_done=False).first()):
            done_before = file.done
            rows = PayloadRows.model_validate_json(chunk.content).file_rows()
            with suppress(Overtaken):
                run.take_in(rows)
            file.refresh_from_db(fields=COUNT_FIELDS)
            try:
                progress.step(file.done - done_before)
            except JobCanceled:
                # Too late to cancel what is done.
                if file.left:
                    raise


def _remember(
    file: ImportFile, rows: Sequence[CsvRow], results: RowResults, notes: Notes
) -> None:
    """Count the chunk and keep its failed rows, in the transaction that writes it."""
    count_chunk(file, results)
    payload = read_payload(file)
    payload.notes.add(notes)
    _write(file, payload)
    failed = {pk for pk, result in results.items() if status_of(result) == "failed"}
    names = read_clinic_names(payload.mapping.importer.name)
    allowed = AllowedCells(payload.mapping, names)
    chunk = file.chunks.filter(is_done=False)[0]
    chunk.is_done = True
    chunk.content = PayloadRows(
        rows=tuple(
            PayloadRow(number=row.number, cells=allowed.for_people(row))
            for row in rows
            if row.number in failed
        )
    ).model_dump_json()
    if failed:
        chunk.save()
    else:
        chunk.delete()


def count_chunk(file: ImportFile, results: RowResults) -> None:
    """Add the rows to the file's counts; raises Overtaken if somebody else has."""
    statuses = [status_of(result) for result in results.values()]
    failed = sorted(
        (number, str(result)[:LONGEST_REASON])
        for number, result in results.items()
        if status_of(result) == "failed"
    )
    # Only a worker that knows all chunks before this one counts it.
    unchanged = ImportFile.objects.filter(
        **{name: getattr(file, name) for name in COUNTED},
        pk=file.pk,
        is_settled=False,
        failed_rows__len=file.failed,
    )
    is_counted = unchanged.update(
        **{name: F(name) + statuses.count(name) for name in COUNTED},
        failed_rows=_appended("failed_rows", [number for number, _ in failed]),
        failed_reasons=_appended("failed_reasons", [reason for _, reason in failed]),
    )
    if not is_counted:
        raise Overtaken


def _appended(column: str, values: list[Any]) -> Func:
    field: Any = ImportFile._meta.get_field(column)
    added = Value(values, output_field=field)
    return Func(F(column), added, function="array_cat", output_field=field)


def read_payload(file: ImportFile) -> ImportPayload:
    return ImportPayload.model_validate_json(file.content)


def _write(file: ImportFile, payload: ImportPayload) -> None:
    file.content = payload.model_dump_json()
    file.save(update_fields=["content"])


@transaction.atomic
def finalize(file_id: str) -> None:
    """After the import: delete the stored rows that were not reached."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    file.chunks.filter(is_done=False).delete()
    ImportFile.objects.filter(pk=file.pk).update(is_settled=True)


def finalize_ended() -> None:
    """Finalize imports whose run ended while nobody could clean up after it."""
    unsettled = ImportFile.objects.filter(is_settled=False).select_related("work")
    for file in unsettled.defer("content"):
        if not file.work.is_active:
            finalize(file.pk)


def delete_old_failed_rows() -> int:
    """Delete failed rows that nobody downloaded for a day; returns how many imports."""
    since = timezone.now() - FAILED_ROWS_KEPT
    old = ImportFile.objects.filter(work__finished_at__lt=since)
    ImportChunk.objects.filter(file__in=old).delete()
    return old.exclude(content=b"").update(content=b"")


def has_failed_rows(file: ImportFile) -> bool:
    return bool(file.content) and file.chunks.filter(is_done=True).exists()


@transaction.atomic
def take_failed_rows(file_id: str) -> str:
    """The failed rows as CSV, deleting them; empty when they are deleted already."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    chunks = file.chunks.filter(is_done=True)
    if not file.content or not chunks:
        return ""
    reasons = dict(zip(file.failed_rows, file.failed_reasons, strict=True))
    text = failed_rows_csv(read_payload(file).headers, _failed(chunks, reasons))
    chunks.delete()
    return text


def _failed(
    chunks: Iterable[ImportChunk], reasons: dict[int, str]
) -> Iterator[FailedRow]:
    for chunk in chunks:
        for row in PayloadRows.model_validate_json(chunk.content).rows:
            yield FailedRow(row.number, reasons[row.number], row.cells)
