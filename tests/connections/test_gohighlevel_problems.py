"""What Status says of a connection with GoHighLevel, its command, and its tables."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from connections.gohighlevel.problems import problems
from connections.models import (
    ChangeState,
    KnownThere,
    OutgoingChange,
    Stream,
    StreamState,
)
from leads.models import Lead
from medspa import clock
from medspa.models import JobRun
from tests.connections.fake_gohighlevel.server import serving
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> ConnectedClinic:
    return ConnectedClinic()


def run(*words: str) -> str:
    out = StringIO()
    call_command("gohighlevel", *words, stdout=out)
    return out.getvalue()


def test_a_connection_that_works_has_no_problems(clinic: ConnectedClinic) -> None:
    clinic.poll()
    assert not list(problems(clinic.connection))


def test_what_fails_is_told(clinic: ConnectedClinic) -> None:
    lead, long_ago = LeadFactory.create(), clock.now() - timedelta(hours=1)
    state = StreamState.objects.create(
        connection=clinic.connection,
        stream=Stream.CONTACTS,
        failure="unavailable",
        failing_since=long_ago,
        drift={"missing_there": 21},
    )
    OutgoingChange.objects.create(
        connection=clinic.connection,
        lead=lead,
        field="email",
        state=ChangeState.PARKED,
        ended_at=clock.now(),
    )
    KnownThere.objects.create(
        connection=clinic.connection,
        lead=lead,
        field="email",
        digest=b"x",
        parked_at=clock.now(),
    )
    assert list(problems(clinic.connection)) == [
        "GoHighLevel hasn't been readable for over 30 minutes.",
        "GoHighLevel: 21 leads have no contact there. No lead was deleted; check why.",
        "GoHighLevel: 1 change couldn't be saved there.",
        "GoHighLevel: 1 field changes too often there, and no longer here.",
    ]
    state.failure = "token_refused"
    state.save()
    assert "rejects the token" in next(iter(problems(clinic.connection)))
    assert run("release") == "Released: 1.\n"


def test_the_command_tests_counts_and_starts(
    clinic: ConnectedClinic, settings: Any
) -> None:
    clinic.fake.add_contact(firstName="Nora", email="nora@example.com")
    clinic.wait(3)
    with serving(clinic.api) as address:
        settings.GOHIGHLEVEL_URL = address
        there = json.loads(run("test"))
        assert there["checks"]["Contacts"] == "1 contact"
        assert there["stages"][clinic.fake.stage_id(0)] == "Sales: New lead"
        assert there["calendars"][clinic.fake.calendars[0].id] == "Consults"
        assert run("dry-run") == "1 created.\n"
    assert not Lead.objects.exists()
    run("import")
    assert JobRun.objects.get().kind == "connections.gohighlevel_backfill"


def test_the_command_says_what_is_missing(clinic: ConnectedClinic) -> None:
    with pytest.raises(CommandError, match="by --account"):
        run("test", "--account", "another")
    clinic.connection.secrets = ""
    clinic.connection.save()
    with pytest.raises(CommandError, match="Enter a token"):
        run("test")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"stream": "x"}, "Choose a stream from the list."),
        ({"drift": []}, "The differences must be a JSON object."),
        ({"failure": "unavailable"}, "A failure has a moment since when it is one."),
    ],
)
def test_a_stream_state_is_checked(
    clinic: ConnectedClinic, values: dict[str, Any], sentence: str
) -> None:
    given = {"connection": clinic.connection, "stream": Stream.CONTACTS} | values
    refused(StreamState(**given), sentence)


def test_a_stream_is_followed_once(clinic: ConnectedClinic) -> None:
    given: dict[str, Any] = {"connection": clinic.connection, "stream": "contacts"}
    StreamState.objects.create(**given)
    refused(StreamState(**given), "This stream is followed already.")


def test_one_value_of_a_field_is_known(clinic: ConnectedClinic) -> None:
    given: dict[str, Any] = {"connection": clinic.connection, "field": "email"}
    given |= {"lead": LeadFactory.create(), "digest": b"x"}
    KnownThere.objects.create(**given)
    refused(KnownThere(**given), "One value of a field is known.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "x", "ended_at": clock.now()}, "Choose a state from the list."),
        ({"state": "sent"}, "A change ends when it no longer waits."),
        ({}, "This change waits already."),
    ],
)
def test_an_outgoing_change_is_checked(
    clinic: ConnectedClinic, values: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {"connection": clinic.connection, "field": "email"}
    given["lead"] = LeadFactory.create()
    OutgoingChange.objects.create(**given)
    refused(OutgoingChange(**(given | values)), sentence)


def refused(row: Any, sentence: str) -> None:
    """By the form with a sentence, and by the database."""
    with pytest.raises(ValidationError) as error:
        row.validate_constraints()
    assert sentence in error.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
