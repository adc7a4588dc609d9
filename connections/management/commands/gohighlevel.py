"""Setting up a connection with GoHighLevel: what is there, and what would happen."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel.access import client_of
from connections.gohighlevel.asking import run_access_test
from connections.gohighlevel.backfill import dry_run
from connections.gohighlevel.known import release
from connections.jobs import preview_sentence, start_backfill
from connections.management.choosing import the_connection
from connections.mapping.tables import label_of
from connections.models import Connection
from connections.setting_up import ConnectionRefused
from medspa.clinic.current import clinic_scope
from medspa.refusals import Refused


class Command(BaseCommand):
    help = (
        "Test the token of a GoHighLevel connection and list its pipelines and "
        "calendars, count what a first import would do, start it, or let parked "
        "fields change again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("test", "dry-run", "import", "release"))
        parser.add_argument("--account", default="", help="The location id.")

    def handle(self, *args: Any, **options: Any) -> None:
        with clinic_scope():
            connection = the_connection(GOHIGHLEVEL, options["account"])
            try:
                self.stdout.write(ACTS[options["what"]](connection))
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal


def _test(connection: Connection) -> str:
    """What the token may read, and the ids for the settings, as JSON."""
    test = run_access_test(connection)
    if test.problem:
        raise ConnectionRefused(test.problem)
    told = {
        "location": test.location,
        "checks": {check.title: check.sentence for check in test.checks},
        **{
            table: {row.key: label_of(row) for row in rows}
            for table, rows in test.there.items()
        },
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _dry_run(connection: Connection) -> str:
    client = client_of(connection, is_urgent=False)
    return preview_sentence(dry_run(connection, client))


def _import(connection: Connection) -> str:
    start_backfill(connection)
    return "Started. The worker does it; its progress is under Background jobs."


def _release(connection: Connection) -> str:
    return f"Released: {release(connection)}."


ACTS = {"test": _test, "dry-run": _dry_run, "import": _import, "release": _release}
