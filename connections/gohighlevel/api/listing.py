"""GoHighLevel's lists, page by page."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connections.gohighlevel.api.client import Client

Row = Mapping[str, Any]
Page = list[Row]
CONTACTS_PER_PAGE = 500
OPPORTUNITIES_PER_PAGE = 100
TRANSACTIONS_PER_PAGE = 100
OLDEST_FIRST = [{"field": "dateUpdated", "direction": "asc"}]
Place = list[Any]


def contacts(
    client: Client, since: datetime | None = None, after: Place | None = None
) -> Iterator[tuple[Page, Place]]:
    """Contacts by the moment of their last change, with where the next page begins.

    By `searchAfter` from the first page on: pages by number end at 10,000 contacts.
    """
    body: dict[str, Any] = {
        "locationId": client.location,
        "pageLimit": CONTACTS_PER_PAGE,
        "sort": OLDEST_FIRST,
    }
    if since:
        value = {"gte": int(since.timestamp() * 1_000)}
        changed = {"field": "dateUpdated", "operator": "range", "value": value}
        body["filters"] = [changed]
    while True:
        place = {"searchAfter": after} if after else {}
        rows = rows_of(client.post("/contacts/search", body | place), "contacts")
        after = rows[-1].get("searchAfter") if rows else None
        if rows:
            yield rows, after or []
        if len(rows) < CONTACTS_PER_PAGE or not after:
            return


def count_contacts(client: Client) -> int:
    body = {"locationId": client.location, "pageLimit": 1}
    total = client.post("/contacts/search", body).get("total")
    return total if isinstance(total, int) else 0


def opportunities(client: Client, contact: str = "") -> Iterator[Page]:
    """All opportunities, or those of a contact; the newest first."""
    query: dict[str, str | int] = {
        "location_id": client.location,
        "limit": OPPORTUNITIES_PER_PAGE,
    }
    if contact:
        query["contact_id"] = contact
    while True:
        answer = client.get("/opportunities/search", **query)
        rows = rows_of(answer, "opportunities")
        if rows:
            yield rows
        meta = answer.get("meta") or {}
        if len(rows) < OPPORTUNITIES_PER_PAGE or not meta.get("startAfterId"):
            return
        query |= {
            "startAfter": meta["startAfter"],
            "startAfterId": meta["startAfterId"],
        }


def appointments(
    client: Client, calendar: str, first: datetime, last: datetime
) -> Page:
    answer = client.get(
        "/calendars/events",
        locationId=client.location,
        calendarId=calendar,
        startTime=int(first.timestamp() * 1_000),
        endTime=int(last.timestamp() * 1_000),
    )
    return rows_of(answer, "events")


def transactions(client: Client, first: datetime, last: datetime) -> Iterator[Page]:
    """Of these days, the newest first."""
    offset = 0
    while True:
        answer = client.get(
            "/payments/transactions",
            altId=client.location,
            altType="location",
            paymentMode="live",
            startAt=f"{first:%Y-%m-%d}",
            endAt=f"{last:%Y-%m-%d}",
            limit=TRANSACTIONS_PER_PAGE,
            offset=offset,
        )
        rows = rows_of(answer, "data")
        if rows:
            yield rows
        offset += len(rows)
        if len(rows) < TRANSACTIONS_PER_PAGE:
            return


def rows_of(answer: Row, name: str) -> Page:
    rows = answer.get(name)
    return (
        [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    )
