"""manage.py demo: prepares a sample clinic in an empty folder and serves it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from commissions.models import Provider, Statement
from leads.models import Lead
from medspa.clinic_time import clinic_today
from medspa.demo.people import Login, demo_people
from medspa.demo.sample.closing_months import close_sample_months
from medspa.demo.server import (
    DEMO_HOST,
    DemoProgram,
    DemoServerError,
    only_demo,
    serving,
    working,
)
from medspa.management.refusals import refusals_end_command
from medspa.models import User
from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError

# The key of an advisory lock: any number that no other code of ours uses.
PREPARING_LOCK = 7_231_002
PROGRAMS_CHECK_SECONDS = 1
# Its embedded database is backed up into var/: what is kept of it stays small.
BACKUPS = {"BACKUP_AT": "02:00", "BACKUP_KEEP": "2 days"}
# Set explicitly: a shell starts background jobs with Ctrl-C ignored.
DEMO_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Prepare a sample clinic and serve it on this computer."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--months",
            type=int,
            default=24,
            help="how many the sample goes back, at the first start (default: 24)",
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="prepare the clinic, then end"
        )

    def handle(
        self, *args: Any, port: int, months: int, no_serve: bool, **options: Any
    ) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo creates made-up people, so it never runs on a real site: "
                "set DEBUG=on (in .env) on a computer of your own."
            )
        for end in DEMO_STOP_SIGNALS:
            signal.signal(end, _interrupt)
        try:
            with refusals_end_command():
                if no_serve:
                    with _database():
                        self._introduce(self._prepare(months))
                else:
                    self._run(port, months)
        except EmbeddedPostgresError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database isn't responding: {error}") from error
        except KeyboardInterrupt:
            self._say("Stopped before it was ready; the next start takes over.")
            sys.exit(130)

    def _run(self, port: int, months: int) -> None:
        start = time.monotonic()
        backs_up = not settings.IS_DATABASE_EXTERNAL
        if backs_up:
            os.environ |= BACKUPS | os.environ
        with only_demo(settings.VAR_DIR, port) as lock, _database():
            people = self._prepare(months)
            with (
                serving(settings.BASE_DIR, port, lock) as server,
                working(settings.BASE_DIR, lock, archives=backs_up) as programs,
            ):
                seconds = time.monotonic() - start
                self._say(f"\nUp after {seconds:.1f} s: http://{DEMO_HOST}:{port}\n\n")
                self._introduce(people)
                self._say("\nCtrl-C stops it.")
                try:
                    self._await_end(server, programs)
                except KeyboardInterrupt:
                    self._say("\nStopping.")
                else:
                    raise DemoServerError("The web server has ended unexpectedly.")

    def _await_end(
        self, server: subprocess.Popen[bytes], programs: list[DemoProgram]
    ) -> None:
        while server.poll() is None:
            for told in filter(None, (program.keep() for program in programs)):
                self._say(told)
            with suppress(subprocess.TimeoutExpired):
                server.wait(PROGRAMS_CHECK_SECONDS)

    def _prepare(self, months: int) -> list[Login]:
        """Bring the database up to date; a second start finds it ready."""
        with _one_at_a_time():
            call_command("migrate", verbosity=0, interactive=False)
            # First, so that the sample's leads are theirs.
            people = demo_people(settings.VAR_DIR)
            if not Lead.all_objects.exists():
                self._say(f"Creating {months} months of sample data.")
                call_command("seed_demo", months=months, seed=7)
            _close_months()
            return people

    def _introduce(self, people: list[Login]) -> None:
        for row in (Login("Name", "Password", "Role"), *people):
            self._say(f"  {row.username:<12}{row.password:<24}{row.role}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _close_months() -> None:
    """Only in the first start's clinic: afterwards people close their months."""
    if Statement.objects.exists() or not Provider.objects.exists():
        return
    known = {person.username: person for person in User.objects.all()}
    close_sample_months(known["manager"], known["provider"], clinic_today())


@contextmanager
def _database() -> Iterator[None]:
    """A running database: the one of DATABASE_URL, else the embedded one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with EMBEDDED.in_use():
        # Another program may have had the port that the settings were read with.
        connection.settings_dict["PORT"] = EMBEDDED.port
        try:
            yield
        finally:
            # So that a second Ctrl-C does not leave a part of it running.
            for end in DEMO_STOP_SIGNALS:
                signal.signal(end, signal.SIG_IGN)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two demos on one database prepare it one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING_LOCK])
    try:
        yield
    finally:
        _disconnect()  # and so unlock


def _disconnect() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
