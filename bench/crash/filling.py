"""The clinic that is worked in, made by a process of its own; prints it as JSON."""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.test import Client  # noqa: E402

from leads.choices import Outcome  # noqa: E402
from leads.models import Lead, PipelineStage, Tag  # noqa: E402
from leads.services.pipeline import create_leads  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import ADMINISTRATOR  # noqa: E402

LEADS_OF_A_WRITER = 25
# A bulk act with more than 500 leads is done by the worker, 500 at a time.
LEADS_OF_THE_WORKER = 2_000
TAGS = 60
FINISH_SECONDS = 240


def main(writers: int) -> None:
    person = User.objects.create(username="bench")
    person.groups.set([Group.objects.get(name=ADMINISTRATOR)])
    client = Client()
    client.force_login(person)
    (session,) = client.cookies.values()
    stages = PipelineStage.objects.filter(outcome=Outcome.OPEN, records_kpi="")
    tags = [Tag.objects.create(name=f"Tag {number}") for number in range(TAGS)]
    filled = {
        "session": [session.key, session.value],
        "stages": [stage.pk for stage in stages.order_by("order")[:2]],
        "leads": [_leads(LEADS_OF_A_WRITER) for _ in range(writers)],
        "many": _leads(LEADS_OF_THE_WORKER),
        "tags": [tag.pk for tag in tags],
        "runs_within": FINISH_SECONDS,
    }
    print(json.dumps(filled))


def _leads(count: int) -> list[str]:
    leads = [Lead(first_name="Ada", source="google") for _ in range(count)]
    create_leads(leads)
    return [lead.pk for lead in leads]


if __name__ == "__main__":
    main(int(sys.argv[1]))
