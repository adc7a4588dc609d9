"""While a chunk is written the next one is read, without the database."""

from threading import Event, current_thread, main_thread

import pytest
from django.db import connection

from leads.intake.files import background
from leads.intake.files.background import ImportArguments, begin_import
from leads.intake.files.mapping import map_columns
from leads.intake.files.payload import FIRST_CHUNK_ROWS
from leads.intake.files.reading_ahead import reading_ahead
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.models import Lead
from medspa.audit.actors import acting
from medspa.jobs.progress import NullProgress
from tests import factories
from tests.clinics import ChangeClinic

pytestmark = pytest.mark.usefixtures("clinic")


def test_the_next_chunk_is_read_while_this_one_is_written() -> None:
    is_read = Event()

    def read(chunk: int) -> tuple[int, bool]:
        if chunk == 2:
            is_read.set()
        return chunk, current_thread() is main_thread()

    with reading_ahead(read) as rows_of:
        assert rows_of(1, 2) == (1, True)
        # Nobody has asked for it yet.
        assert is_read.wait(10)
        assert rows_of(2) == (2, False)


def test_a_chunk_that_another_worker_has_written_is_passed_over() -> None:
    with reading_ahead(lambda chunk: chunk * 10) as rows_of:
        assert rows_of(1, 2) == 10
        assert rows_of(3, 4) == 30
        assert rows_of(4) == 40


def test_what_cannot_be_read_is_told_when_it_is_asked_for() -> None:
    with reading_ahead(lambda chunk: 10 // chunk) as rows_of:
        assert rows_of(1, 0) == 10
        with pytest.raises(ZeroDivisionError):
            rows_of(0)


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def test_the_thread_knows_the_clinic_without_a_session_of_its_own(
    clinic_is: ChangeClinic,
) -> None:
    """Only the second chunk has what is read as the clinic's country writes it."""
    clinic_is(country="GB")
    few = [f"Ana,ana{number}@example.com,," for number in range(FIRST_CHUNK_ROWS)]
    full = "Bea,bea@example.com,020 7946 0958,4/7/2026"
    text = "\n".join(["Name,Email,Phone,Created", *few, full])
    table = read_table(text.encode())
    with acting(user=factories.UserFactory()):
        work = begin_import(table, map_columns(table.headers), ImportOptions())
    before, seen = sessions(), []

    class Counting(NullProgress):
        def step(self, count: int = 1) -> None:
            seen.append(sessions())

    background.carry_out(ImportArguments(**work.arguments), Counting())
    assert seen == [before, before]
    bea = Lead.objects.get(first_name="Bea")
    assert (bea.phone, bea.created_at.month) == ("+442079460958", 7)
