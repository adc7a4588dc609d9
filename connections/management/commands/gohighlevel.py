"""Setting up a connection with GoHighLevel: what is there, and what would happen."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connections.gohighlevel.access import client_of
from connections.gohighlevel.api import listing
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.backfill import dry_run
from connections.gohighlevel.known import release
from connections.gohighlevel.reading import GOHIGHLEVEL
from connections.jobs import BACKFILL, BackfillArguments, sentence
from connections.models import Connection
from medspa.clinic.current import clinic_scope
from medspa.jobs.registry import start_job
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
            connection = self._connection(options["account"])
            try:
                self.stdout.write(ACTS[options["what"]](connection))
            except Refused as refusal:
                raise CommandError(refusal.sentence) from refusal

    def _connection(self, account: str) -> Connection:
        found = Connection.objects.filter(door=GOHIGHLEVEL)
        rows = list(found.filter(account=account) if account else found)
        if len(rows) != 1:
            raise CommandError("Name the location id of one connection by --account.")
        return rows[0]


def _test(connection: Connection) -> str:
    """The ids for the settings, as JSON."""
    client = client_of(connection)
    there = {
        "contacts": listing.count_contacts(client),
        "stages": _stages(client),
        "calendars": _calendars(client),
    }
    return json.dumps(there, indent=2, ensure_ascii=False)


def _stages(client: Client) -> dict[str, str]:
    answer = client.get("/opportunities/pipelines", locationId=client.location)
    return {
        stage["id"]: f"{pipeline.get('name', '')}: {stage.get('name', '')}"
        for pipeline in answer.get("pipelines", [])
        for stage in pipeline.get("stages", [])
    }


def _calendars(client: Client) -> dict[str, str]:
    answer = client.get("/calendars/", locationId=client.location)
    return {row["id"]: row.get("name", "") for row in answer.get("calendars", [])}


def _dry_run(connection: Connection) -> str:
    return sentence(dry_run(connection, client_of(connection, is_urgent=False)))


def _import(connection: Connection) -> str:
    start_job(
        BACKFILL,
        BackfillArguments(connection=connection.pk),
        title="Import from GoHighLevel",
        key=connection.pk,
    )
    return "Started. The worker does the rest. See its progress under Background jobs."


def _release(connection: Connection) -> str:
    return f"Released: {release(connection)}."


ACTS = {"test": _test, "dry-run": _dry_run, "import": _import, "release": _release}
