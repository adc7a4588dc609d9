"""What must never be stored is found nowhere after every door has worked it off."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection as database

from connections.door import Delivery, Door
from connections.models import Connection, ReceivedDelivery, UnmatchedEvent
from connections.registry import DOORS
from leads.models import Lead
from medspa import clock
from tests.connections.doors import address_of, connected, post, work_off_all
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel
from tests.connections.fake_gohighlevel.canaries import full_of_canaries
from tests.connections.fake_gohighlevel.server import serving

pytestmark = pytest.mark.usefixtures("clinic")
TABLES = """
    SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'
"""


def marker(name: str) -> str:
    """Letters only, so that a place for names would let it through."""
    return f"Qzcanary{name.replace('_', '')}"


def found_in_tables() -> Iterator[str]:
    """Every table with the marker, that of the queue and of history among them."""
    with database.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} row WHERE row::text ILIKE '%qzcanary%'"  # noqa: S608
            )
            if cursor.fetchone()[0]:
                yield table


def stored_texts() -> Iterator[str]:
    """What stands in the tables encrypted."""
    for row in ReceivedDelivery.objects.all():
        yield row.data
    for event in UnmatchedEvent.objects.all():
        yield event.content


def deliver(door: Door, connection: Connection, deliveries: Sequence[Delivery]) -> None:
    for number, delivery in enumerate(deliveries):
        assert door.sign, f"{door.name} can't be tried: it needs a sign"
        fresh = replace(delivery, received_at=clock.now(), url=address_of(connection))
        answer = post(connection, door.sign(fresh, connection.secret_values))
        assert answer.status_code == 200, f"{door.name} {number}: {answer.content!r}"


@pytest.fixture
def gohighlevel(settings: Any) -> Iterator[FakeGoHighLevel]:
    """Its answers have a marker in every forbidden place, as its deliveries do."""
    fake = full_of_canaries(marker)
    with serving(Api(fake)) as address:
        settings.GOHIGHLEVEL_URL = address
        yield fake


def with_canaries(
    name: str, gohighlevel: FakeGoHighLevel, monkeypatch: pytest.MonkeyPatch
) -> tuple[Door, Connection, Sequence[Delivery]]:
    """The door, connected to what answers with markers, and deliveries full of them."""
    door = DOORS[name]
    if door.canary_answers:  # in place of the other system
        answers = door.canary_answers(marker)
        door = replace(door, fetch=lambda secrets, account: answers)
        monkeypatch.setitem(DOORS, name, door)
    is_gohighlevel = name == "gohighlevel"
    connection = connected(name, gohighlevel.location if is_gohighlevel else "")
    if is_gohighlevel:
        gohighlevel.token = connection.secret_values["token"]
    return door, connection, door.canaries(marker)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOORS)
def test_no_door_stores_what_is_forbidden(
    name: str,
    gohighlevel: FakeGoHighLevel,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door, connection, deliveries = with_canaries(name, gohighlevel, monkeypatch)
    sent = " ".join(
        f"{one.body.decode()} {urlencode(one.query)} {one.headers}"
        for one in deliveries
    )
    assert sent.count("Qzcanary") >= 3, f"{name} has no canaries"
    with caplog.at_level(logging.DEBUG):
        deliver(door, connection, deliveries)
        stored = " ".join(stored_texts())
        assert ReceivedDelivery.objects.exists()
        work_off_all()
    stored += " ".join(stored_texts())
    assert name != "gohighlevel" or Lead.objects.exists()
    assert "qzcanary" not in stored.lower()
    assert list(found_in_tables()) == []
    assert "qzcanary" not in caplog.text.lower()
    assert "qzcanary" not in repr(getattr(cache, "_cache", {})).lower()


def test_a_marker_that_is_stored_is_found(clinic: None) -> None:
    connection = connected()
    connection.account = marker("x")
    connection.save()
    tables = ["connections_connection", "connections_connectionhistory"]
    assert sorted(found_in_tables()) == tables
