"""Work too long for a request: begun in one, carried out by a worker.

An app registers its work in its module `long_work`, which is found by its name:

    class MonthArguments(Shape):
        month: str

    @long_run("commissions.month", arguments=MonthArguments)
    def work_out_month(arguments: MonthArguments, progress: Steps) -> str:
        progress.of(len(providers))
        for provider in providers:
            ...
            progress.step()
        return "12 statements were worked out."

and a view begins it, which commits with whatever else the view writes:

    run = begin("commissions.month", MonthArguments(month="2026-10"), by=user, ...)
    return watch(request, run)

A worker may be killed at any moment; the next one then calls the work again. So work
either does everything in one transaction, or remembers in its own rows how far it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from medspa.extension_points import job_kinds
from medspa.jobs.progress import Steps
from medspa.json_shapes import Shape, parse_shape
from medspa.models import LongRun, RunState, User

CARRY_OUT = "medspa.carry_out"
# A worker says every few seconds that it lives.
HEARTBEAT = timedelta(seconds=5)
SILENCE = timedelta(seconds=15)

Arguments = TypeVar("Arguments", bound=Shape)
Work = Callable[[Any, Steps], str | None]


class WorkRefused(Exception):
    """For work that can't be done: the message is a sentence for the person."""


@dataclass(frozen=True)
class Kind:
    work: Work
    arguments: type[Shape]


def long_run(
    kind: str, *, arguments: type[Arguments]
) -> Callable[
    [Callable[[Arguments, Steps], str | None]],
    Callable[[Arguments, Steps], str | None],
]:
    """Register work; it returns a sentence about its result, or nothing."""

    def register(
        work: Callable[[Arguments, Steps], str | None],
    ) -> Callable[[Arguments, Steps], str | None]:
        job_kinds.extend(kind)(Kind(work, arguments))
        return work

    return register


def arguments_of(run: LongRun) -> Shape:
    return parse_shape(job_kinds[run.kind].arguments, run.arguments, "arguments")


@transaction.atomic
def begin(
    kind: str,
    arguments: Shape,
    *,
    title: str,
    by: User | None = None,
    after: str = "",
    key: str = "",
    total: int = 0,
) -> LongRun:
    """Have a worker do it, once this transaction is committed.

    While a run of the same kind and `key` waits or runs, that one is returned and
    nothing new is begun. `after` is the address of the page with the result, `total`
    the number of steps if it is known by now. Raises ValidationError for arguments
    that are not of the kind.
    """
    run = LongRun(
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
        same = LongRun.objects.active().filter(kind=kind, key=key).exclude(key="")
        if (earlier := same.first()) is None:
            raise
        return earlier
    run.job = _defer(run)
    run.save(update_fields=["job"])
    return run


def _defer(run: LongRun) -> int:
    # On Django's own connection also inside a worker, so that the job is committed
    # or rolled back together with its run.
    job = app.configure_task(CARRY_OUT, lock=run.pk).job
    return JobDeferrer(JobManager(DjangoConnector()), job).defer(run_id=run.pk)


def watch(request: HttpRequest, run: LongRun) -> HttpResponse:
    """To the page that shows how far it is; the sidebar then leads back to it."""
    return redirect("long_run", run.pk)


def cancel(run: LongRun) -> None:
    """Stop a run: at once when no worker has it, else at its next step."""
    now = timezone.now()
    nobody_has_it = Q(state=RunState.WAITING)
    if run.state == RunState.RUNNING and not has_living_worker(run):
        nobody_has_it |= Q(state=RunState.RUNNING, attempt=run.attempt)
    active = LongRun.objects.active().filter(pk=run.pk)
    stopped = active.filter(nobody_has_it).update(
        state=RunState.CANCELLED, cancel_asked_at=now, finished_at=now
    )
    if not stopped:
        active.filter(cancel_asked_at=None).update(cancel_asked_at=now)


def has_living_worker(run: LongRun) -> bool:
    """Whether the worker that took the run still shows that it lives."""
    return _holds(
        "SELECT 1 FROM procrastinate_jobs job"
        " JOIN procrastinate_workers worker ON worker.id = job.worker_id"
        " WHERE job.id = %s AND worker.last_heartbeat > now() - %s",
        [run.job, SILENCE],
    )


def is_any_worker_alive() -> bool:
    return _holds(
        "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - %s",
        [SILENCE],
    )


def _holds(query: str, parameters: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone() is not None


def standing(run: LongRun) -> str:
    """What is true of an active run right now, as a sentence."""
    if run.cancel_asked_at and run.state == RunState.RUNNING:
        return "Stopping after the step that is being done."
    if run.state == RunState.RUNNING and has_living_worker(run):
        return "Running."
    if not is_any_worker_alive():
        return (
            "Waiting: no worker is running. "
            "It goes on by itself as soon as one is started."
        )
    if run.state == RunState.RUNNING or run.attempt:
        return "Interrupted. Another worker goes on with it in a moment."
    return "Waiting for its turn."


def refusal_of(error: BaseException) -> str:
    """The sentence that a person reads when work has ended by `error`."""
    match error:
        case WorkRefused():
            return str(error)
        case ValidationError():
            return " ".join(error.messages)
    return "Something went wrong here, not with what you asked for. It is in the log."
