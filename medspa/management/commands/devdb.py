"""manage.py devdb: the embedded PostgreSQL by hand."""

import argparse
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError


class Command(BaseCommand):
    help = "Start, stop or look into the embedded PostgreSQL."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unless-external",
            action="store_true",
            help="do nothing if DATABASE_URL names another server",
        )
        parser.add_argument("act", choices=["start", "stop", "status", "psql"])
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, help="only for psql: its own"
        )

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if os.environ.get("DATABASE_URL"):
            if options["unless_external"]:
                return
            raise CommandError(
                "DATABASE_URL names another server, so there is no embedded one to "
                f"{act}. Take DATABASE_URL out of the environment and .env to use it."
            )
        if options["arguments"] and act != "psql":
            raise CommandError(f"devdb {act} takes nothing more.")
        try:
            if act == "start":
                EMBEDDED.start()
            elif act == "stop":
                EMBEDDED.stop()
            elif act == "psql":
                EMBEDDED.psql(options["arguments"])
            self.stdout.write(EMBEDDED.status())
        except EmbeddedPostgresError as error:
            raise CommandError(str(error)) from error
