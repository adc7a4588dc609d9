"""Large files: what their rows say waits encrypted, and a worker takes it in.

Each part and its end are one transaction, so a worker that goes on after a killed one
begins behind the last part that was written. The parts stand in the table of large
imports of leads, whose tidying and erasure know them.
"""

import json
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from connections.files.reading import RowEvent
from connections.files.taking import ReadRows, take_rows
from connections.items import IncomingEvent, Who
from connections.models import ItemOutcome
from connections.taking_in import ItemSource
from leads.intake.files.background import finalize
from leads.intake.files.importers import FROM_A_FILE
from leads.intake.files.payload import PayloadRow, PayloadRows
from leads.models import ImportChunk, ImportFile
from medspa.audit.actors import acting, current_actor
from medspa.jobs.models import JobRun
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import start_job
from medspa.json_columns import Schema

IMPORT_EVENTS = "connections.import_events"
EVENTS_IN_A_PART = 500


class EventsArguments(Schema):
    file: str
    system: str
    account: str


@transaction.atomic
def begin_in_worker(read: ReadRows, source: ItemSource, title: str) -> JobRun:
    """Store the events and have a worker take them in."""
    rows = read.events
    file = ImportFile(id=source.batch, rows=len(rows))
    file.work = start_job(
        IMPORT_EVENTS,
        EventsArguments(file=file.pk, system=source.system, account=source.account),
        title=f"Import {len(rows):,} events: {title}",
        by=current_actor().user,
        after=reverse("connections"),
        total=len(rows),
    )
    file.save(force_insert=True)
    for number, start in enumerate(range(0, len(rows), EVENTS_IN_A_PART)):
        some = rows[start : start + EVENTS_IN_A_PART]
        stored = PayloadRows(rows=tuple(_stored(*one) for one in some))
        content = stored.model_dump_json()
        ImportChunk.objects.create(file=file, number=number, content=content)
    return file.work


def carry_out(arguments: EventsArguments, progress: JobProgress) -> str:
    """Take in the parts that are left; what came of all events, in words."""
    file = ImportFile.objects.select_related("work").get(pk=arguments.file)
    source = ItemSource(arguments.system, arguments.account, batch=file.pk)
    left = list(file.chunks.order_by("number").values_list("pk", flat=True))
    progress.of(file.rows, done=max(0, file.rows - len(left) * EVENTS_IN_A_PART))
    with acting(reason=f"{FROM_A_FILE}: {file.work.title.rpartition(': ')[0]}"):
        for pk in left:
            progress.step(_take_part(pk, source))
    finalize(file.pk)
    return _sentence(file.pk)


@transaction.atomic
def _take_part(pk: str, source: ItemSource) -> int:
    """How many events it had; none when another worker has taken it in."""
    part = ImportChunk.objects.select_for_update().filter(pk=pk).first()
    if part is None:
        return 0
    rows = PayloadRows.model_validate_json(part.content).rows
    # The cells of somebody who was erased meanwhile are empty.
    events = [(row.number, _event(row.cells)) for row in rows if row.cells[0]]
    take_rows(ReadRows(events), source)
    part.delete()
    return len(rows)


def _stored(number: int, row: RowEvent) -> PayloadRow:
    """Contacts stand in cells of their own, where an erasure finds them."""
    who = row.event.who
    rest = {"ids": who.ids, "also": row.also, "is_total": row.is_total}
    return PayloadRow(
        number=number,
        cells=(
            row.event.model_dump_json(exclude={"who"}),
            json.dumps(rest),
            who.external_id,
            who.email,
            who.phone,
            who.first_name,
        ),
    )


def _event(cells: Sequence[str]) -> RowEvent:
    event, rest, external_id, email, phone, first_name = cells
    more = json.loads(rest)
    who = Who(
        external_id=external_id,
        ids=more["ids"],
        email=email,
        phone=phone,
        first_name=first_name,
    )
    read = IncomingEvent.model_validate_json(event).model_copy(update={"who": who})
    return RowEvent(read, tuple(more["also"]), is_total=more["is_total"])


def _sentence(batch: str) -> str:
    outcomes = ItemOutcome.objects.filter(batch=batch).values_list("outcome", flat=True)
    counts = Counter(outcomes.order_by())
    said = (f"{count:,} {outcome}" for outcome, count in counts.most_common())
    return f"{', '.join(said) or 'Nothing'}.".capitalize()
