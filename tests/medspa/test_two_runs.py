"""Two runs of the tests at once, on one server."""

import pytest

from tests.database import claimed, server


@pytest.mark.django_db
def test_a_database_is_claimed_by_one_run_at_a_time() -> None:
    with claimed("test_claimed") as first, claimed("test_claimed") as second:
        assert (first, second) == ("test_claimed", "test_claimed_2")
    with claimed("test_claimed") as again:
        assert again == "test_claimed"


@pytest.mark.django_db
def test_a_killed_run_claims_nothing() -> None:
    with claimed("test_killed"), server() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
            " WHERE objid = hashtext('test_killed')::oid"
        )
        with claimed("test_killed") as free:
            assert free == "test_killed"
