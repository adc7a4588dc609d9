"""Pages and writes of a running version: `bench.upgrading` runs this in the older one.

Only what versions have had for long is used. Each line that comes in is answered by a
line of JSON: each act with its seconds and, if it failed, why.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.core.exceptions import FieldDoesNotExist  # noqa: E402
from django.test import Client  # noqa: E402

from kpis.events.payments import record_payment  # noqa: E402
from leads.models import Lead, PipelineStage  # noqa: E402
from leads.services import pipeline  # noqa: E402
from medspa.clinic.current import clinic_scope  # noqa: E402
from medspa.ids import new_id  # noqa: E402
from medspa.models import Clinic, User  # noqa: E402

PAGES = ("/leads/today/", "/leads/", "/leads/board/", "/kpis/")


def signed_in() -> Client:
    person, _ = User.objects.get_or_create(username="bench")
    person.groups.set(Group.objects.filter(name="Administrator"))
    client = Client()
    client.force_login(person)
    return client


def create() -> str:
    lead = Lead(first_name="Robin", email=f"{new_id()}@example.com")
    pipeline.create_lead(lead)
    return lead.pk


def move(lead: str) -> None:
    stage = PipelineStage.objects.filter(outcome="open", is_entry=False).first()
    assert stage
    pipeline.move(lead, stage.pk)


def pay(lead: str) -> None:
    record_payment(Lead.objects.get(pk=lead), 500)


def save_clinic() -> None:
    Clinic.objects.get().save()


def open_page(client: Client, page: str) -> None:
    status = client.get(page).status_code
    if status != 200:
        raise RuntimeError(f"HTTP {status}")


def acts(session: Client) -> dict[str, Callable[[], object]]:
    lead = ""

    def add() -> None:
        nonlocal lead
        lead = create()

    return {
        "create a lead": add,
        "move it": lambda: move(lead),
        "record a payment": lambda: pay(lead),
        "save the clinic's settings": save_clinic,
        "go on in a session from before": lambda: open_page(session, "/leads/today/"),
        **{
            f"sign in, {page}": lambda p=page: open_page(signed_in(), p)
            for page in PAGES
        },
    }


def tried(act: Callable[[], object]) -> tuple[float, str]:
    begun = time.monotonic()
    failure = ""
    try:
        with clinic_scope():
            act()
    except Exception as error:  # noqa: BLE001 (told as what failed)
        failure = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return time.monotonic() - begun, failure


def main() -> None:
    with suppress(FieldDoesNotExist):  # a version before two-step sign-in
        Clinic.objects.update(requires_second_step=False)
    session = signed_in()
    for _ in sys.stdin:
        done = {name: tried(act) for name, act in acts(session).items()}
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
