"""The tasks of procrastinate, which finds this module by its name."""

import time
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from connections import working_off
from connections.arrivals import WORK_OFF, hand_over_lost
from connections.gohighlevel import running
from connections.refusals import RetryLater
from connections.watching.forgetting import forget_old

AGAIN = (RetryLater, OperationalError, InterfaceError)
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=1)


class TryDeliveryAgain(BaseRetryStrategy):
    """After 15 seconds, then twice as long each time, up to an hour."""

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> RetryDecision | None:
        if not isinstance(exception, AGAIN):
            return None
        wait = min(FIRST_RETRY * 2 ** min(job.attempts, 10), LONGEST_RETRY)
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())})


@app.task(name=WORK_OFF, retry=TryDeliveryAgain())
def work_off(delivery_id: str) -> None:
    """In a flood the worker rests as long as it worked: pages come first."""
    begun = time.monotonic()
    working_off.work_off(delivery_id)
    time.sleep(working_off.rest_after(time.monotonic() - begun))


@app.periodic(cron="*/5 * * * *")
@app.task(name="connections.lost", queueing_lock="connections.lost")
def lost(timestamp: int) -> None:
    """Every five minutes: deliveries whose job was lost get another one."""
    hand_over_lost()


@app.periodic(cron="41 3 * * *")
@app.task(name="connections.forget", queueing_lock="connections.forget")
def forget(timestamp: int) -> None:
    """Every night: what nobody needs any more."""
    forget_old()


@app.periodic(cron="*/3 * * * *")
@app.task(name="connections.poll_often", queueing_lock="connections.poll_often")
def poll_gohighlevel_often(timestamp: int) -> None:
    """Every three minutes: GoHighLevel's contacts and appointments."""
    running.poll_often()


@app.periodic(cron="*/15 * * * *")
@app.task(name="connections.poll_rarely", queueing_lock="connections.poll_rarely")
def poll_gohighlevel_rarely(timestamp: int) -> None:
    """Every quarter of an hour: GoHighLevel's stages, payments and refunds."""
    running.poll_rarely()


@app.periodic(cron="* * * * *")
@app.task(name="connections.send", queueing_lock="connections.send")
def send_to_gohighlevel(timestamp: int) -> None:
    """Every minute: changes of ours that are due."""
    running.send_changes()


@app.periodic(cron="23 2 * * *")
@app.task(name="connections.compare", queueing_lock="connections.compare")
def compare_with_gohighlevel(timestamp: int) -> None:
    """Every night: all of GoHighLevel against all of ours."""
    running.compare_all()
