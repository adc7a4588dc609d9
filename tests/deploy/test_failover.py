"""The leader of two databases gets `kill -9`: nothing is lost, and the site goes on.

Patroni and etcd with the files of deploy/ha, about a minute of mostly waiting.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from bench.failover.cluster import Cluster, cluster
from bench.failover.drill import LEDGER, Writers, drill, prepare
from bench.over_http import Browser, wait_for
from bench.scratch_server import dump_of, scratch_home
from leads.models import Activity
from medspa.postgres.embedded.connection import HOST, free_port
from medspa.postgres.embedded.home import Home
from medspa.roles import FRONT_DESK
from tests.committed import database_url, environment
from tests.deploy.servers import asking, wrapper_of
from tests.factories import LeadFactory, UserFactory
from tests.in_memory import in_memory
from tests.tools import needs_tool

GOES_ON_WITHIN = 30
LOADED = "psql", "-qXv", "ON_ERROR_STOP=1"


@pytest.fixture
def running(
    committed: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Home, Cluster]]:
    with scratch_home(in_memory()) as place, cluster(needs_tool("etcd"), place) as both:
        yield place, both


@dataclass
class Visitor:
    """Somebody who logs calls, one after the other, all the time."""

    browser: Browser
    address: str
    logged: int = 0
    # When an act was acknowledged; whatever else came back.
    moments: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def log_calls(self, is_over: threading.Event) -> None:
        form = {"type": "call", "outcome": "no_answer"}
        while not is_over.wait(0.2):
            try:
                status = self.browser.post(self.address, form).status_code
            except (OSError, HTTPException):
                self.browser.connection.close()
                continue
            if status == 302:
                self.logged += 1
                self.moments.append(time.monotonic())
            else:
                self.statuses.add(status)


@contextmanager
def site(cluster: Cluster) -> Iterator[int]:
    """Gunicorn as it is deployed, told of both hosts."""
    port = free_port(cluster.nodes[0].data)
    urls = {"DATABASE_URL": cluster.url(), "GUNICORN_BIND": f"{HOST}:{port}"}
    # Errors are answered as by a real site.
    ours = environment(**urls, DEBUG_PAGES="off")
    command = "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "medspa.wsgi"
    server = subprocess.Popen(
        [sys.executable, *command, "--workers", "1", "--log-level", "critical"],
        cwd=settings.BASE_DIR,
        env=ours,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def visited(port: int, signed_in: Client, address: str) -> Iterator[Visitor]:
    visitor, is_over = Visitor(Browser(signed_in, port), address), threading.Event()
    thread = threading.Thread(target=visitor.log_calls, args=(is_over,))
    thread.start()
    try:
        yield visitor
    finally:
        is_over.set()
        thread.join()


def test_killing_the_leader_loses_no_commit_and_the_site_goes_on(
    running: tuple[Home, Cluster], capsys: pytest.CaptureFixture[str]
) -> None:
    place, both = running
    prepare(both)
    loaded = place.run(*LOADED, both.url(), text=dump_of(place, database_url()))
    assert loaded.returncode == 0, loaded.stdout
    with asking(wrapper_of(both.url(), "both")):
        signed_in, lead = Client(), LeadFactory(admitted=True)
        signed_in.force_login(UserFactory(role=FRONT_DESK))
        with (
            site(both) as port,
            visited(port, signed_in, f"/leads/{lead.pk}/log/") as visitor,
            Writers(both.url(database=LEDGER, connect_timeout="2")) as writers,
        ):
            outcome = drill(both, writers)
        with capsys.disabled():
            sys.stderr.write(f"\n{outcome.sentence}\n")
        assert outcome.lost == 0
        assert outcome.pause < GOES_ON_WITHIN
        assert outcome.is_rewound
        assert outcome.alone == 0, "what only the old leader had is gone there, too"
        pairs = zip(visitor.moments, visitor.moments[1:], strict=False)
        longest = max(later - earlier for earlier, later in pairs)
        assert 5 < longest < GOES_ON_WITHIN, "it saw the failover, and went on"
        assert visitor.statuses <= {503}, "meanwhile it says that it can't be reached"
        connection.close()
        connection.pool.check()
        assert Activity.objects.filter(lead=lead).count() >= visitor.logged
