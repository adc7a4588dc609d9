"""manage.py worker: does background jobs and what is scheduled."""

import asyncio
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from medspa.jobs.worker import work_off, work_until_stopped
from medspa.process.niceness import yield_to_pages
from medspa.readiness import refuse_unready


class Command(BaseCommand):
    help = (
        "Runs background jobs (imports, bulk actions, commission months) and nightly "
        "tasks. Keep at least one running next to the web server. It can be stopped or "
        "killed at any time; the next one continues."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--until-empty", action="store_true", help="exit when no jobs are waiting"
        )

    def handle(self, *args: Any, until_empty: bool, **options: Any) -> None:
        with suppress(OperationalError):  # the worker waits for a database that is away
            refuse_unready()
        if until_empty:
            asyncio.run(work_off())
        else:
            yield_to_pages()
            asyncio.run(work_until_stopped())
