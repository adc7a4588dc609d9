"""A chunk of what is over is read in the order of an index, whatever the planner says.

Finding and sorting everything for each chunk anew took seconds on a large clinic.
"""

from datetime import UTC, datetime

import pytest
from django.db import connection

from safekeeping.retention.due import ask, in_order
from safekeeping.retention.policy import RULES
from tests.factories import ActivityFactory
from tests.safekeeping.test_nights import old_lead

DUE = {rule.key: rule.due for rule in RULES}
CUTOFF = datetime(2026, 1, 1, tzinfo=UTC)
LARGE = ("activities", "touches", "events", "leads", "history_of_lead")


@pytest.mark.django_db
@pytest.mark.parametrize("key", LARGE)
def test_a_chunk_is_read_in_the_order_of_an_index(key: str) -> None:
    bound = DUE[key].bound(CUTOFF, []) | {"at_once": 5, "looked": 10}
    with in_order():
        plan = [str(line) for (line,) in ask(f"EXPLAIN {DUE[key].sql}", bound)]
    steps = {line.split("(cost")[0].strip(" ->") for line in plan}
    assert any(step.startswith("Index ") for step in steps)
    assert not steps & {"Sort", "Hash Join", "Hash Anti Join", "Merge Join"}


@pytest.mark.django_db
def test_after_a_chunk_the_planner_is_free_again() -> None:
    DUE["leads"].chunk(CUTOFF, [], 5)
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_sort")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
def test_a_chunk_looks_through_so_many_rows_and_the_next_goes_on_behind_them() -> None:
    busy, over = old_lead(), old_lead()
    ActivityFactory(lead=busy)
    found, after = DUE["leads"].chunk(CUTOFF, [], 5, looked=1)
    assert (found, after) == ([], (busy.created_at, busy.pk))
    found, after = DUE["leads"].chunk(CUTOFF, [], 5, after, looked=1)
    assert (found, after) == ([over.pk], (over.created_at, over.pk))
    assert DUE["leads"].chunk(CUTOFF, [], 5, after, looked=1) == ([], None)
