"""The line about the database servers under Patroni."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from medspa.health.cluster_lines import NAME, cluster_problem, problems_of
from medspa.health.lines import Severity
from medspa.health.measuring import CLUSTER, Result, keep
from medspa.health.reading import read_health

LEADER = {"name": "a", "role": "leader", "state": "running"}
STANDBY = {"name": "b", "role": "sync_standby", "state": "streaming", "lag": 0}


@pytest.fixture
def patroni() -> Iterator[str]:
    """A server that says what Patroni's REST API says of a cluster that is well."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/cluster"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"members": [LEADER, STANDBY]}).encode())

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("members", "problems"),
    [
        ([LEADER, STANDBY], []),
        ([LEADER], ["no second server has every commit"]),
        ([STANDBY], ["no server leads"]),
        ([LEADER, STANDBY | {"state": "stopped"}], ["b is stopped"]),
        ([LEADER, STANDBY | {"lag": 17_000_000}], ["b is behind"]),
        ([LEADER, STANDBY | {"lag": "unknown"}], ["b is behind"]),
    ],
)
def test_what_is_wrong_with_a_cluster_is_named(
    members: list[dict[str, Any]], problems: list[str]
) -> None:
    assert problems_of(members) == problems


def test_the_first_server_that_answers_is_believed(patroni: str) -> None:
    away = "http://127.0.0.1:9"
    assert cluster_problem([away, patroni]) == ""
    assert cluster_problem([away]) == "no Patroni of PATRONI_URLS answers"


def test_the_line_is_there_where_a_cluster_is(db: None, settings: Settings) -> None:
    assert NAME not in {line.name for line in read_health()}
    settings.PATRONI_URLS = ["http://127.0.0.1:9"]
    for problem, severity in (
        ("", Severity.OK),
        ("b is stopped", Severity.WARNING),
        ("no server leads", Severity.ERROR),
    ):
        keep(CLUSTER, Result(problem=problem))
        [line] = [line for line in read_health() if line.name == NAME]
        assert line.severity is severity
