"""The lists of the double, page by page."""

from datetime import datetime
from typing import Any

from tests.connections.fake_gohighlevel import schemas as s
from tests.connections.fake_gohighlevel.fake import FakeGoHighLevel


def milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)


def _bound(value: str | int | None) -> int | None:
    return milliseconds(value) if isinstance(value, str) else value


def search_contacts(
    fake: FakeGoHighLevel, asked: s.ContactSearch
) -> s.ContactSearchAnswer:
    """By `page`, or behind the `searchAfter` of the last row that was seen."""
    by = asked.sort[0].field if asked.sort else "dateAdded"
    is_descending = not asked.sort or asked.sort[0].direction == "desc"
    rows = fake.sorted_contacts(by)
    if is_descending:
        rows.reverse()
    for one in asked.filters:
        low, high = _bound(one.value.gte), _bound(one.value.lte)
        rows = [
            row
            for row in rows
            if (low is None or milliseconds(getattr(row, one.field)) >= low)
            and (high is None or milliseconds(getattr(row, one.field)) <= high)
        ]
    places = [(milliseconds(getattr(row, by)), row.id) for row in rows]
    start = ((asked.page or 1) - 1) * asked.pageLimit
    if asked.searchAfter:
        after = (int(asked.searchAfter[0]), str(asked.searchAfter[1]))
        passed = [
            place >= after if is_descending else place <= after for place in places
        ]
        start = sum(passed)
    page = slice(start, start + asked.pageLimit)
    found = [
        s.FoundContact(**row.model_dump(), searchAfter=list(place))
        for row, place in zip(rows[page], places[page], strict=True)
    ]
    return s.ContactSearchAnswer(contacts=found, total=len(rows))


def list_opportunities(
    fake: FakeGoHighLevel, query: dict[str, Any]
) -> s.OpportunitySearchAnswer:
    """The newest first; the next page begins behind `startAfter` and `startAfterId`."""
    rows = sorted(
        fake.opportunities.values(),
        key=lambda row: (milliseconds(row.createdAt), row.id),
        reverse=True,
    )
    rows = [
        row
        for row in rows
        if row.contactId == query.get("contact_id", row.contactId)
        and query.get("status", "all") in ("all", row.status)
        and row.pipelineId == query.get("pipeline_id", row.pipelineId)
    ]
    total, limit = len(rows), min(int(query.get("limit", 20)), 100)
    if "startAfterId" in query:
        after = (int(query["startAfter"]), query["startAfterId"])
        rows = [r for r in rows if (milliseconds(r.createdAt), r.id) < after]
    page = rows[:limit]
    has_next = len(rows) > limit
    meta = s.SearchMeta(
        total=total,
        currentPage=1,
        nextPage=2 if has_next else None,
        startAfterId=page[-1].id if page else None,
        startAfter=milliseconds(page[-1].createdAt) if page else None,
    )
    return s.OpportunitySearchAnswer(opportunities=page, meta=meta)


def list_transactions(
    fake: FakeGoHighLevel, query: dict[str, Any]
) -> s.TransactionsAnswer:
    """Of the days from `startAt` to `endAt` by creation, the newest first."""
    first, last = query.get("startAt", ""), query.get("endAt", "9999")
    rows = [
        row
        for row in fake.transactions.values()
        if first <= row.createdAt[:10] <= last
        and row.contactId == query.get("contactId", row.contactId)
        and query.get("paymentMode", "live") == ("live" if row.liveMode else "test")
    ]
    rows.sort(key=lambda row: (row.createdAt, row.id), reverse=True)
    start, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
    return s.TransactionsAnswer(data=rows[start : start + limit], totalCount=len(rows))
