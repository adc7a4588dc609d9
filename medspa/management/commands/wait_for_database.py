"""manage.py wait_for_database: ends when the database answers, or says that it doesn't.

Servers start in any order after a power cut; a supervisor that restarts a process every
second fills the log with the same error instead.
"""

import time
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from medspa.postgres.plain_connection import plain_parameters

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = (
        "Wait until the database of DATABASE_URL answers. The start scripts in deploy/ "
        "run this first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seconds",
            type=float,
            default=60,
            help="how long to wait (default: %(default)s)",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="then do `check --deploy --fail-level WARNING`, in the same process",
        )

    def handle(self, *args: Any, seconds: float, check: bool, **options: Any) -> None:
        self._wait(seconds)
        if check:
            call_command("check", deploy=True, fail_level="WARNING")

    def _wait(self, seconds: float) -> None:
        give_up_at = time.monotonic() + seconds
        is_told = False
        while why := _why_not():
            if time.monotonic() > give_up_at:
                raise CommandError(
                    f"The database did not answer within {seconds:g} seconds: {why}"
                )
            if not is_told:
                self.stderr.write("Waiting for the database.")
                is_told = True
            time.sleep(PAUSE_SECONDS)


def _why_not() -> str:
    """Why it doesn't answer; empty when it does."""
    try:
        psycopg.connect(**plain_parameters()).close()
    except psycopg.OperationalError as error:
        return " ".join(str(error).split())
    return ""
