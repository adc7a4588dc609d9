"""Pages of a long list: counted exactly up to a limit, then "more than"."""

from collections.abc import Callable

import pytest

from leads.models import Tag
from medspa.web import paging
from medspa.web.paging import BoundedPaginator
from tests.factories import TagFactory


class Known(BoundedPaginator):
    """A list whose number of rows is kept somewhere."""

    def known_total(self) -> int:
        return 5_000


@pytest.mark.parametrize(
    ("rows", "count", "is_more", "pages"),
    [(0, 0, False, 1), (3, 3, False, 2), (4, 4, False, 2), (5, 4, True, 2)],
)
@pytest.mark.django_db
def test_rows_are_counted_to_the_limit_and_one_more_is_told(
    rows: int,
    count: int,
    is_more: bool,
    pages: int,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[..., object],
) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 4)
    TagFactory.create_batch(rows)
    paginator = BoundedPaginator(Tag.objects.order_by("name"), 2)
    with django_assert_num_queries(1):
        assert (paginator.count, paginator.is_more) == (count, is_more)
        assert (paginator.num_pages, paginator.total) == (pages, None)


@pytest.mark.django_db
def test_a_known_total_is_told_without_counting(
    django_assert_num_queries: Callable[..., object],
) -> None:
    paginator = Known(Tag.objects.order_by("name"), 100)
    with django_assert_num_queries(0):
        assert (paginator.total, paginator.seen) == (5_000, 5_000)
        assert (paginator.count, paginator.is_more) == (1_000, True)
        assert paginator.num_pages == 10


def test_pages_have_their_own_links() -> None:
    assert paging.COUNT_LIMIT == 1_000
    assert BoundedPaginator([], 1).template_name == "medspa/_pagination.html"
