"""What the worker does for connections with GoHighLevel, and when.

Every connection by itself: one that fails holds up no other.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial

from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.gohighlevel import outgoing
from connections.gohighlevel.access import client_of
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import GoHighLevelError
from connections.gohighlevel.comparing import compare
from connections.gohighlevel.polling import Poll, poll
from connections.models import Connection, Stream
from connections.refusals import Parked
from medspa import clock
from medspa.clinic.current import clinic_scope

log = logging.getLogger(__name__)
OFTEN = (Stream.CONTACTS, Stream.APPOINTMENTS)
Work = Callable[[Connection, Client], object]


def poll_often() -> None:
    """Contacts and appointments, every few minutes."""
    for stream in OFTEN:
        _for_each(partial(poll, stream=stream))


def poll_rarely() -> None:
    """Stages and money, which are read as a whole."""
    for stream in (Stream.OPPORTUNITIES, Stream.TRANSACTIONS):
        _for_each(partial(poll, stream=stream))


def send_changes() -> None:
    _for_each(_send)


def _send(connection: Connection, client: Client) -> None:
    outgoing.send_due(Poll.of(connection, client))


def compare_all() -> None:
    _for_each(compare, is_urgent=False)
    outgoing.forget_ended(clock.now())


def _for_each(work: Work, *, is_urgent: bool = True) -> None:
    with clinic_scope():
        for connection, client in _clients(is_urgent=is_urgent):
            try:
                work(connection, client)
            except (GoHighLevelError, Parked) as refusal:
                log.warning("GoHighLevel %s: %s", connection.pk, refusal.code)
            finally:
                client.http.close()


def _clients(*, is_urgent: bool) -> Iterator[tuple[Connection, Client]]:
    """Connections without a token live by workflows alone."""
    for connection in Connection.objects.filter(door=GOHIGHLEVEL, is_on=True):
        if connection.secret_values.get("token"):
            yield connection, client_of(connection, is_urgent=is_urgent)
