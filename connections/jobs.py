"""The jobs of connections: the first import from GoHighLevel, its preview, and undo."""

from collections import Counter

from django.urls import reverse

from connections.files import in_worker
from connections.gohighlevel.access import client_of
from connections.gohighlevel.api.errors import GoHighLevelError
from connections.gohighlevel.backfill import carry_out, dry_run
from connections.models import BackfillPreview, Connection
from connections.refusals import Parked
from connections.undoing import run as undoing
from leads.intake.files.background import finalize
from medspa.audit.actors import current_actor
from medspa.jobs.models import JobRun
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, job, start_job
from medspa.json_columns import Schema
from medspa.models import User

BACKFILL = "connections.gohighlevel_backfill"
PREVIEW = "connections.gohighlevel_preview"
JOB_TITLES = {
    BACKFILL: "Import from GoHighLevel",
    PREVIEW: "Preview of the import from GoHighLevel",
}


class BackfillArguments(Schema):
    connection: str


def start_backfill(
    connection: Connection, by: User | None = None, *, is_preview: bool = False
) -> JobRun:
    """Have the worker import all, from where it was paused, or only count."""
    kind = PREVIEW if is_preview else BACKFILL
    return start_job(
        kind,
        BackfillArguments(connection=connection.pk),
        title=JOB_TITLES[kind],
        by=by,
        key=connection.pk,
        after=reverse("set_up_connection", args=[connection.pk]),
    )


@job(PREVIEW, arguments=BackfillArguments, right="connections.change_connection")
def preview_backfill(arguments: BackfillArguments, progress: JobProgress) -> str:
    connection = Connection.objects.get(pk=arguments.connection)
    try:
        client = client_of(connection, is_urgent=False)
        return preview_sentence(dry_run(connection, client, progress))
    except (GoHighLevelError, Parked) as refusal:
        raise JobRefused(refusal.sentence) from refusal


def preview_sentence(preview: BackfillPreview) -> str:
    counts = preview.model_dump(exclude={"refused"})
    counts["refused"] = sum(preview.refused.values())
    return sentence(Counter(counts))


@job(BACKFILL, arguments=BackfillArguments, right="connections.change_connection")
def backfill(arguments: BackfillArguments, progress: JobProgress) -> str:
    connection = Connection.objects.get(pk=arguments.connection)
    try:
        client = client_of(connection, is_urgent=False)
        counts = carry_out(connection, client, progress)
    except (GoHighLevelError, Parked) as refusal:
        raise JobRefused(f"{refusal.sentence} Start it again to go on.") from refusal
    return sentence(counts)


@job(
    in_worker.IMPORT_EVENTS,
    arguments=in_worker.EventsArguments,
    right="connections.work_connection",
    clean_up=lambda arguments: finalize(arguments.file),
)
def import_events(arguments: in_worker.EventsArguments, progress: JobProgress) -> str:
    return in_worker.carry_out(arguments, progress)


def sentence(counts: Counter[str]) -> str:
    said = ", ".join(
        f"{count:,} {outcome.replace('_', ' ')}"
        for outcome, count in counts.most_common()
        if count
    )
    return f"{said or 'Nothing'}.".capitalize()


@job(
    undoing.UNDO_INTAKE,
    arguments=undoing.UndoArguments,
    right="connections.work_connection",
)
def undo_intake(arguments: undoing.UndoArguments, progress: JobProgress) -> str:
    person = current_actor().user
    if person is None:
        raise JobRefused("The person who started this no longer exists.")
    run = undoing.carry_out(arguments.undo, person, progress)
    kept = run.items.exclude(kept="").count()
    return f"Undone. {kept:,} stayed as they are." if kept else "Undone."
