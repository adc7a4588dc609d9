"""Items as doors make them, with invented people."""

from datetime import datetime, timedelta
from typing import Any

from connections.items import IncomingEvent, Who
from connections.taking_in import ItemResult, ItemSource, take_in
from leads.intake.incoming import IncomingLead
from medspa import clock

STRIPE = ItemSource("stripe", "acct_1")
GHL = ItemSource("gohighlevel", "loc1")


def ago(**units: float) -> datetime:
    return clock.now() - timedelta(**units)


def lead(name: str = "Ana", email: str = "ana@example.com", **more: Any) -> Any:
    return IncomingLead(first_name=name, email=email, **more)


def event(what: Any, object_id: str, email: str = "", **more: Any) -> IncomingEvent:
    who = more.pop("who", None) or Who(email=email or "ana@example.com")
    defaults: dict[str, Any] = {"occurred_at": ago(hours=1), "system": "stripe"}
    if what in ("paid", "refunded"):
        defaults |= {"amount_cents": 30_000, "currency": "USD"}
    return IncomingEvent(what=what, object_id=object_id, who=who, **(defaults | more))


def bring(*items: Any, source: ItemSource = STRIPE) -> list[ItemResult]:
    return take_in(items, source)


def outcomes(*items: Any, source: ItemSource = STRIPE) -> list[str]:
    return [result.outcome.value for result in bring(*items, source=source)]
