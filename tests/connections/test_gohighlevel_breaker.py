"""The circuit breaker: one for all processes, and a line of its own for people."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from connections.gohighlevel.api.breaker import StoredBreaker
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import BreakerOpen, Unavailable
from connections.gohighlevel.problems import problems
from connections.models import OpenBreaker, Stream, StreamState
from connections.watching.figures import State, read_doors
from medspa import clock
from tests.connections.gohighlevel_clinic import ConnectedClinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> ConnectedClinic:
    return ConnectedClinic()


def client_of(clinic: ConnectedClinic, *, is_ignored: bool = False) -> Client:
    """A client as a process of its own has it."""
    store = StoredBreaker(clinic.connection, is_ignored=is_ignored)
    return replace(clinic.client, breaker_store=store)


def path_of(clinic: ConnectedClinic) -> str:
    return f"/contacts/{clinic.fake.add_contact(firstName='Nora').id}"


def opened(clinic: ConnectedClinic) -> str:
    path, client = path_of(clinic), client_of(clinic)
    clinic.api.faults = [500] * 5
    for error in (Unavailable, BreakerOpen):
        with pytest.raises(error):
            client.get(path)
    return path


def test_what_one_process_opened_keeps_the_others_from_asking(
    clinic: ConnectedClinic,
) -> None:
    path = opened(clinic)
    asked = len(clinic.api.requests)
    with pytest.raises(BreakerOpen):
        client_of(clinic).get(path)
    assert len(clinic.api.requests) == asked


def test_one_request_in_a_while_tries_and_the_first_that_works_closes_it(
    clinic: ConnectedClinic,
) -> None:
    path = opened(clinic)
    since = OpenBreaker.objects.get().opened_at
    OpenBreaker.objects.update(tries_at=clock.now() - timedelta(seconds=1))
    clinic.api.faults = [500]
    with pytest.raises(BreakerOpen):
        client_of(clinic).get(path)
    row = OpenBreaker.objects.get()
    assert (row.opened_at, row.tries_at > clock.now()) == (since, True)
    OpenBreaker.objects.update(tries_at=clock.now() - timedelta(seconds=1))
    assert client_of(clinic).get(path)
    assert not OpenBreaker.objects.exists()


def test_a_person_who_tests_the_connection_asks_all_the_same(
    clinic: ConnectedClinic,
) -> None:
    path = opened(clinic)
    assert client_of(clinic, is_ignored=True).get(path)
    assert not OpenBreaker.objects.exists()


def test_the_breaker_has_a_line_of_its_own(
    clinic: ConnectedClinic, admin_client: Browser
) -> None:
    page = admin_client.get("/connections/").content.decode()
    assert "Circuit breaker" in page
    assert "Closed" in page
    opened(clinic)
    page = admin_client.get("/connections/").content.decode()
    assert "Open since" in page
    [problem] = problems(clinic.connection)
    assert "Only one a minute" in problem
    out = StringIO()
    call_command("connections", "--json", stdout=out)
    doors = {door["name"]: door for door in json.loads(out.getvalue())}
    [told] = doors["gohighlevel"]["connections"]
    assert told["circuit_breaker"] == "open"
    assert told["state"] == State.UNREACHABLE


@pytest.mark.parametrize(
    ("read_before", "minutes", "state"),
    [
        (False, 1, State.UNREACHABLE),
        (True, 1, State.WORKING),
        (True, 31, State.UNREACHABLE),
    ],
)
def test_a_connection_of_which_a_part_is_not_read_does_not_work(
    clinic: ConnectedClinic, read_before: bool, minutes: int, state: State
) -> None:
    clinic.poll()
    now = clock.now()
    StreamState.objects.filter(stream=Stream.CONTACTS).update(
        polled_at=now - timedelta(days=1) if read_before else None,
        failure="unavailable",
        failing_since=now - timedelta(minutes=minutes),
    )
    [door] = [one for one in read_doors() if one.door.name == "gohighlevel"]
    assert door.state == state


def test_a_connection_that_is_read_by_itself_waits_for_no_delivery(
    clinic: ConnectedClinic, admin_client: Browser
) -> None:
    def state() -> str:
        [door] = [one for one in read_doors() if one.door.name == "gohighlevel"]
        return door.state

    assert state() == State.TO_BE_READ
    clinic.poll()
    assert state() == State.WORKING
    StreamState.objects.filter(stream=Stream.CONTACTS).update(
        compared_at=clock.now(), drift={"email": 2, "phone": 1}
    )
    page = admin_client.get("/connections/").content.decode()
    assert "Waiting for the first delivery" not in page
    assert 'data-label="Differences then"> 3 </td>' in " ".join(page.split())
