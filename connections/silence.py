"""Whether a connection has been silent for longer than it usually is.

Gaps are measured in the clinic's open hours: nobody books at night. The usual gap is
one that nine of ten gaps stay below. Pure.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

# So many gaps tell what is usual.
FEWEST_GAPS = 10
SILENT_AFTER = 3
# No one is called for less, however busy the connection is.
SHORTEST = timedelta(hours=1)

OpenTime = Callable[[datetime, datetime], timedelta]


def usual_gap(moments: Sequence[datetime], open_time: OpenTime) -> timedelta | None:
    """Of deliveries in their order; None for too few to tell."""
    gaps = sorted(open_time(first, second) for first, second in pairwise(moments))
    if len(gaps) < FEWEST_GAPS:
        return None
    return gaps[len(gaps) * 9 // 10]


def is_silent(
    last_at: datetime | None,
    usual: timedelta | None,
    now: datetime,
    open_time: OpenTime,
) -> bool:
    if last_at is None or usual is None:
        return False
    return open_time(last_at, now) > max(usual * SILENT_AFTER, SHORTEST)
