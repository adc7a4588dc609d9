"""The key and the leads that programs work with while things are killed, as JSON."""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402

from api.keys.making import NewKey, make_key  # noqa: E402
from api.keys.models import HIGHEST_LIMIT  # noqa: E402
from api.keys.scopes import SCOPES  # noqa: E402
from api.webhooks.endpoints import EndpointFacts, add_endpoint  # noqa: E402
from leads.models import Lead  # noqa: E402
from leads.services.pipeline import create_leads  # noqa: E402
from medspa.models import User  # noqa: E402
from medspa.roles import ADMINISTRATOR, MANAGER  # noqa: E402


def main(programs: int, url: str) -> None:
    person = User.objects.create(username="bench")
    person.groups.set(Group.objects.filter(name__in=[ADMINISTRATOR, MANAGER]))
    new = NewKey("Bench", person, SCOPES, requests_per_minute=HIGHEST_LIMIT)
    leads = [Lead(first_name="Ada", source="google") for _ in range(programs)]
    create_leads(leads)
    facts = EndpointFacts("Bench", url, ("lead.updated", "payment.recorded"))
    add_endpoint(facts, person)
    filled = {
        "key": make_key(new, person).secret.text,
        "leads": [lead.pk for lead in leads],
    }
    print(json.dumps(filled))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
