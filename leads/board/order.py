"""The order of the cards in a column: the lead that entered the stage last comes first.

Every reader of cards takes the order from here, in the ORM or as SQL. In SQL the stage
periods are called `period`, and `shown` is a relation with the ids of the stages.
"""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from leads.models import LeadStage
from medspa.postgres.keyset import Cursor

# Cards that one page of a column has.
CARDS_A_PAGE = 25
NEWEST_FIRST = ("-changed_at", "-pk")
NEWEST_FIRST_SQL = "changed_at DESC, id DESC"
# The two comparisons are explained at `LeadStageQuerySet.of_stage`; together with this
# order only the index of the board answers them.
IN_STAGE_SQL = "period.stage_id >= shown.id AND period.stage_id <= shown.id"
BY_STAGE_INDEX_SQL = "period.stage_id, period.changed_at DESC, period.id DESC"
AFTER_SQL = """
    AND period.changed_at <= %s AND (period.changed_at < %s OR period.id < %s)
"""


def cards_after(periods: QuerySet[LeadStage], cursor: Cursor) -> QuerySet[LeadStage]:
    """The periods whose cards come after the last card shown."""
    return periods.filter(
        Q(changed_at__lt=cursor.at) | Q(id__lt=cursor.id), changed_at__lte=cursor.at
    )


def after_sql(cursor: Cursor | None) -> tuple[str, list[Any]]:
    """The same as a condition with its parameters; empty without a cursor."""
    return (AFTER_SQL, [cursor.at, cursor.at, cursor.id]) if cursor else ("", [])


class NewestIds(ArrayAgg):
    """The ids of the first cards of a group; for `annotate` and `aggregate`.

    PostgreSQL then reads the filtered leads once, by the filter's own index. With a
    LIMIT it expects to find 25 of them early and may scan the whole column.
    """

    template = (
        f"(%(function)s(%(distinct)s%(expressions)s %(order_by)s))[1:{CARDS_A_PAGE}]"
    )

    def __init__(self) -> None:
        super().__init__("pk", order_by=NEWEST_FIRST)
