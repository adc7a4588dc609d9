"""Where items come from, and what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from connections.models import (
    APPLIED,
    Connection,
    ItemOutcome,
    Outcome,
    ReceivedDelivery,
)
from medspa.audit.inserting import insert_rows


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
    """An item's result with what it was: `lead`, `paid`, …, and its id there."""

    what: str
    result: ItemResult
    object_id: str = ""


def write_outcomes(
    source: ItemSource, noted: Sequence[NotedResult], first: int = 0
) -> None:
    """Note what came of items; `first` is the number of the first of them.

    When a delivery is worked off again, what an item did before stays noted: only what
    was parked or refused is replaced.
    """
    numbers = range(first, first + len(noted))
    kept = _settled(source, numbers) if source.delivery else set()
    insert_rows(
        ItemOutcome,
        [
            outcome_row(source, number, one)
            for number, one in zip(numbers, noted, strict=True)
            if number not in kept
        ],
    )


def outcome_row(source: ItemSource, number: int, one: NotedResult) -> ItemOutcome:
    return ItemOutcome(
        connection=source.connection,
        delivery=source.delivery,
        batch=source.batch,
        number=number,
        what=one.what,
        object_id=one.object_id,
        outcome=one.result.outcome,
        reason=one.result.reason[:40],
        lead_id=one.result.lead_id,
        event_id=one.result.event_id,
        fields=list(one.result.fields),
        before=one.result.before,
        after=one.result.after,
    )


def _settled(source: ItemSource, numbers: range) -> set[int]:
    """The numbers whose outcome stays; the outcomes of the others are removed."""
    earlier = ItemOutcome.objects.filter(
        delivery=source.delivery, number__gte=numbers.start, number__lt=numbers.stop
    )
    kept = set(earlier.filter(outcome__in=APPLIED).values_list("number", flat=True))
    earlier.exclude(outcome__in=APPLIED).delete()
    return kept
