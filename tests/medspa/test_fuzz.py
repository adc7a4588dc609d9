"""No random request is a 500: a small slice of what `python -m bench.fuzz` asks."""

import logging
import os
from typing import Any

import pytest
from django.test import Client

from medspa.models import User
from tests.fuzzing import Fuzzer, failures
from tests.medspa.places import PEOPLE
from tests.medspa.worlds import STATES, make_world

SEED = int(os.environ.get("FUZZ_SEED", "11"))
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "150"))


@pytest.mark.slow
def test_no_request_fails(
    superuser: User, person: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django")
    people = [superuser, superuser, *(person(role) for role in PEOPLE.values())]
    clients = [Client(raise_request_exception=False) for _ in people]
    for client, somebody in zip(clients, people, strict=True):
        client.force_login(somebody)
    worlds = [
        {"name": "stage", "month": "2026-03", **make_world(state, superuser)}
        for state in STATES
    ]
    failed, statuses = failures(clients, Fuzzer(SEED, worlds), REQUESTS)
    assert not failed, "\n".join(failed)
    assert sum(statuses.values()) == REQUESTS
    if "FUZZ_REQUESTS" in os.environ:
        print(dict(sorted(statuses.items())))  # noqa: T201 (asked for by a person)
