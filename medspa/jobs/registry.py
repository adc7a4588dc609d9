"""Background jobs: work too long for a request. It starts them, a worker does them.

An app registers its jobs in a module of its own:

    class MonthArguments(Schema):
        month: str

    @job("commissions.month", arguments=MonthArguments, right="commissions.run_month")
    def calculate_month(arguments: MonthArguments, progress: Steps) -> str:
        progress.of(len(providers))
        for provider in providers:
            ...
            progress.step()
        return "12 statements were calculated."

and a view starts a run of it, which commits with whatever else the view writes:

    run = start_job("commissions.month", MonthArguments(month="2026-10"), by=user, ...)
    return watch(request, run)  # of medspa.jobs.views

A worker may be killed at any moment; the next one then calls the job again. So a job
either does everything in one transaction, or stores in its own rows how far it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from medspa.extension_points import job_kinds
from medspa.jobs.models import JobRun, RunState
from medspa.jobs.progress import JobProgress
from medspa.jobs.queueing import defer
from medspa.json_columns import Schema, parse_json
from medspa.refusals import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

CARRY_OUT = "medspa.carry_out"
# A worker reports so often that it is alive; after this silence it counts as dead.
HEARTBEAT = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=15)

Arguments = TypeVar("Arguments", bound=Schema)
Work = Callable[[Any, JobProgress], str | None]


def leave_nothing(arguments: Any) -> None:
    """The clean-up of jobs that store nothing for a worker."""


class JobRefused(Refused):
    """The job can't be done; the person who asked reads the sentence on its page."""

    code = "job_refused"


@dataclass(frozen=True)
class JobKind:
    """`right` tells what permission the person needs who asks for such a run.

    `clean_up` deletes what a run stored for a worker, once it was canceled or failed.
    """

    work: Work
    arguments: type[Schema]
    right: Callable[[Any], str]
    clean_up: Callable[[Any], object] = leave_nothing


def job(
    kind: str,
    *,
    arguments: type[Arguments],
    right: str | Callable[[Arguments], str],
    clean_up: Callable[[Arguments], object] = leave_nothing,
) -> Callable[
    [Callable[[Arguments, JobProgress], str | None]],
    Callable[[Arguments, JobProgress], str | None],
]:
    """Register a job. Its function returns a sentence about the result, or nothing.

    `right` is the permission that it takes, or a function that reads it from the
    arguments; "" for whoever may sign in. The view has asked for it before. It is
    checked again when a worker begins, because roles change meanwhile. `clean_up` is
    called with the arguments of a run that was canceled, however, or has failed.
    """
    right_of = right if callable(right) else lambda _: right

    def register(
        work: Callable[[Arguments, JobProgress], str | None],
    ) -> Callable[[Arguments, JobProgress], str | None]:
        job_kinds.extend(kind)(JobKind(work, arguments, right_of, clean_up))
        return work

    return register


def arguments_of(run: JobRun) -> Schema:
    return parse_json(job_kinds[run.kind].arguments, run.arguments, "arguments")


def clean_up(run: JobRun) -> None:
    """After the end of a run that isn't done; it may be of a kind that is no more."""
    if kind := job_kinds.get(run.kind):
        kind.clean_up(arguments_of(run))


def refusal_of(run: JobRun) -> str:
    """Why the person who asked for the run may not have it done now; "" if they may."""
    person = run.made_by
    if person is None:
        return ""
    if not person.may_sign_in:
        return f"{person} can no longer sign in."
    right = job_kinds[run.kind].right(arguments_of(run))
    if right and not person.has_perm(right):
        return f"{person} no longer has permission to do this."
    return ""


@transaction.atomic
def start_job(
    kind: str,
    arguments: Schema,
    *,
    title: str,
    by: "_User | None" = None,
    after: str = "",
    key: str = "",
    total: int = 0,
) -> JobRun:
    """Have a worker do the job once this transaction is committed.

    While a run of the same kind and `key` waits or runs, that one is returned and no
    other is started. `after` is the address of the page with the result, `total` the
    number of steps if it is already known. Raises ValidationError for arguments that
    don't fit the kind.
    """
    run = JobRun(
        kind=kind,
        key=key,
        title=title,
        arguments=arguments.model_dump(mode="json"),
        after=after,
        made_by=by,
        total=total,
    )
    arguments_of(run)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        same = JobRun.objects.active().filter(kind=kind, key=key).exclude(key="")
        if (earlier := same.first()) is None:
            raise
        return earlier
    run.job = defer(CARRY_OUT, lock=run.pk, run_id=run.pk)
    run.save(update_fields=["job"])
    return run


def cancel(run: JobRun) -> None:
    """Cancel a run: at once when no worker has it, else at its next step."""
    now = timezone.now()
    without_worker = Q(state=RunState.WAITING)
    if run.state == RunState.RUNNING and not has_live_worker(run):
        without_worker |= Q(state=RunState.RUNNING, attempt=run.attempt)
    active = JobRun.objects.active().filter(pk=run.pk)
    stopped = active.filter(without_worker).update(
        state=RunState.CANCELED, cancel_asked_at=now, finished_at=now
    )
    if stopped:
        clean_up(run)
    else:
        active.filter(cancel_asked_at=None).update(cancel_asked_at=now)


def has_live_worker(run: JobRun) -> bool:
    """Whether the worker that took the run still reports that it is alive."""
    return _finds_row(
        "SELECT 1 FROM procrastinate_jobs job"
        " JOIN procrastinate_workers worker ON worker.id = job.worker_id"
        " WHERE job.id = %s AND worker.last_heartbeat > now() - %s",
        [run.job, DEAD_AFTER],
    )


def is_any_worker_alive() -> bool:
    return _finds_row(
        "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - %s",
        [DEAD_AFTER],
    )


def _finds_row(query: str, parameters: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone() is not None


def status_sentence(run: JobRun) -> str:
    """What is happening with an active run right now."""
    if run.cancel_asked_at and run.state == RunState.RUNNING:
        return "Stopping after the current step."
    if run.state == RunState.RUNNING and has_live_worker(run):
        return "Running."
    if not is_any_worker_alive():
        return "Waiting: no worker is running. It continues as soon as one is started."
    if run.state == RunState.RUNNING or run.attempt:
        return "Interrupted. Another worker will continue in a moment."
    return "In the queue."


def failure_sentence(error: BaseException) -> str:
    """The sentence that a person reads when a job has ended by `error`."""
    match error:
        case Refused():
            return error.sentence
        case ValidationError():
            return " ".join(error.messages)
    return "Something went wrong on our side. The details are in the log."
