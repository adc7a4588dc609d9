"""A chunk of an import is written and counted, or neither."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from leads.intake.files.dates import DateOrder
from leads.intake.files.importing import FileImport
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.models import Lead
from tests import factories
from tests.leads.intake.bringing import bring, counts
from tests.locks import proves

pytestmark = pytest.mark.django_db
TABLE = "First Name,Email\nAna,ana@example.com\nBea,bea@example.com\n"


@pytest.fixture
def stage() -> object:
    return factories.StageFactory()


class Stopped(Exception):
    pass


def importing(remember: Callable[..., None]) -> None:
    table = read_table(TABLE.encode())
    mapping = map_columns(table.headers)
    run = FileImport(mapping, ImportOptions(), DateOrder(), remember)
    run.take_in(list(table.rows()))


@proves("leads.intake.take_in._write_chunk atomic 1")
def test_a_chunk_that_cannot_be_counted_is_not_written(stage: object) -> None:
    def remember(*told: object) -> None:
        assert Lead.objects.count() == 2
        raise Stopped

    with pytest.raises(Stopped):
        importing(remember)
    assert not Lead.objects.exists()


@proves("leads.intake.take_in._write_chunk atomic 2")
def test_rows_written_one_by_one_that_cannot_be_counted_are_not_written(
    stage: object,
) -> None:
    failures = iter([IntegrityError("as a row would"), Stopped()])

    def remember(*told: object) -> None:
        assert Lead.objects.count() == 2
        raise next(failures)

    with pytest.raises(Stopped):
        importing(remember)
    assert not Lead.objects.exists()


@proves("leads.intake.take_in._write_alone atomic")
def test_a_row_that_the_database_refuses_fails_alone(stage: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE UNIQUE INDEX tests_one_name ON leads_lead (first_name) "
            "WHERE first_name = 'Twin'"
        )
    rows = TABLE + "Twin,twin1@example.com\nTwin,twin2@example.com\n"
    assert counts(bring(rows)) == (3, 0, 0, 1)
    assert Lead.objects.count() == 3
