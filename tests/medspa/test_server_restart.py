"""A restart of PostgreSQL: whoever asks afterwards is answered, and at once."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.db import OperationalError
from pytest_django.plugin import DjangoDbBlocker

from medspa.postgres.backend.base import DatabaseWrapper
from medspa.postgres.embedded import EmbeddedPostgres, home
from tests.in_memory import in_memory

THREADS = 6
# Shorter than a page's, so that the outage below need not be long.
POOL_WAIT_SECONDS = 1


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A running server, in a folder that its account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="medspa-test-", dir=in_memory()))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(home, "OUTSIDE", folder / "outside")
        server = EmbeddedPostgres(folder / "postgres")
        server.start()
        yield server
        server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def threads(
    server: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[DatabaseWrapper]]:
    """What the threads of a process ask with: a connection each, from one pool."""
    options = deepcopy(settings.DATABASES["default"])
    options |= environ.Env.db_url_config(server.url())
    options["OPTIONS"]["pool"]["timeout"] = POOL_WAIT_SECONDS
    threads = [DatabaseWrapper(options, alias="restarted") for _ in range(THREADS)]
    with django_db_blocker.unblock():
        yield threads
        threads[0].close_pool()


def ask(thread: DatabaseWrapper) -> None:
    with thread.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_together(threads: list[DatabaseWrapper]) -> None:
    for thread in threads:
        ask(thread)
    for thread in threads:
        thread.close()


@pytest.mark.slow
def test_requests_after_a_restart_meet_no_dead_connection(
    server: EmbeddedPostgres, threads: list[DatabaseWrapper]
) -> None:
    ask_together(threads)
    assert threads[0].pool.get_stats()["pool_available"] == THREADS
    server.stop()
    server.start()
    began = time.monotonic()
    ask_together(threads)
    assert time.monotonic() - began < 1


def test_a_server_that_was_away_is_found_as_soon_as_it_is_back(
    server: EmbeddedPostgres, threads: list[DatabaseWrapper]
) -> None:
    ask_together(threads)
    server.stop()
    for thread in threads[:4]:
        with pytest.raises(OperationalError, match="couldn't get a connection"):
            ask(thread)
    server.start()
    ask_together(threads)
