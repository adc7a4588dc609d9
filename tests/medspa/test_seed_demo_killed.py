"""`manage.py seed_demo` as a process of its own: killed half-way, run twice at once."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest

from campaigns.models import Campaign
from leads.models import Lead, PipelineStage
from tests.committed import database_url
from tests.forked import Command, typed

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 180
LOADING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE %s
"""


def seeding(leads: int) -> AbstractContextManager[Command]:
    return typed("seed_demo", "--leads", str(leads), "--months", "2")


@pytest.fixture
def watcher(committed: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(), autocommit=True) as connection:
        yield connection


def sessions(watcher: psycopg.Connection, query: str) -> set[int]:
    # Asking all the time takes the time of who is waited for.
    watcher.execute("SELECT pg_sleep(0.02)")
    return {pid for (pid,) in watcher.execute(LOADING, [query])}


def structure(watcher: psycopg.Connection) -> set[str]:
    rows = watcher.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    return {definition for (definition,) in rows}


def test_killed_half_way_it_leaves_nothing_behind(watcher: psycopg.Connection) -> None:
    before = structure(watcher)
    deadline = time.monotonic() + PATIENCE_SECONDS
    with seeding(leads=100_000) as command:
        while not (loading := sessions(watcher, "COPY leads_lead %")):
            assert command.process.is_alive()
            assert time.monotonic() < deadline
        command.process.kill()
        # Its working processes share its standard error: it closes when they are gone.
        command.communicate(PATIENCE_SECONDS)
    while loading & sessions(watcher, "%"):
        assert time.monotonic() < deadline
    assert not Lead.all_objects.exists()
    assert not Campaign.all_objects.exists()
    assert not PipelineStage.all_objects.exists()
    assert structure(watcher) == before


def test_of_two_at_once_one_makes_the_clinic_and_one_is_refused(
    watcher: psycopg.Connection,
) -> None:
    with seeding(leads=100) as one, seeding(leads=100) as other:
        said = [one.communicate(PATIENCE_SECONDS)]
        said.append(other.communicate(PATIENCE_SECONDS))
        assert sorted(each.process.exitcode for each in (one, other)) == [0, 1]
    errors = sorted(error for _, error in said)
    assert errors[0] == ""
    assert errors[1].count("\n") == 1
    assert "There are leads here already" in errors[1]
    assert Lead.all_objects.count() == 100
