"""The models of this app."""

from connections.models.connection import Connection
from connections.models.delivery import ENDED_STATES, DeliveryState, ReceivedDelivery
from connections.models.delivery_count import DeliveryCount
from connections.models.difference import ComparedField, FieldDifference
from connections.models.external_id import ExternalId
from connections.models.file_mapping import FileColumns, SavedColumns
from connections.models.open_breaker import OpenBreaker
from connections.models.outcome import (
    APPLIED,
    WHAT_IN_WORDS,
    ItemOutcome,
    Outcome,
)
from connections.models.payment_rank import PaymentRank
from connections.models.sync import (
    BackfillPreview,
    ChangeState,
    KnownThere,
    OutgoingChange,
    Stream,
    StreamState,
)
from connections.models.undo import UNDO_WITHIN, IntakeBatch, UndoRun
from connections.models.waiting_event import UnmatchedEvent, WaitState, WaitWhy
from connections.models.web_form import WebForm, WebFormCount, WebFormWording

__all__ = [
    "APPLIED",
    "ENDED_STATES",
    "UNDO_WITHIN",
    "WHAT_IN_WORDS",
    "BackfillPreview",
    "ChangeState",
    "ComparedField",
    "Connection",
    "DeliveryCount",
    "DeliveryState",
    "ExternalId",
    "FieldDifference",
    "FileColumns",
    "IntakeBatch",
    "ItemOutcome",
    "KnownThere",
    "OpenBreaker",
    "Outcome",
    "OutgoingChange",
    "PaymentRank",
    "ReceivedDelivery",
    "SavedColumns",
    "Stream",
    "StreamState",
    "UndoRun",
    "UnmatchedEvent",
    "WaitState",
    "WaitWhy",
    "WebForm",
    "WebFormCount",
    "WebFormWording",
]
