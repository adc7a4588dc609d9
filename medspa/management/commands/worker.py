"""manage.py worker: does background jobs and what is scheduled."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from medspa.jobs.worker import work_off, work_until_stopped


class Command(BaseCommand):
    help = (
        "Carries out background jobs (imports, bulk acts, commission months) and what "
        "is due every night. Keep at least one running beside the web server; it may "
        "be stopped or killed at any time, the next one goes on."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--until-empty", action="store_true", help="end when no work waits"
        )

    def handle(self, *args: Any, until_empty: bool, **options: Any) -> None:
        asyncio.run(work_off() if until_empty else work_until_stopped())
