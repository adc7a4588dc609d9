"""The models of this app."""

from connections.models.connection import Connection
from connections.models.delivery import DeliveryState, ReceivedDelivery
from connections.models.external_id import ExternalId
from connections.models.outcome import ItemOutcome, Outcome
from connections.models.waiting_event import UnmatchedEvent, WaitState, WaitWhy

__all__ = [
    "Connection",
    "DeliveryState",
    "ExternalId",
    "ItemOutcome",
    "Outcome",
    "ReceivedDelivery",
    "UnmatchedEvent",
    "WaitState",
    "WaitWhy",
]
