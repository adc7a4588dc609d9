"""Pages from a replica, on a real primary and a real copy that follows it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.test import Client, RequestFactory
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import DjangoAssertNumQueries

from bench.scratch_server import ScratchServer, scratch_home
from medspa.health import database_lines
from medspa.health.lines import Severity
from medspa.postgres import replica
from medspa.postgres.replica_views import from_replica, reading_alias
from medspa.roles import MANAGER
from tests.deploy.servers import asking, migrated_dump, wrapper_of
from tests.factories import LeadFactory, UserFactory
from tests.in_memory import in_memory

CAUGHT_UP = "SELECT pg_last_wal_replay_lsn() >= '{}'::pg_lsn"


@dataclass
class Servers:
    primary: ScratchServer
    copy: ScratchServer
    browser: Client

    @contextmanager
    def copy_stands_still(self) -> Iterator[None]:
        self.catch_up()
        self.copy.ask("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.copy.ask("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until the copy has everything: it asks again every five seconds where
        it lost its connection."""
        [(position,)] = self.primary.ask("SELECT pg_current_wal_insert_lsn()")
        until = time.monotonic() + 30
        while self.copy.ask(CAUGHT_UP.format(position)) != [(True,)]:
            assert time.monotonic() < until, "the copy doesn't follow"

    def look(self, address: str = "/leads/", browser: Client | None = None) -> Any:
        """A page, and whether the copy answered."""
        answer = (browser or self.browser).get(address)
        assert answer.status_code == 200
        return getattr(answer.wsgi_request, "is_from_replica", False), answer


@pytest.fixture(scope="module")
def running(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Servers]:
    with scratch_home(in_memory()) as place, django_db_blocker.unblock():
        primary = ScratchServer.create(place, "primary")
        primary.load(migrated_dump(place))
        copy = primary.replica("copy")
        alias = replica.REPLICA
        with asking(wrapper_of(primary.url(), "scratch")):
            pool = settings.DATABASES["default"]["OPTIONS"]["pool"] | {"timeout": 1}
            connections[alias] = wrapper_of(copy.url(), alias, pool=pool)
            settings.DATABASES[alias] = connections[alias].settings_dict
            try:
                yield Servers(primary, copy, Client())
            finally:
                connections[alias].close()
                connections[alias].close_pool()
                del connections[alias], settings.DATABASES[alias]
        primary.kill()
        copy.kill()


@pytest.fixture
def servers(running: Servers, django_db_blocker: DjangoDbBlocker) -> Iterator[Servers]:
    """Somebody has signed in, and the copy has everything."""
    with django_db_blocker.unblock():
        running.browser = Client()
        running.browser.force_login(UserFactory(role=MANAGER))
        # The sums of a small clinic are built by the first page that asks.
        running.browser.get("/kpis/")
        running.catch_up()
        yield running


@pytest.mark.parametrize(
    "address",
    ["/leads/", "/kpis/", "/payments/", "/campaigns/", "/leads/counts/stage/"],
)
def test_lists_and_kpi_pages_are_read_from_the_replica(
    servers: Servers, address: str
) -> None:
    assert servers.look(address)[0]


def test_who_wrote_something_reads_it_and_others_a_moment_later(
    servers: Servers,
) -> None:
    lead = LeadFactory(first_name="Early", admitted=True)
    colleague = Client()
    colleague.force_login(UserFactory(role=MANAGER))
    with servers.copy_stands_still():
        form = {"type": "call", "outcome": "no_answer"}
        servers.browser.post(f"/leads/{lead.pk}/log/", form)
        LeadFactory(first_name="Later", admitted=True)
        is_copy, answer = servers.look()
        assert not is_copy, "its writer sees the call"
        assert b"Later" in answer.content
        is_copy, answer = servers.look(browser=colleague)
        assert is_copy
        assert b"Early" in answer.content
        assert b"Later" not in answer.content
        # What somebody has seen on a page of the primary doesn't go away again.
        assert colleague.get("/leads/board/").status_code == 200
        is_copy, answer = servers.look(browser=colleague)
        assert not is_copy
        assert b"Later" in answer.content
    servers.catch_up()
    for browser in (servers.browser, colleague):
        is_copy, answer = servers.look(browser=browser)
        assert is_copy
        assert b"Later" in answer.content


def test_a_replica_that_is_behind_is_not_read(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "MOST_SECONDS_BEHIND", 0)
    assert servers.look()[0], "it has everything, however long ago that was"
    with servers.copy_stands_still():
        LeadFactory(admitted=True)
        assert not servers.look()[0]


def test_the_status_says_how_far_the_replica_is_behind(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_lines, "MOST_SECONDS_BEHIND", 0)
    line = database_lines.replica_line()
    assert (line.severity, line.words) == (Severity.OK, "0 s behind the primary.")
    with servers.copy_stands_still():
        LeadFactory(admitted=True)
        line = database_lines.replica_line()
        assert line.severity is Severity.WARNING
        assert "s behind the primary. Until it catches up" in line.words


def test_an_export_is_read_from_the_replica(servers: Servers) -> None:
    LeadFactory(first_name="Before", admitted=True)
    servers.browser.get("/leads/")
    with servers.copy_stands_still():
        LeadFactory(first_name="Since", admitted=True)
        file = b"".join(servers.browser.get("/leads/export/"))
        assert b"Before" in file
        assert b"Since" not in file


def test_a_page_that_has_to_write_is_answered_by_the_primary(servers: Servers) -> None:
    """The KPI page brings its sums up to date where something has changed."""
    LeadFactory(admitted=True)
    servers.catch_up()
    is_copy, _ = servers.look("/kpis/")
    assert not is_copy
    servers.catch_up()
    assert servers.look("/kpis/")[0]


def test_within_a_transaction_everything_is_read_from_the_primary(
    servers: Servers,
) -> None:
    request = RequestFactory().get("/leads/")
    assert reading_alias(request) == replica.REPLICA
    with transaction.atomic():
        assert reading_alias(request) == "default"


def test_what_takes_too_long_there_is_not_done_again_by_the_primary(
    servers: Servers,
) -> None:
    asked: list[str] = []

    @from_replica
    def slow(request: Any) -> Any:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            asked.append(cursor.fetchone()[0])
            cursor.execute("SET statement_timeout = '5ms'")
            try:
                cursor.execute("SELECT pg_sleep(1)")
            finally:
                connections["default"].close()

    with pytest.raises(OperationalError, match="statement timeout"):
        slow(RequestFactory().get("/"))
    assert asked == [True]


def test_a_replica_that_goes_away_is_not_noticed(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", replica.Rest())
    assert servers.look()[0]
    servers.copy.kill()
    began = time.monotonic()
    assert not servers.look()[0]
    assert time.monotonic() - began < 3
    began = time.monotonic()
    assert not servers.look()[0], "it is left alone for a while"
    assert time.monotonic() - began < 1
    servers.copy.start()
    monkeypatch.setattr(replica, "REST", replica.Rest())
    until = time.monotonic() + 10
    while not servers.look()[0]:
        replica.REST.until = 0
        assert time.monotonic() < until


def test_without_a_replica_nothing_is_asked(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert not replica.has_replica()
    with django_assert_num_queries(0):
        assert reading_alias(RequestFactory().get("/")) == "default"
