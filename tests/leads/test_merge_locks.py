"""Merging and its undoing wait for whoever else has one of the two leads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, LeadMerge
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from tests import factories

pytestmark = pytest.mark.usefixtures("committed")


@contextmanager
def held_by_somebody_else(lead: Lead) -> Iterator[None]:
    """Another connection has the lead's row; ours does not wait long for it."""
    other = connection.copy()
    with other.cursor() as cursor, connection.cursor() as own:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT 1 FROM leads_lead WHERE id = %s FOR NO KEY UPDATE", [lead.pk]
        )
        own.execute("SET lock_timeout = '20ms'")
        try:
            yield
        finally:
            own.execute("SET lock_timeout = 0")
            cursor.execute("ROLLBACK")
    other.close()


def waits(act: Callable[[], object]) -> bool:
    """Whether `act` waits where it locks the leads, before it writes anything."""
    try:
        with CaptureQueriesContext(connection) as asked:
            act()
    except OperationalError as error:
        assert "lock timeout" in str(error)
        assert not any(query["sql"].startswith("UPDATE") for query in asked)
        return True
    return False


@pytest.mark.parametrize("held", [0, 1])
def test_a_merge_waits_for_both_leads(held: int) -> None:
    """The survivor is not written when nothing is taken, but it is what was shown."""
    pair = [factories.LeadFactory(admitted=True) for _ in range(2)]
    with held_by_somebody_else(pair[held]):
        assert waits(lambda: merge(pair[0].pk, pair[1].pk, MergeChoice()))
    assert not LeadMerge.objects.exists()
    assert Lead.objects.count() == 2


def test_an_undoing_waits_for_the_survivor() -> None:
    pair = [factories.LeadFactory(admitted=True) for _ in range(2)]
    row = merge(pair[0].pk, pair[1].pk, MergeChoice())
    with held_by_somebody_else(pair[0]):
        assert waits(lambda: unmerge(row.pk))
    assert LeadMerge.objects.standing().exists()
