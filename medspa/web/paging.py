"""A paginator for long lists that never counts the whole table."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNT_LIMIT = 1000


class BoundedPaginator(Paginator):
    """Counts up to `COUNT_LIMIT` rows; a longer list is "more than" that.

    Rows behind the last counted page are found by filtering or searching. So the cost
    of a page does not grow with the table.
    """

    template_name = "medspa/_pagination.html"

    @cached_property
    def count(self) -> int:
        return min(self.seen, COUNT_LIMIT)

    @property
    def is_more(self) -> bool:
        return self.seen > COUNT_LIMIT

    @cached_property
    def total(self) -> int | None:
        """The exact number of rows, if it is known without counting."""
        return self.known_total()

    @cached_property
    def seen(self) -> int:
        """How many rows were counted, at most one above the limit."""
        if self.total is not None:
            return self.total
        rows: Any = self.object_list
        return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()

    def known_total(self) -> int | None:
        return None
