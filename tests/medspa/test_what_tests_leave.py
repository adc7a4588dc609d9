"""A test that commits leaves the tables as migrations made them."""

from collections.abc import Callable

import pytest
from django.db import connection

from tests.factories import LeadFactory, ProcedureFactory
from tests.locks import everything
from tests.restoring import restore


def written_by_hand(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    "write",
    [
        LeadFactory,
        ProcedureFactory,
        lambda: written_by_hand("UPDATE leads_leadsource SET name = name || '!'"),
        lambda: written_by_hand("DELETE FROM leads_procedurename"),
        lambda: LeadFactory.create_batch(301),
    ],
    ids=["a row", "one more", "changed", "deleted", "many"],
)
def test_what_was_committed_is_undone(write: Callable[[], object]) -> None:
    before = everything()
    write()
    assert everything() != before
    restore()
    assert everything() == before
