"""Importing a large file by a worker: kept sealed, in chunks that count themselves.

Each chunk's leads and counts are written in one transaction, so who goes on after a
killed worker begins behind the last chunk that is in, and the counts add up.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from leads.intake.files.failed_rows import csv_of
from leads.intake.files.mapping import Mapping
from leads.intake.files.payload import Kept, keep
from leads.intake.files.table import Table
from leads.intake.result import FailedRow
from leads.intake.take_in import (
    CHUNK_ROWS,
    FIRST_CHUNK_ROWS,
    Import,
    Options,
    Outcome,
    became,
)
from leads.models import ImportFile
from medspa.audit.actors import acting, current_actor
from medspa.ids import new_id
from medspa.jobs.progress import Cancelled, Steps
from medspa.jobs.registry import begin
from medspa.json_shapes import Shape
from medspa.models import LongRun

IMPORT = "leads.import"
# What one request does in good time.
MOST_IN_REQUEST = 500
FAILED_ROWS_KEPT = timedelta(hours=24)
LONGEST_REASON = 300
# Only the worker that knows of all chunks before this one counts it.
COUNT = """
    UPDATE leads_importfile SET
        created = created + %s, updated = updated + %s, skipped = skipped + %s,
        failed_rows = failed_rows || %s::integer[],
        failed_reasons = failed_reasons || %s::varchar[]
    WHERE id = %s
        AND created + updated + skipped + cardinality(failed_rows) = %s
"""


class ImportArguments(Shape):
    file: str
    creates_campaigns: bool = False


class Overtaken(Exception):
    """Another worker, thought dead, has just written this chunk."""


@transaction.atomic
def begin_import(table: Table, mapping: Mapping, options: Options) -> LongRun:
    """Keep the rows sealed and have a worker import them."""
    file = ImportFile(id=new_id(), rows=table.row_count)
    file.work = begin(
        IMPORT,
        ImportArguments(file=file.pk, creates_campaigns=options.creates_campaigns),
        title=f"Import {file.rows:,} rows: {mapping.door.title}",
        by=current_actor().user,
        after=reverse("lead_imported", args=[file.pk]),
        total=file.rows,
    )
    file.content = keep(table, mapping).model_dump_json()
    file.save(force_insert=True)
    return file.work


def carry_out(arguments: ImportArguments, progress: Steps) -> str:
    """Import the rows that are not in yet; a sentence about all of them.

    Raises Cancelled between two chunks, and MoveRefused when there is no stage that
    new leads enter.
    """
    file = ImportFile.objects.get(pk=arguments.file)
    progress.of(file.rows, done=file.done)
    if file.left:
        try:
            _import(
                file, Options(creates_campaigns=arguments.creates_campaigns), progress
            )
        except Cancelled:
            # Or another worker has the run by now, and needs the rows.
            if LongRun.objects.get(pk=file.work_id).cancel_asked_at:
                settle(file.pk)
            raise
    return file.sentence


def _import(file: ImportFile, options: Options, progress: Steps) -> None:
    kept = read_kept(file)
    place = kept.mapping
    with acting(reason=f"Imported from a file: {place.door.title}"):
        run = Import(place, options, lambda outcomes: _remember(file, outcomes))
        if file.done:
            run.look_again(kept.rows_from(0, file.done))
        while file.left:
            before = file.done
            size = CHUNK_ROWS if before else FIRST_CHUNK_ROWS
            _take(run, kept, before, size)
            file.refresh_from_db(fields=COUNTED)
            progress.step(file.done - before)
    run.notes.cut_names = kept.cut_names
    run.notes.nothing_new = file.skipped - run.notes.test_rows
    settle(file.pk, run.notes.sentences())


COUNTED = ["created", "updated", "skipped", "failed_rows", "failed_reasons"]


def _take(run: Import, kept: Kept, start: int, size: int) -> None:
    chunk = kept.rows_from(start, size)
    try:
        run.take(chunk)
    except Overtaken:
        run.look_again(chunk)


def _remember(file: ImportFile, outcomes: Sequence[Outcome]) -> None:
    """Count the chunk, as a part of the transaction that writes it."""
    became_of = [became(outcome) for _, outcome in outcomes]
    failed = sorted(
        (row.number, str(outcome)[:LONGEST_REASON])
        for row, outcome in outcomes
        if became(outcome) == "failed"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            [
                *(became_of.count(word) for word in ("created", "updated", "skipped")),
                [number for number, _ in failed],
                [reason for _, reason in failed],
                file.pk,
                file.done,
            ],
        )
        if not cursor.rowcount:
            raise Overtaken


def read_kept(file: ImportFile) -> Kept:
    return Kept.model_validate_json(file.content)


@transaction.atomic
def settle(file_id: str, notes: Sequence[str] = ()) -> None:
    """Forget every row but the failed ones."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    if file.is_settled or not file.content:
        return
    kept, failed = read_kept(file), set(file.failed_rows)
    rows = tuple(row for row in kept.rows if row.number in failed)
    rest = kept.model_copy(update={"rows": rows, "notes": tuple(notes)})
    file.content, file.is_settled = rest.model_dump_json(), True
    file.save(update_fields=["content", "is_settled"])


def settle_ended() -> None:
    """Settle what a worker had no chance to: cancelled while none was there."""
    unsettled = ImportFile.objects.filter(is_settled=False).select_related("work")
    for file in unsettled.defer("content"):
        if not file.work.is_active:
            settle(file.pk)


def forget_old() -> int:
    """Forget failed rows that nobody downloaded for a day; how many files' rows."""
    since = timezone.now() - FAILED_ROWS_KEPT
    old = ImportFile.objects.filter(work__finished_at__lt=since).exclude(content=b"")
    return old.update(content=b"")


@transaction.atomic
def take_failed(file_id: str) -> str:
    """The failed rows as CSV, which are then forgotten; empty when they are already."""
    file = ImportFile.objects.select_for_update().get(pk=file_id)
    if not file.content:
        return ""
    kept = read_kept(file)
    reasons = dict(zip(file.failed_rows, file.failed_reasons, strict=True))
    rows = [
        FailedRow(row.number, reasons[row.number], row.cells)
        for row in kept.rows
        if row.number in reasons
    ]
    ImportFile.objects.filter(pk=file.pk).update(content=b"")
    return csv_of(kept.headers, rows)
