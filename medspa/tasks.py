"""The tasks of procrastinate, which finds this module by its name.

`carry_out` does every background job of `medspa.jobs`; `tidy` runs at night. Those of
emails stand in `medspa.emails.sending`.
"""

import logging
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from medspa.accounts.reset_requests import ResetRequest
from medspa.accounts.sessions import SessionStore
from medspa.alerts.watching import forget_old_alerts
from medspa.audit.actors import acting
from medspa.emails import sending  # noqa: F401  (its tasks)
from medspa.extension_points import job_kinds
from medspa.jobs.models import JobRun, RunState
from medspa.jobs.progress import JobCanceled, RunProgress, ShuttingDown
from medspa.jobs.registry import (
    CARRY_OUT,
    arguments_of,
    clean_up,
    failure_sentence,
    refusal_of,
)
from medspa.postgres.contention import JOB_LABEL, labelled
from medspa.process.call_frames import with_room
from medspa.request_counts.counting import forget_old_minutes

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 10
TRANSIENT = (OperationalError, InterfaceError)
RUNS_KEPT_FOR = timedelta(days=90)
SIGN_INS_KEPT_FOR = timedelta(days=90)
FAILED_JOBS_KEPT_HOURS = 7 * 24


@app.task(
    name=CARRY_OUT,
    pass_context=True,
    retry=RetryStrategy(retry_exceptions=(*TRANSIENT, ShuttingDown), wait=1),
)
def carry_out(context: JobContext, run_id: str) -> None:
    """Do the job of a run, acting as the person who asked for it."""
    run = take(run_id)
    if run is None:
        return
    try:
        if run.attempt > MOST_ATTEMPTS:
            end(run, failure=f"It was interrupted {MOST_ATTEMPTS} times.")
        elif refusal := refusal_of(run):
            end(run, failure=refusal)
        else:
            end(run, outcome=with_room(_work)(run, context))
    except JobCanceled:
        end(run, state=RunState.CANCELED)
    except (*TRANSIENT, ShuttingDown):
        # The next query needs a new connection when this one is broken.
        close_old_connections()
        canceled = _this_attempt(run).filter(cancel_asked_at__isnull=False)
        if canceled.update(state=RunState.CANCELED, finished_at=Now()):
            clean_up(run)
            return
        _this_attempt(run).update(state=RunState.WAITING)
        raise
    except Exception as error:
        end(run, failure=failure_sentence(error))
        raise


def take(run_id: str) -> JobRun | None:
    """Take the run for this attempt; None when it is no longer active."""
    taken = (
        JobRun.objects.active()
        .filter(pk=run_id)
        .update(
            state=RunState.RUNNING,
            attempt=F("attempt") + 1,
            started_at=Coalesce("started_at", timezone.now()),
            heartbeat_at=timezone.now(),
        )
    )
    return JobRun.objects.select_related("made_by").get(pk=run_id) if taken else None


def _work(run: JobRun, context: JobContext) -> str:
    progress = RunProgress(run.pk, run.attempt, must_end=context.should_abort)
    name = "" if run.made_by else run.title
    label = f"{JOB_LABEL}{run.pk}"
    try:
        with acting(name[:100], user=run.made_by), labelled(label):
            return job_kinds[run.kind].work(arguments_of(run), progress) or ""
    finally:
        progress.close()


def end(
    run: JobRun,
    *,
    state: RunState = RunState.DONE,
    outcome: str = "",
    failure: str = "",
) -> None:
    state = RunState.FAILED if failure else state
    facts = {"run": run.pk, "kind": run.kind, "outcome": state.value}
    log.info("Run %(run)s %(kind)s: %(outcome)s", facts, extra={"facts": facts})
    is_ended = _this_attempt(run).update(
        state=state,
        outcome=outcome[:300],
        failure=failure[:300],
        finished_at=timezone.now(),
    )
    if is_ended and state != RunState.DONE:
        clean_up(run)


def _this_attempt(run: JobRun) -> Any:
    return JobRun.objects.filter(
        Q(state=RunState.RUNNING), pk=run.pk, attempt=run.attempt
    )


def forget_sign_ins() -> None:
    SessionStore.clear_expired()
    # An older version's, in Django's own table.
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    before = timezone.now() - SIGN_INS_KEPT_FOR
    for kind in (AccessLog, AccessAttempt, AccessFailureLog):
        kind.objects.filter(attempt_time__lt=before).delete()
    a_day_ago = timezone.now() - timedelta(days=1)
    ResetRequest.objects.filter(created_at__lt=a_day_ago).delete()


def forget_what_was_watched() -> None:
    now = timezone.now()
    forget_old_minutes(now)
    forget_old_alerts(now)


@app.periodic(cron="17 3 * * *")
@app.task(name="medspa.tidy", queueing_lock="medspa.tidy")
async def tidy(timestamp: int) -> None:
    """Every night: delete what nobody needs any more.

    Jobs that failed over a week ago, runs of 90 days ago, sessions that are over, the
    notes of who signed in or tried to, counts of minutes, alerts of last year.
    """
    await app.job_manager.delete_old_jobs(
        nb_hours=FAILED_JOBS_KEPT_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
    await sync_to_async(forget_sign_ins)()
    await sync_to_async(forget_what_was_watched)()
    old = JobRun.objects.filter(finished_at__lt=timezone.now() - RUNS_KEPT_FOR)
    await old.adelete()
