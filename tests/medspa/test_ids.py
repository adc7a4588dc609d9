"""Ids: of one shape, sorted by time, in Python and in the database alike."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from leads.models import Tag
from medspa.ids import CUID, RANDOM_SPACE, base36, cuid, new_id
from tests.factories import TagFactory

milliseconds = st.integers(0, 36**8 - 1)
randomness = st.integers(0, RANDOM_SPACE - 1)


@given(milliseconds, randomness)
def test_an_id_is_a_c_and_24_base_36_digits(moment: int, number: int) -> None:
    assert CUID.fullmatch(cuid(moment, number))


@given(milliseconds, milliseconds, randomness, randomness)
def test_ids_sort_by_their_moment(
    first: int, second: int, one: int, other: int
) -> None:
    if first != second:
        assert (cuid(first, one) < cuid(second, other)) == (first < second)


@given(st.integers(0, 36**8 - 1))
def test_base_36_digits_read_back_as_the_number(number: int) -> None:
    assert int(base36(number, 8), 36) == number


def test_ten_thousand_new_ids_are_distinct_and_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(10_000)]
    after = time.time_ns() // 1_000_000
    assert len(set(ids)) == len(ids)
    assert all(before <= int(row_id[1:9], 36) <= after for row_id in ids)


def test_the_time_digits_last_for_another_half_century() -> None:
    year_2058 = 36**8 / 1000 / 60 / 60 / 24 / 365.25 + 1970
    assert year_2058 > 2058


@pytest.mark.django_db
def test_the_database_sorts_ids_byte_by_byte_as_python_does() -> None:
    ids = sorted(TagFactory().id for _ in range(5))
    assert list(Tag.objects.order_by("id").values_list("id", flat=True)) == ids
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'id' "
            "AND data_type = 'character varying' AND character_maximum_length = 25"
        )
        collations = dict(cursor.fetchall())
    assert len(collations) > 20
    assert set(collations.values()) == {"C"}


IDS_INDEXED_FOR_LIKE = """
SELECT indexrelid::regclass::text
FROM pg_index
JOIN pg_opclass class ON class.oid = ANY(indclass)
JOIN pg_attribute part ON part.attrelid = indrelid AND part.attnum = ANY(indkey)
JOIN pg_type kind ON kind.oid = part.atttypid
WHERE class.opcname LIKE '%pattern_ops'
    -- character varying(25): four more for the length itself
    AND kind.typname = 'varchar' AND part.atttypmod = 25 + 4
"""


@pytest.mark.django_db
def test_no_id_or_reference_is_indexed_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute(IDS_INDEXED_FOR_LIKE)
        assert cursor.fetchall() == []
        cursor.execute("CREATE INDEX twice ON leads_lead (id varchar_pattern_ops)")
        cursor.execute(IDS_INDEXED_FOR_LIKE)
        assert len(cursor.fetchall()) == 1


@pytest.mark.parametrize("wrong", ["", "c", "C" + "0" * 24, "c" + "0" * 23 + "Z", "1"])
def test_another_shape_is_no_id(wrong: str) -> None:
    field = Tag._meta.get_field("id")
    with pytest.raises(ValidationError):
        field.run_validators(wrong or " ")
