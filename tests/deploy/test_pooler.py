"""The site behind a real PgBouncer, which gives a session away after each transaction.

Two clients share one connection of the server: what one leaves in it the other finds.
"""

import subprocess
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from bench.pooler import pooler
from bench.scratch_server import scratch_home
from leads.models import Activity, Lead
from medspa.models import RunState
from medspa.postgres import databases
from medspa.postgres.backend.base import DatabaseWrapper
from medspa.postgres.contention import PERSON_LABEL, labelled
from medspa.postgres.limits import WEB
from medspa.roles import ADMINISTRATOR
from medspa.setup.rebuilding import start_rebuild
from tests.committed import MANAGE, database_url, environment
from tests.deploy.servers import asking
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.in_memory import in_memory
from tests.job_runs import until
from tests.leads.adding_forms import entered
from tests.tools import needs_tool

# What somebody could leave in a session.
LEFT_BEHIND = """
    SELECT (SELECT count(*) FROM pg_prepared_statements),
        (SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%%'),
        (SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
        (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
        (SELECT count(*) FROM pg_listening_channels())
"""


@pytest.fixture(scope="module")
def port(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    program = needs_tool("pgbouncer")
    place = connection.settings_dict
    server = {
        "host": place["HOST"],
        "port": place["PORT"],
        "dbname": place["NAME"],
        "user": place["USER"],
        "password": place["PASSWORD"],
    }
    sizes = {"one": 1, "several": 3}
    with (
        scratch_home(in_memory()) as home,
        pooler(program, home, server, sizes) as port,
    ):
        yield port


def pooler_url(port: int, database: str) -> str:
    place = connection.settings_dict
    return f"postgres://{place['USER']}:{place['PASSWORD']}@127.0.0.1:{port}/{database}"


def pooled(port: int, database: str, alias: str) -> DatabaseWrapper:
    """As a web process asks when DATABASE_DIRECT_URL is set."""
    place = connection.settings_dict
    url = pooler_url(port, database)
    options = databases.primary(url, database_url(), WEB, pool_size=4)
    return DatabaseWrapper({**deepcopy(place), **options}, alias=alias)


@pytest.fixture
def other(committed: None, port: int) -> Iterator[DatabaseWrapper]:
    """Another web process, on the same one connection."""
    wrapper = pooled(port, "one", "other")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


@pytest.fixture
def one(other: DatabaseWrapper, port: int) -> Iterator[DatabaseWrapper]:
    with asking(pooled(port, "one", "one")) as wrapper:
        yield wrapper


@pytest.fixture
def several(committed: None, port: int) -> Iterator[DatabaseWrapper]:
    with asking(pooled(port, "several", "several")) as wrapper:
        yield wrapper


def ask(wrapper: Any, statement: str) -> tuple[Any, ...]:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def test_pages_work_and_leave_nothing_in_the_session_that_others_share(
    one: DatabaseWrapper, other: DatabaseWrapper
) -> None:
    first, second = StageFactory(), StageFactory()
    browser = Client()
    browser.force_login(UserFactory(role=ADMINISTRATOR))
    [backend] = ask(other, "SELECT pg_backend_pid()")
    browser.post("/leads/new/", entered(stage=first.pk))
    lead = Lead.objects.get()
    browser.post(f"/leads/{lead.pk}/log/", {"type": "call", "outcome": "no_answer"})
    browser.post(f"/leads/{lead.pk}/move/", {"stage": second.pk})
    for address in (
        "/leads/",
        "/leads/board/",
        "/leads/today/",
        "/kpis/",
        "/commissions/",
    ):
        answer = browser.get(address, follow=True)
        assert answer.status_code == 200, address
        assert ask(other, LEFT_BEHIND) == (0, 0, 0, 0, 0), address
    file = b"".join(browser.get("/leads/export/"))
    assert b"Talia" in file
    assert ask(other, LEFT_BEHIND) == (0, 0, 0, 0, 0)
    assert Activity.objects.filter(lead=lead, type="call").exists()
    assert {ask(each, "SELECT pg_backend_pid()") for each in (one, other)} == {
        (backend,)
    }


def test_each_client_keeps_its_own_label(
    one: DatabaseWrapper, other: DatabaseWrapper
) -> None:
    """By it somebody who waits is told whose transaction has the row."""
    name = "SELECT current_setting('application_name')"
    with labelled(f"{PERSON_LABEL}5"):
        assert PERSON_LABEL not in ask(other, name)[0]
        assert ask(one, name) == (f"{PERSON_LABEL}5",)
    for each in (one, other):
        assert PERSON_LABEL not in ask(each, name)[0]


def test_the_pooler_gives_pages_their_limits(one: DatabaseWrapper) -> None:
    for name, seconds in {
        "lock_timeout": WEB.lock,
        "statement_timeout": WEB.statement,
        "idle_in_transaction_session_timeout": WEB.idle,
    }.items():
        shown = "SELECT extract(epoch FROM current_setting('{}')::interval)::int"
        assert ask(one, shown.format(name)) == (seconds,), asdict(WEB)
    assert ask(one, "SHOW jit") == ("off",)


def test_rows_that_are_read_by_portions_all_come(
    several: DatabaseWrapper, port: int
) -> None:
    """Somebody else gets the session of the first portion meanwhile."""
    LeadFactory.create_batch(5)
    rows = Lead.objects.order_by("pk").iterator(chunk_size=2)
    read = [next(rows)]
    url = pooler_url(port, "several")
    with psycopg.connect(url) as first, psycopg.connect(url) as second:
        for other in (first, second):
            other.execute("SELECT 1")
        # One of them would have the cursor's session.
        read.extend(rows)
    assert len(read) == 5


def test_the_worker_goes_past_the_pooler_and_does_what_a_page_asked_for(
    committed: None, port: int
) -> None:
    """It listens for jobs, and holds a lock while it rebuilds the sums of KPIs."""
    urls = {
        "DATABASE_URL": f"postgres://nobody@127.0.0.1:{port}/nothing",
        "DATABASE_DIRECT_URL": database_url(),
    }
    with asking(pooled(port, "one", "one")):
        run = start_rebuild(UserFactory(role=ADMINISTRATOR), after="/")
    worker = subprocess.Popen([*MANAGE, "worker"], env=environment(**urls))
    try:
        until(lambda: run.refresh_from_db() or run.state == RunState.DONE)
        assert "rebuilt" in run.outcome
    finally:
        worker.kill()
        worker.wait()
