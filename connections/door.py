"""The anatomy of a door: how one other system's deliveries become items.

A door is a module of `connections.doors` that ends in `DOOR = Door(...)`. It is pure:
it reads no database and writes none.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connections.door_parts.mappings import ListedThere, MappingTable
from connections.items import Item
from connections.refusals import (
    BadSignature,
    DeliveryRefused,
    NotSigned,
    Parked,
    RetryLater,
    TooOld,
    UnreadableDelivery,
)
from connections.strict_json import JSON
from medspa.encryption.derived_keys import derived_key
from medspa.json_columns import Schema
from medspa.reading.short_names import says_nothing_about_somebody

# Key names of a form are its questions, in words; they are cut.
LONGEST_DROPPED_NAME = 60
MOST_DROPPED_NAMES = 50
# In place of a name that might say something about somebody.
HIDDEN_NAME = "…"

if TYPE_CHECKING:
    from connections.models import Connection
    from connections.taking_in import ItemResult, ItemSource

__all__ = [
    "BadSignature",
    "Context",
    "Delivery",
    "DeliveryRefused",
    "Door",
    "NoSettings",
    "NotSigned",
    "Parked",
    "Projection",
    "RetryLater",
    "TooOld",
    "UnreadableDelivery",
    "dropped_names",
    "hash_of",
]


@dataclass(frozen=True)
class Delivery:
    """One HTTP request as it came. It is never stored and never logged.

    Header names are lower-case; a query parameter that repeats has its last value.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = field(default="", repr=False)
    content_type: str = "application/json"
    received_at: datetime = field(kw_only=True)


@dataclass(frozen=True)
class Projection:
    """What may be stored of a delivery: allow-listed values only.

    `key` makes a repeated delivery the same one: the delivery's id, or a hash of the
    projection. `dropped` are names of keys that were left out, never values.
    """

    kind: str
    key: str
    data: Mapping[str, JSON] = field(repr=False)
    dropped: tuple[str, ...] = ()


# Reads a path of the other system's API; raises RetryLater.
Fetch = Callable[[str], Mapping[str, JSON]]


def no_fetch(path: str) -> Mapping[str, JSON]:
    raise Parked("This connection has no access to the other system.", "no_access")


@dataclass(frozen=True)
class Context:
    """What a translation may know besides the projection."""

    system: str
    account: str
    zone: ZoneInfo
    now: datetime
    settings: Schema
    fetch: Fetch = no_fetch


class NoSettings(Schema):
    """A door without settings."""


def dropped_names(given: Iterable[str], kept: Iterable[str]) -> tuple[str, ...]:
    """The names of keys that were left out, as they may be stored and shown."""
    names = sorted({name[:LONGEST_DROPPED_NAME] for name in set(given) - set(kept)})
    return tuple(
        name if says_nothing_about_somebody(name) else HIDDEN_NAME
        for name in names[:MOST_DROPPED_NAMES]
    )


def hash_of(data: Mapping[str, JSON]) -> str:
    """The key of a projection whose system gives deliveries no id.

    Under a key of ours: of a bare hash, a phone is found by trying all numbers.
    """
    text = json.dumps(data, sort_keys=True).encode()
    return hmac.digest(derived_key(b"deliveries"), text, sha256).hex()


# Makes a string that occurs nowhere else, by the name of its place.
Marker = Callable[[str], str]


@dataclass(frozen=True)
class Door:
    """One kind of other system.

    `verify` checks the signature over the raw bytes before anything is parsed. `read`
    parses strictly and keeps what is allowed; an empty answer means that the delivery
    is of a kind that does not matter. `translate` runs in the worker. `canaries` are
    examples with marker strings in every forbidden place; `sign` makes the headers (and
    for some the body or query) that `verify` accepts, for tests and the docs.
    """

    name: str
    title: str
    secrets: tuple[str, ...]
    verify: Callable[[Delivery, Mapping[str, str]], None]
    read: Callable[[Delivery], Sequence[Projection]]
    translate: Callable[[Projection, Context], Sequence[Item]]
    canaries: Callable[[Marker], Sequence[Delivery]]
    answer: Callable[[Delivery, Mapping[str, str]], bytes | None] | None = None
    sign: Callable[[Delivery, Mapping[str, str]], Delivery] | None = None
    settings: type[Schema] = NoSettings
    # Access to the other system's API with a connection's secrets and account.
    fetch: Callable[[Mapping[str, str], str], Fetch] | None = None
    # The code of the source of new leads that name none.
    lead_source: str = "other"
    # The first secret is one that we make, and the clinic enters there.
    makes_secret: bool = False
    # What the 200 of a stored delivery says.
    accepted: bytes = b"{}"
    # What the API answers about the objects of `canaries`, with markers of its own.
    canary_answers: Callable[[Marker], Fetch] | None = None
    # How its items are taken in, where that is more than `taking_in.take_in`.
    take: "Callable[[Sequence[Item], ItemSource], list[ItemResult]] | None" = None
    # Secrets that a connection may do without.
    optional_secrets: tuple[str, ...] = ()
    # What it brings, in a line.
    brings: str = ""
    # The account as people there call it, and whether a connection needs one.
    account_label: str = "Account or location ID, if the system has one"
    needs_account: bool = False
    # What people call the secrets, where that is not their name.
    secret_labels: Mapping[str, str] = field(default_factory=dict)
    # The name of the URL of the page where its connections are made, if it has one.
    own_page: str = ""
    # What an administrator maps, and what the other system has of it now.
    mappings: tuple[MappingTable, ...] = ()
    list_there: "Callable[[Connection], ListedThere] | None" = None
    # What people should know of a connection, a sentence for each, for the Status page.
    problems: "Callable[[Connection], Iterable[str]] | None" = None

    @property
    def works_in_batches(self) -> bool:
        """Whether its deliveries say all themselves and are taken in by `take_in`."""
        return self.fetch is None and self.take is None
