"""The benchmark finds a request that reads a whole table."""

import pytest
from django.db import connection

from bench.plans import queries_of, scans
from leads.models import Lead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted() -> None:
    factories.LeadFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")


# No index helps here, however many empty pages earlier tests have left in the table.
MANY = Lead.all_objects.filter(ad_platform="meta").order_by()


def test_reading_every_row_of_a_big_table_is_found(counted: None) -> None:
    assert scans(lambda: list(MANY.all()), big=3) == ["leads_lead"]


def test_a_small_table_may_be_read_whole(counted: None) -> None:
    assert scans(lambda: list(MANY.all()), big=4) == []


def test_a_scan_that_a_limit_ends_early_is_none_of_the_whole_table(db: None) -> None:
    factories.LeadFactory.create_batch(30)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
    every = Lead.all_objects.order_by()
    assert scans(lambda: every[:2].count(), big=30) == []
    assert scans(lambda: every[:20].count(), big=30) == ["leads_lead"]


def test_what_is_asked_of_an_index_is_no_scan(counted: None) -> None:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        Lead.objects.filter(pk="c").first()

    assert scans(ask, big=3) == []
    assert len(queries_of(ask)) == 2
