"""Deliveries of any door for tests: keys, signing, reading and translating."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connections.door import Context, Delivery, Door, Projection, no_fetch
from connections.items import Item
from connections.registry import DOORS

NOW = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
URL = "https://clinic.example/in/the-address"
# Doors whose secret is a key in base64.
STANDARD_WEBHOOKS = frozenset({"connect"})
DOORS_FOLDER = Path(__file__).with_name("each_door")


def keys_of(door: Door, kind: str = "right") -> dict[str, str]:
    """Secrets made up for the test, in the form that the door asks for."""
    keys = {name: f"{kind}-key-of-{name}-for-tests" for name in door.secrets}
    if door.name in STANDARD_WEBHOOKS:
        return {name: f"whsec_{_base64(key)}" for name, key in keys.items()}
    return keys


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def examples(door: Door, marker: Callable[[str], str] = str) -> list[Delivery]:
    """The door's own examples, as received now at our address."""
    return [
        replace(delivery, url=URL, received_at=NOW)
        for delivery in door.canaries(marker)
    ]


def signed(door: Door, delivery: Delivery, kind: str = "right") -> Delivery:
    return door.sign(delivery, keys_of(door, kind)) if door.sign else delivery


def take(door: Door, delivery: Delivery) -> list[Projection]:
    """What the view does: verify, then read."""
    door.verify(delivery, keys_of(door))
    return list(door.read(delivery))


def context_of(door: Door, **also: Any) -> Context:
    settings = also.pop("settings", None) or door.settings()
    found = {"system": door.name, "account": "", "now": NOW, "fetch": no_fetch, **also}
    return Context(zone=ZoneInfo("America/New_York"), settings=settings, **found)


def items_of(door: Door, delivery: Delivery, **also: Any) -> list[Item]:
    """The items that a delivery comes to, signed, read and translated."""
    context = context_of(door, **also)
    return [
        item
        for projection in take(door, signed(door, delivery))
        for item in door.translate(stored(projection), context)
    ]


def stored(projection: Projection) -> Projection:
    """The projection after it was stored as JSON and read again."""
    return replace(projection, data=json.loads(json.dumps(dict(projection.data))))


def fixture(door: str, name: str) -> Any:
    """A body made by hand in the documented shape, with an invented person."""
    return json.loads((DOORS_FOLDER / door / f"{name}.json").read_text())


def delivery_of(body: object, **also: Any) -> Delivery:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(content, **{"url": URL, "received_at": NOW, **also})


def changed(body: Any, **values: object) -> Any:
    """A copy of a body; `a__b=1` sets the key `b` of the object `a`."""
    copy = json.loads(json.dumps(body))
    for path, value in values.items():
        *parents, last = path.split("__")
        place = copy
        for key in parents:
            place = place[key]
        place[last] = value
    return copy


def answering(answers: Mapping[str, Any]) -> Callable[[str], Any]:
    """Fetches by the path without its query."""
    return lambda path: answers[path.partition("?")[0]]


def door_names() -> list[str]:
    return list(DOORS)
