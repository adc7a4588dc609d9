"""Where items come from, and what came of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connections.items import Item
from connections.models import (
    APPLIED,
    Connection,
    ItemOutcome,
    Outcome,
    ReceivedDelivery,
)
from medspa.audit.inserting import insert_values

OUTCOME_VALUES = (
    "connection_id",
    "delivery_id",
    "batch",
    "number",
    "what",
    "object_id",
    "outcome",
    "reason",
    "lead_id",
    "event_id",
    "fields",
    "before",
    "after",
)


@dataclass(frozen=True)
class ItemPlace:
    """The delivery that an item comes from, if any, and its number there."""

    delivery: ReceivedDelivery | None
    number: int


@dataclass(frozen=True)
class ItemSource:
    """The system and account that items come from; for a file, the `batch` it makes.

    `lead_source` is the code of the source of new leads that name none. With
    `is_asked` a person has confirmed what is otherwise too much to do unasked.
    """

    system: str
    account: str = ""
    connection: Connection | None = None
    delivery: ReceivedDelivery | None = None
    batch: str = ""
    lead_source: str = "other"
    is_asked: bool = False
    # By `id()` of an item, where they are of several deliveries.
    places: Mapping[int, ItemPlace] = field(default_factory=dict)

    def place_of(self, item: Item, number: int = 0) -> ItemPlace:
        return self.places.get(id(item)) or ItemPlace(self.delivery, number)


@dataclass(frozen=True)
class ItemResult:
    """One item's outcome. `reason` is a code, `sentence` is for people: no values.

    `before` and `after` are ids in the lead's history around a change of `fields`.
    """

    outcome: Outcome
    reason: str = ""
    sentence: str = ""
    lead_id: str | None = None
    event_id: str | None = None
    fields: tuple[str, ...] = ()
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class NotedResult:
    """An item's result with what it was: `lead`, `paid`, …, its id there and place."""

    what: str
    result: ItemResult
    place: ItemPlace
    object_id: str = ""


def write_outcomes(source: ItemSource, noted: Sequence[NotedResult]) -> None:
    """Note what came of items.

    When a delivery is worked off again, what an item did before stays noted: only what
    was parked or refused is replaced.
    """
    kept = _settled([one.place for one in noted])
    insert_outcomes(source, (one for one in noted if _key(one.place) not in kept))


def insert_outcomes(source: ItemSource, noted: Iterable[NotedResult]) -> None:
    """Of a file's rows as many as it has, so without an object for each."""
    insert_values(
        ItemOutcome,
        OUTCOME_VALUES,
        (
            (
                source.connection.pk if source.connection else None,
                one.place.delivery.pk if one.place.delivery else None,
                source.batch,
                one.place.number,
                one.what,
                one.object_id,
                one.result.outcome,
                one.result.reason[:40],
                one.result.lead_id,
                one.result.event_id,
                list(one.result.fields),
                one.result.before,
                one.result.after,
            )
            for one in noted
        ),
    )


PlaceKey = tuple[str | None, int]


def _key(place: ItemPlace) -> PlaceKey:
    return place.delivery.pk if place.delivery else None, place.number


def _settled(places: Sequence[ItemPlace]) -> set[PlaceKey]:
    """Whose outcome stays; the outcomes of the others are removed."""
    asked = {_key(place) for place in places if place.delivery}
    if not asked:
        return set()
    earlier = ItemOutcome.objects.filter(delivery__in={pk for pk, _ in asked})
    known = earlier.values_list("pk", "delivery_id", "number", "outcome")
    kept, replaced = set(), []
    for pk, delivery_id, number, outcome in known:
        if (delivery_id, number) not in asked:
            continue
        if outcome in APPLIED:
            kept.add((delivery_id, number))
        else:
            replaced.append(pk)
    if replaced:
        ItemOutcome.objects.filter(pk__in=replaced).delete()
    return kept
