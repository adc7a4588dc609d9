"""Importing a large file in a worker: its rows wait encrypted, chunks count themselves.

Each chunk's leads and counts are written in one transaction. A worker that goes on
after a killed one begins behind the last chunk that was written, and the counts add up.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from leads.intake.files.failed_rows import failed_rows_csv
from leads.intake.files.importing import CHUNK_ROWS, FIRST_CHUNK_ROWS, FileImport
from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.payload import ImportPayload, make_payload
from leads.intake.files.result import FailedRow
from leads.intake.files.table import FileTable
from leads.intake.take_in import ImportOptions, RowResults, status_of
from leads.models import ImportFile
from medspa.audit.actors import acting, current_actor
from medspa.ids import new_id
from medspa.jobs.progress import JobCanceled, JobProgress
from medspa.jobs.registry import start_job
from medspa.json_shapes import Schema
from medspa.models import JobRun

IMPORT = "leads.import"
# What one request does in good time.
MAX_ROWS_IN_REQUEST = 500
FAILED_ROWS_KEPT = timedelta(hours=24)
LONGEST_REASON = 300
COUNT_FIELDS = ["created", "updated", "skipped", "failed_rows", "failed_reasons"]
# The last condition: only a worker that knows all chunks before this one counts it.
COUNT_CHUNK_SQL = """
    UPDATE leads_importfile SET
        created = created + %s, updated = updated + %s, skipped = skipped + %s,
        failed_rows = failed_rows || %s::integer[],
        failed_reasons = failed_reasons || %s::varchar[]
    WHERE id = %s
        AND created + updated + skipped + cardinality(failed_rows) = %s
"""


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
        IMPORT,
        ImportArguments(file=file.pk, creates_campaigns=options.creates_campaigns),
        title=f"Import {file.rows:,} rows: {mapping.importer.title}",
        by=current_actor().user,
        after=reverse("lead_imported", args=[file.pk]),
        total=file.rows,
    )
    file.content = make_payload(table, mapping).model_dump_json()
    file.save(force_insert=True)
    return file.work


def carry_out(arguments: ImportArguments, progress: JobProgress) -> str:
    """Import the rows that are not in yet; a sentence about all of them.

    Raises Cancelled between two chunks, and MoveRefused when there is no stage that
    new leads enter.
    """
    file = ImportFile.objects.get(pk=arguments.file)
    options = ImportOptions(creates_campaigns=arguments.creates_campaigns)
    progress.of(file.rows, done=file.done)
    if file.left:
        try:
            _import(file, options, progress)
        except JobCanceled:
            # Or another worker has the run by now, and needs the rows.
            if JobRun.objects.get(pk=file.work_id).cancel_asked_at:
                finalize(file.pk)
            raise
    return file.sentence


def _import(file: ImportFile, options: ImportOptions, progress: JobProgress) -> None:
    payload = read_payload(file)
    mapping = payload.mapping
    with acting(reason=f"Imported from a file: {mapping.importer.title}"):
        run = FileImport(mapping, options, lambda results: _count_chunk(file, results))
        if file.done:
            run.note_imported(payload.rows_from(0, file.done))
        while file.left:
            done_before = file.done
            size = CHUNK_ROWS if done_before else FIRST_CHUNK_ROWS
            _take_in(run, payload, done_before, size)
            file.refresh_from_db(fields=COUNT_FIELDS)
            progress.step(file.done - done_before)
    run.notes.cut_names = payload.cut_names
    run.notes.nothing_new = file.skipped - run.notes.test_rows
    finalize(file.pk, run.notes.sentences())


def _take_in(run: FileImport, payload: ImportPayload, start: int, size: int) -> None:
    chunk = payload.rows_from(start, size)
    try:
        run.take_in(chunk)
    except Overtaken:
        run.note_imported(chunk)


def _count_chunk(file: ImportFile, results: RowResults) -> None:
    """Count the chunk, as a part of the transaction that writes it."""
    statuses = [status_of(result) for result in results.values()]
    failed = sorted(
        (number, str(result)[:LONGEST_REASON])
        for number, result in results.items()
        if status_of(result) == "failed"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_CHUNK_SQL,
            [
                *(statuses.count(word) for word in ("created", "updated", "skipped")),
                [number for number, _ in failed],
                [reason for _, reason in failed],
                file.pk,
                file.done,
            ],
        )
        if not cursor.rowcount:
            raise Overtaken


def read_payload(file: ImportFile) -> ImportPayload:
    return ImportPayload.model_validate_json(file.content)


@transaction.atomic
def finalize(file_id: str, notes: Sequence[str] = ()) -> None:
    """After the import: delete every stored row but the failed ones, add the notes."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    if file.is_settled or not file.content:
        return
    payload, failed = read_payload(file), set(file.failed_rows)
    rows = tuple(row for row in payload.rows if row.number in failed)
    rest = payload.model_copy(update={"rows": rows, "notes": tuple(notes)})
    file.content, file.is_settled = rest.model_dump_json(), True
    file.save(update_fields=["content", "is_settled"])


def finalize_ended() -> None:
    """Finalize imports that were canceled before a worker had them."""
    unsettled = ImportFile.objects.filter(is_settled=False).select_related("work")
    for file in unsettled.defer("content"):
        if not file.work.is_active:
            finalize(file.pk)


def delete_old_failed_rows() -> int:
    """Delete failed rows that nobody downloaded for a day; returns how many imports."""
    since = timezone.now() - FAILED_ROWS_KEPT
    old = ImportFile.objects.filter(work__finished_at__lt=since).exclude(content=b"")
    return old.update(content=b"")


@transaction.atomic
def take_failed_rows(file_id: str) -> str:
    """The failed rows as CSV, deleting them; empty when they are deleted already."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    if not file.content:
        return ""
    payload = read_payload(file)
    reasons = dict(zip(file.failed_rows, file.failed_reasons, strict=True))
    rows = [
        FailedRow(row.number, reasons[row.number], row.cells)
        for row in payload.rows
        if row.number in reasons
    ]
    ImportFile.objects.filter(pk=file.pk).update(content=b"")
    return failed_rows_csv(payload.headers, rows)
