"""Pages of rows whose ids sort by time, the newest first."""

from typing import Any

from api.ground.cursors import read_cursor, write_cursor
from api.idempotency.answering import KeptAnswer
from api.resources.values import page_size
from api.web.calls import ApiCall

PAGING = {
    "limit": "Rows per page, at most 50.",
    "cursor": "`next_cursor` of the previous page.",
}


def page_of(call: ApiCall, rows: Any, made_for: str, to_data: Any) -> KeptAnswer:
    """One page of a query set; what comes meanwhile is on no later page."""
    size = page_size(call)
    signed_for = (call.holder.key.pk, made_for)
    if cursor := call.query.get("cursor", ""):
        rows = rows.filter(pk__lt=read_cursor(cursor, *signed_for))
    found = list(rows.order_by("-pk")[: size + 1])
    page, more = found[:size], len(found) > size
    return KeptAnswer(
        {
            "data": [to_data(row) for row in page],
            "next_cursor": write_cursor(page[-1].pk, *signed_for) if more else None,
        }
    )
