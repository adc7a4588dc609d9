"""The database's own clock, for columns that say when a row was written."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Func, Q

# The clocks of the web server and the database may differ by this much.
CLOCK_SKEW = timedelta(minutes=1)


class ClockTimestamp(Func):
    """`clock_timestamp()`: unlike `now()`, not the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()
    arity = 0


class RecordedAtField(models.DateTimeField):
    """When the row was written, by the database's clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"db_default": ClockTimestamp(), "editable": False}
        super().__init__(*args, **(defaults | kwargs))


def not_in_the_future(field: str) -> Q:
    """The moment in `field` is not after the row's own `recorded_at`."""
    return Q(**{f"{field}__lte": F("recorded_at") + CLOCK_SKEW})
