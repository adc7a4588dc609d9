"""Putting a job into the queue together with what else the transaction writes."""

from collections.abc import Sequence
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager


def defer(task: str, *, lock: str | None = None, **arguments: Any) -> int:
    """Queue the task of this name; the number of its job.

    On Django's own connection also inside a worker, so that the job is committed or
    rolled back together with its data.
    """
    job = app.configure_task(task, lock=lock).job
    return JobDeferrer(JobManager(DjangoConnector()), job).defer(**arguments)


def defer_many(task: str, arguments: Sequence[dict[str, Any]]) -> None:
    """Queue a job of this task for each of the arguments, as `defer` does."""
    if arguments:
        job = app.configure_task(task).job
        JobDeferrer(JobManager(DjangoConnector()), job).batch_defer(*arguments)
