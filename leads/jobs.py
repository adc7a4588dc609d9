"""The jobs of leads: bulk actions and imports that are too long for one request."""

from procrastinate.contrib.django import app

from leads import bulk
from leads.bulk.undo import undo_chunks
from leads.intake.files import background as large
from leads.models import BulkRun
from leads.move_refusals import MoveRefused
from medspa.audit.actors import current_actor
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, job
from medspa.json_columns import Schema

BULK = "leads.bulk"
UNDO_BULK = "leads.undo_bulk"
RETIRE_RIGHT = "leads.delete_pipelinestage"


class BulkArguments(Schema):
    run: str


def _right_to_do(arguments: BulkArguments) -> str:
    run = BulkRun.objects.get(pk=arguments.run)
    return RETIRE_RIGHT if run.retires_id else bulk.RIGHTS[run.act]


@job(BULK, arguments=BulkArguments, right=_right_to_do)
def do_bulk(arguments: BulkArguments, progress: JobProgress) -> str:
    bulk.carry_out(arguments.run, progress)
    return BulkRun.objects.get(pk=arguments.run).sentence


@job(UNDO_BULK, arguments=BulkArguments, right="leads.view_lead")
def undo_bulk(arguments: BulkArguments, progress: JobProgress) -> str:
    person = current_actor().user
    if person is None:
        raise JobRefused("The person who started this no longer exists.")
    undo_chunks(arguments.run, person, progress)
    return BulkRun.objects.get(pk=arguments.run).undo_sentence


@job(
    large.IMPORT_JOB,
    arguments=large.ImportArguments,
    right="leads.import_lead",
    clean_up=lambda arguments: large.finalize(arguments.file),
)
def do_import(arguments: large.ImportArguments, progress: JobProgress) -> str:
    try:
        return large.carry_out(arguments, progress)
    except MoveRefused as refusal:
        raise JobRefused(str(refusal)) from refusal


@app.periodic(cron="*/10 * * * *")
@app.task(name="leads.tidy_imports", queueing_lock="leads.tidy_imports")
def tidy_imports(timestamp: int) -> None:
    """Every ten minutes: keep no row that an ended import doesn't need any more."""
    large.finalize_ended()
    large.delete_old_failed_rows()
