"""A prepared statement with a list of one value finds the same, by a kept plan."""

from typing import Any

import pytest

from medspa.postgres.backend.single_values import with_single_values
from medspa.postgres.databases import PREPARED_AFTER
from medspa.postgres.written_query import prepared_cursor
from tests import factories

BY_NAME = (
    "SELECT first_name FROM leads_lead WHERE id = ANY(%(ids)s) AND source = %(of)s"
)


@pytest.mark.parametrize(
    ("statement", "given", "single", "parameters"),
    [
        ("id = ANY(%s)", [["a"]], "id = ANY(ARRAY[%s])", ["a"]),
        (
            "a = %s AND b = ANY(%s::bytea[])",
            ("x", [b"y"]),
            "a = %s AND b = ANY(ARRAY[%s]::bytea[])",
            ["x", b"y"],
        ),
        (
            "a LIKE '%%s' AND id = ANY(%(ids)s) AND b = %(b)s",
            {"ids": [7], "b": ["kept", "whole"]},
            "a LIKE '%%s' AND id = ANY(ARRAY[%(ids)s]) AND b = %(b)s",
            {"ids": 7, "b": ["kept", "whole"]},
        ),
    ],
)
def test_a_list_of_one_value_becomes_the_value(
    statement: str, given: Any, single: str, parameters: Any
) -> None:
    assert with_single_values(statement, given) == (single, parameters)


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        ("id = ANY(%s)", [["a", "b"]]),
        ("id = ANY(%s)", [[]]),
        ("id = ANY(%s) OR other = ANY(%s)", [["a"], ["b", "c"]]),
        ("id = ANY(%s)", [[1.5]]),
        ("id = ANY(%s)", [[None]]),
        ("id = %s", [["an array"]]),
        ("id = ANY(%(a)s) OR cardinality(%(a)s) = 1", {"a": ["x"]}),
        ("SELECT 1", None),
    ],
)
def test_everything_else_stays_as_it_is(statement: str, given: Any) -> None:
    assert with_single_values(statement, given) == (statement, given)


@pytest.mark.django_db
def test_one_several_and_no_values_find_their_rows() -> None:
    leads = factories.LeadFactory.create_batch(3, source="website")
    ids = [lead.pk for lead in leads]
    for some in (ids[:1], ids[:2], ids, []):
        with prepared_cursor() as cursor:
            cursor.execute(BY_NAME, {"ids": some, "of": "website"})
            assert len(cursor.fetchall()) == len(some)


@pytest.mark.django_db
def test_the_server_keeps_the_plan_of_a_list_of_one_value() -> None:
    """It makes five plans before it compares their cost with that of one for all."""
    factories.LeadFactory.create_batch(3)
    tries = PREPARED_AFTER + 10
    with prepared_cursor() as cursor:
        for number in range(tries):
            cursor.execute(BY_NAME, {"ids": [f"nobody{number}"], "of": "website"})
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE 'SELECT first_name FROM leads_lead WHERE id = ANY%%'"
        )
        [(kept, made)] = cursor.fetchall()
    assert made == 5
    assert kept > 0
