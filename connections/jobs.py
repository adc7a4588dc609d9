"""The jobs of connections: the first filling from GoHighLevel, and undo."""

from collections import Counter

from connections.gohighlevel.access import client_of
from connections.gohighlevel.api.errors import GoHighLevelError
from connections.gohighlevel.backfill import carry_out
from connections.models import Connection
from connections.refusals import Parked
from connections.undoing import run as undoing
from medspa.audit.actors import current_actor
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, job
from medspa.json_columns import Schema

BACKFILL = "connections.gohighlevel_backfill"


class BackfillArguments(Schema):
    connection: str


@job(BACKFILL, arguments=BackfillArguments, right="connections.change_connection")
def backfill(arguments: BackfillArguments, progress: JobProgress) -> str:
    connection = Connection.objects.get(pk=arguments.connection)
    try:
        client = client_of(connection, is_urgent=False)
        counts = carry_out(connection, client, progress)
    except (GoHighLevelError, Parked) as refusal:
        raise JobRefused(f"{refusal.sentence} Start it again to go on.") from refusal
    return sentence(counts)


def sentence(counts: Counter[str]) -> str:
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.most_common())
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
