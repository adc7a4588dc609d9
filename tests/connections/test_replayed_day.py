"""A whole day by webhooks, with outages, ends as if people had entered it by hand.

`REPLAYED_EVENTS=2000` replays a full day.
"""

import os

import pytest
from django.db import transaction

from connections.models import (
    DeliveryState,
    ReceivedDelivery,
    UnmatchedEvent,
    WaitState,
)
from connections.registry import DOORS
from tests.connections.replayed_day import EnteredByHand, ReplayedDay

pytestmark = pytest.mark.django_db
EVENTS = int(os.environ.get("REPLAYED_EVENTS", "120"))

HAPPEN = {"come", "move", "book", "showed", "noshow", "cancel", "pay", "refund"}


class Back(Exception):
    """What came in is rolled back."""


@pytest.mark.slow
def test_a_day_with_outages_ends_equal_to_the_same_day_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = ReplayedDay(
        EVENTS, lambda door: monkeypatch.setitem(DOORS, "gohighlevel", door)
    )
    with pytest.raises(Back), transaction.atomic():
        day.run()
        day.settle()
        assert {what for what, *_ in day.happened} == HAPPEN
        assert day.received["repeated"] and day.received["again"]
        waiting = (DeliveryState.WAITING, DeliveryState.PARKED)
        assert not ReceivedDelivery.objects.filter(state__in=waiting).exists()
        assert not UnmatchedEvent.objects.filter(state=WaitState.WAITING).exists()
        assert day.here() == day.there()
        came = day.numbers()
        raise Back
    EnteredByHand(day)
    assert day.numbers() == came
