"""Imports take turns, and the rows of a large one are changed by one at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from leads.intake.files.background import begin_import, finalize, take_failed_rows
from leads.intake.files.importing import CHUNK_ATTEMPTS
from leads.intake.files.mapping import map_columns
from leads.intake.files.refusals import ImportStopped
from leads.intake.files.table import read_table
from leads.intake.take_in import IMPORT_LOCK, ImportOptions
from leads.models import ImportFile, Lead
from tests.factories import LeadFactory
from tests.leads.intake.bringing import bring, counts

ROWS = "Name,Email\nAna,ana@example.com\n"


@pytest.fixture(autouse=True)
def clinic(committed: None) -> None:
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)


@contextmanager
def somebody_else_holds(statement: str, *values: object) -> Iterator[None]:
    """Another connection has a lock; ours does not wait long for it."""
    other = connection.copy()
    with other.cursor() as cursor, connection.cursor() as own:
        cursor.execute("BEGIN")
        cursor.execute(statement, values)
        own.execute("SET lock_timeout = '20ms'")
        try:
            yield
        finally:
            own.execute("SET lock_timeout = 0")
            cursor.execute("ROLLBACK")
    other.close()


def test_an_import_waits_for_its_turn() -> None:
    with somebody_else_holds("SELECT pg_advisory_xact_lock(%s)", IMPORT_LOCK):
        with pytest.raises(ImportStopped, match="for too long after 0 rows"):
            bring(ROWS)
        assert counts(bring(ROWS, dry_run=True)) == (1, 0, 0, 0)
    assert not Lead.objects.exists()
    assert counts(bring(ROWS)) == (1, 0, 0, 0)


def test_a_lead_that_somebody_saves_is_waited_for_more_than_once() -> None:
    lead = LeadFactory(email="ana@example.com", phone="")
    rows = "Name,Email,Phone\nAna,ana@example.com,2125550171\n"
    held = "SELECT 1 FROM leads_lead WHERE id = %s FOR UPDATE"
    with (
        somebody_else_holds(held, lead.pk),
        CaptureQueriesContext(connection) as asked,
        pytest.raises(ImportStopped, match="saving or importing these leads"),
    ):
        bring(rows)
    turns = [query for query in asked if "pg_advisory_xact_lock" in query["sql"]]
    assert len(turns) == CHUNK_ATTEMPTS
    assert counts(bring(rows)) == (0, 1, 0, 0)


@pytest.mark.parametrize("act", [finalize, take_failed_rows])
def test_the_rows_that_are_kept_are_changed_by_one_at_a_time(
    act: Callable[[str], object],
) -> None:
    """A weak lock that an UPDATE alone would not wait for."""
    table = read_table(ROWS.encode())
    begin_import(table, map_columns(table.headers), ImportOptions())
    file = ImportFile.objects.get()
    held = "SELECT 1 FROM leads_importfile WHERE id = %s FOR KEY SHARE"
    with (
        somebody_else_holds(held, file.pk),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        act(file.pk)
    assert not ImportFile.objects.get().is_settled
    act(file.pk)
