"""Putting a job into the queue together with what else the transaction writes."""

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
