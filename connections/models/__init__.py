"""The models of this app."""

from connections.models.connection import Connection
from connections.models.delivery import ENDED, DeliveryState, ReceivedDelivery
from connections.models.delivery_count import DeliveryCount
from connections.models.external_id import ExternalId
from connections.models.outcome import APPLIED, ItemOutcome, Outcome
from connections.models.sync import (
    ChangeState,
    KnownThere,
    OutgoingChange,
    Stream,
    StreamState,
)
from connections.models.waiting_event import UnmatchedEvent, WaitState, WaitWhy

__all__ = [
    "APPLIED",
    "ENDED",
    "ChangeState",
    "Connection",
    "DeliveryCount",
    "DeliveryState",
    "ExternalId",
    "ItemOutcome",
    "KnownThere",
    "Outcome",
    "OutgoingChange",
    "ReceivedDelivery",
    "Stream",
    "StreamState",
    "UnmatchedEvent",
    "WaitState",
    "WaitWhy",
]
