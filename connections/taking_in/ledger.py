"""What an import or a backfill did, item by item, so that it can be undone."""

from connections.models import APPLIED, Connection, IntakeBatch
from connections.taking_in.leads import results_of
from connections.taking_in.results import (
    ItemPlace,
    ItemSource,
    NotedResult,
    insert_outcomes,
)
from leads.intake.files.importers import FILE_IMPORTERS
from leads.intake.take_in import IntakeRun, RowResults
from medspa.audit.actors import current_actor
from medspa.ids import new_id


def begin_batch(
    title: str, *, batch_id: str = "", connection: Connection | None = None
) -> IntakeBatch:
    """The batch with this id, made now unless it is known."""
    batch, _ = IntakeBatch.objects.get_or_create(
        pk=batch_id or new_id(),
        defaults={
            "title": title,
            "connection": connection,
            "made_by": current_actor().user,
        },
    )
    return batch


def note_import(run: IntakeRun, rows: RowResults) -> None:
    """Note what a file of leads did; rows that changed nothing are counted there."""
    applied = {
        number: result
        for number, result in results_of(rows).items()
        if result.outcome in APPLIED
    }
    if not applied:
        return
    title = next((one.title for one in FILE_IMPORTERS if one.name == run.system), "")
    begin_batch(f"{title or 'File'}: leads", batch_id=run.batch)
    source = ItemSource(run.system or "file", batch=run.batch)
    insert_outcomes(
        source,
        (
            NotedResult("lead", result, ItemPlace(None, number))
            for number, result in applied.items()
        ),
    )
