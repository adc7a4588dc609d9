"""`python -m bench.gohighlevel [contacts]`: the first filling, a night's comparison.

Contacts with an opportunity each come from the double of GoHighLevel, whose own time is
taken off. Everything is rolled back.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
django.setup()

import httpx  # noqa: E402

from bench.connections import nothing_stays, server_seconds  # noqa: E402
from connections.gohighlevel.api.client import Client  # noqa: E402
from connections.gohighlevel.backfill import carry_out  # noqa: E402
from connections.gohighlevel.comparing import compare  # noqa: E402
from connections.models import Connection  # noqa: E402
from leads.models import PipelineStage  # noqa: E402
from medspa import clock  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.jobs.progress import NullProgress  # noqa: E402
from tests.connections.fake_gohighlevel import (  # noqa: E402
    Api,
    FakeGoHighLevel,
    FakeTime,
)
from tests.connections.fake_gohighlevel.fake import TOKEN  # noqa: E402

CONTACTS = 5_000


class TimedApi(Api):
    """Adds up how long the double itself takes."""

    seconds = 0.0

    def handle(self, request: httpx.Request) -> httpx.Response:
        begun = time.process_time()
        try:
            return super().handle(request)
        finally:
            self.seconds += time.process_time() - begun


def filled(contacts: int) -> TimedApi:
    start = clock.now().replace(microsecond=0) - timedelta(days=1)
    fake = FakeGoHighLevel(FakeTime(start))
    fake.webhooks.is_on = False
    for number in range(contacts):
        fake.time.sleep(1)
        row = fake.add_contact(
            firstName="Nora",
            email=f"nora.{number}@example.com",
            phone=f"+1{2_120_000_000 + number}",
            tags=["botox"],
        )
        fake.add_opportunity(row.id, stage=number % 3)
    fake.time.sleep(60)
    return TimedApi(fake)


def measure(contacts: int) -> None:
    api = filled(contacts)
    # Sorted once: the double would sort all contacts again for each page.
    rows = api.fake.sorted_contacts("dateAdded")
    api.fake.sorted_contacts = lambda _: list(rows)  # type: ignore[method-assign]
    stages = PipelineStage.objects.filter(outcome="open").order_by("order")[:3]
    connection = Connection.objects.create(
        door="gohighlevel",
        account=api.fake.location,
        secrets=f'{{"token": "{TOKEN}"}}',
        settings_json={
            "stages": {
                api.fake.stage_id(at): stage.pk for at, stage in enumerate(stages)
            },
            "writes": ["first_name", "email", "phone", "tags", "stage"],
        },
    )
    client = Client(
        TOKEN,
        api.fake.location,
        api.client(),
        monotonic=api.fake.time.monotonic,
        sleep=api.fake.time.sleep,
    )
    for name, act in (
        ("first filling", lambda: carry_out(connection, client, NullProgress())),
        ("comparison", lambda: compare(connection, client)),
    ):
        print(f"{name}: {report(api, contacts, act)}")


def report(api: TimedApi, contacts: int, act: Callable[[], Any]) -> str:
    begun, double, server = time.process_time(), api.seconds, server_seconds()
    memory = peak_megabytes()
    counts = act()
    ours = time.process_time() - begun - (api.seconds - double)
    theirs = server_seconds() - server
    whole = ours + theirs
    return (
        f"{ours:.1f} s of CPU here and {theirs:.1f} s in PostgreSQL for {contacts:,} "
        f"contacts, {whole / contacts * 50_000:.0f} s for 50,000; "
        f"{peak_megabytes() - memory:.0f} MB more memory; {dict(counts)}"
    )


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


if __name__ == "__main__":
    with nothing_stays(), clinic_scope():
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS)
