"""The one road of all doors: leads, events, deletions, each with its outcome.

`take_in` is what webhooks, polls, forms, files and backfills call.
"""

from connections.taking_in.results import (
    ItemPlace,
    ItemResult,
    ItemSource,
    write_outcomes,
)
from connections.taking_in.run import take_in
from connections.taking_in.waiting import dismiss, match, retry

__all__ = [
    "ItemPlace",
    "ItemResult",
    "ItemSource",
    "dismiss",
    "match",
    "retry",
    "take_in",
    "write_outcomes",
]
