"""What a broken-off CREATE INDEX CONCURRENTLY leaves is dropped by the next migrate."""

from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from medspa.postgres.invalid_indexes import drop_invalid_indexes
from tests.committed import database_url


@pytest.fixture
def database(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """With a table that has an index which could not be built, and one which could."""
    with psycopg.connect(database_url(), autocommit=True) as found:
        found.execute("CREATE TABLE half_built (number int)")
        try:
            found.execute("CREATE INDEX half_built_number ON half_built (number)")
            found.execute("INSERT INTO half_built VALUES (1), (1)")
            with pytest.raises(psycopg.errors.UniqueViolation):
                found.execute(
                    "CREATE UNIQUE INDEX CONCURRENTLY half_built_once"
                    " ON half_built (number)"
                )
            yield found
        finally:
            found.execute("DROP TABLE half_built")


def indexes(database: psycopg.Connection) -> list[str]:
    rows = database.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'half_built' ORDER BY 1"
    )
    return [name for (name,) in rows]


def test_only_the_index_that_was_broken_off_goes(database: psycopg.Connection) -> None:
    assert indexes(database) == ["half_built_number", "half_built_once"]
    assert drop_invalid_indexes(database.cursor()) == ["half_built_once"]
    assert indexes(database) == ["half_built_number"]
    assert drop_invalid_indexes(database.cursor()) == []


def test_migrate_drops_it_unless_it_only_looks(
    database: psycopg.Connection, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        call_command("migrate", "contenttypes", plan=True, verbosity=0)
        assert indexes(database) == ["half_built_number", "half_built_once"]
        told = StringIO()
        call_command("migrate", "contenttypes", verbosity=0, stdout=told)
    assert told.getvalue() == "Dropped the half-built index half_built_once.\n"
    assert indexes(database) == ["half_built_number"]
