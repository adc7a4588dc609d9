"""What programs ask: /health/live, /health/ready, /metrics."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from medspa import clock
from medspa.clock import DATABASE_CLOCK
from medspa.encryption.models import KeyCheck
from medspa.extension_points import metric_gauges
from medspa.health import server_lines
from medspa.health.version import VERSION
from medspa.probes import checks
from medspa.probes.gauges import Gauge
from medspa.probes.metrics import metrics_text
from medspa.readiness import READINESS
from medspa.request_counts.counting import Counted, save
from tests.job_runs import live_worker

TOKEN = "a-token-of-many-letters"
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The setting, and the header of who knows it."""
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)
    return {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probes_need_no_https_no_known_host_and_no_session(
    path: str, db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    live_worker()
    answer = client.get(path, HTTP_HOST="10.1.2.3:9999", **FAR)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.post(path).status_code == 405


def test_live_asks_no_database(client: Client) -> None:
    assert client.get("/health/live").status_code == 200


def test_ready_names_each_check_and_the_version_only_to_who_is_near(
    db: None, client: Client, token: dict[str, str]
) -> None:
    live_worker()
    near = client.get("/health/ready").json()
    assert near == {
        "status": "ok",
        "checks": dict.fromkeys(checks.CHECKS, "ok"),
        "version": VERSION,
    }
    assert "version" not in client.get("/health/ready", **FAR).json()
    assert client.get("/health/ready", **FAR, **token).json()["version"] == VERSION


def test_a_dead_worker_makes_it_unready_unless_that_is_excluded(
    db: None, client: Client
) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "error"
    answer = client.get("/health/ready?exclude=worker&exclude=disk")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == set(checks.CHECKS) - {"worker", "disk"}


def test_old_tables_make_it_unready(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_worker()
    MigrationRecorder.Migration.objects.filter(app="medspa").last().delete()  # type: ignore[union-attr]
    monkeypatch.setattr(READINESS, "is_ready", False)
    assert errors(client) == ["migrations"]


def test_wrong_keys_make_it_unready(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_worker()
    KeyCheck.objects.update(proof=b"of another key")
    monkeypatch.setattr(READINESS, "is_ready", False)
    assert errors(client) == ["keys"]


def errors(client: Client) -> list[str]:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    return [name for name, level in answer.json()["checks"].items() if level == "error"]


def test_without_a_database_it_says_so(db: None, client: Client) -> None:
    def away(*args: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "error", "disk": "ok"}


@pytest.mark.parametrize(
    ("skew", "level", "status"),
    [(timedelta(seconds=30), "warning", 200), (timedelta(minutes=-2), "error", 503)],
)
def test_a_clock_that_is_off_is_told(
    skew: timedelta,
    level: str,
    status: int,
    db: None,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live_worker()
    monkeypatch.setattr(DATABASE_CLOCK, "wall", lambda: datetime.now(UTC) - skew)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["clock"]) == (status, level)


def test_a_full_disk_is_told(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_worker()
    usage = SimpleNamespace(total=100, used=98, free=2)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    assert errors(client) == ["disk"]


def test_metrics_take_the_token(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)
    for given in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ünï"):
        answer = client.get("/metrics", HTTP_AUTHORIZATION=given)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_metrics_tell_requests_queue_worker_database_and_health(
    db: None, client: Client, token: dict[str, str]
) -> None:
    live_worker()
    counted, this_minute = Counted(), int(clock.now().timestamp() // 60)
    for status, seconds in ((200, 0.01), (200, 0.3), (500, 20.0)):
        counted.add("board", status, seconds, this_minute)
    save(counted)
    save(counted)
    with metric_gauges.extended(lambda: Gauge("medspa_x_seconds", "X.", 1.5)):
        answer = client.get("/metrics", **token)
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    samples = {
        (
            sample.name,
            *(value for _, value in sorted(sample.labels.items())),
        ): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["medspa_info", VERSION] == 1
    assert samples["medspa_requests_total", "200", "board"] == 4
    assert samples["medspa_request_errors_total",] == 2
    name = "medspa_request_duration_seconds"
    assert samples[f"{name}_bucket", "0.025", "board"] == 2
    assert samples[f"{name}_bucket", "0.5", "board"] == 4
    assert samples[f"{name}_bucket", "10.0", "board"] == 4
    assert samples[f"{name}_bucket", "+Inf", "board"] == 6
    assert samples[f"{name}_count", "board"] == 6
    assert samples[f"{name}_sum", "board"] == pytest.approx(40.62)
    assert samples["medspa_jobs_queued",] == 0
    assert samples["medspa_jobs_oldest_wait_seconds",] == 0
    assert 0 <= samples["medspa_worker_heartbeat_age_seconds",] < 60
    assert samples["medspa_database_connections", "active"] >= 1
    assert samples["medspa_database_connections_max",] >= 20
    assert samples["medspa_health", "Database", "Tables"] == 0
    assert samples["medspa_x_seconds",] == 1.5
    assert samples["medspa_request_error_ratio",] == pytest.approx(2 / 6)
    assert 0 <= samples["medspa_disk_free_ratio",] <= 1
    assert abs(samples["medspa_clock_skew_seconds",]) < 60


def test_metrics_hold_no_value_that_is_not_there(db: None) -> None:
    with metric_gauges.extended(lambda: Gauge("medspa_never_seconds", "X.", None)):
        assert b"medspa_never" not in metrics_text()


def test_oldest_waits_are_told(db: None) -> None:
    wait_in_queue(timedelta(minutes=6))
    text = metrics_text().decode()
    found = re.search(r"^medspa_jobs_oldest_wait_seconds (\S+)$", text, re.M)
    assert found
    assert float(found[1]) == pytest.approx(360, abs=30)
    assert "medspa_jobs_queued 1.0" in text


def wait_in_queue(waited: timedelta) -> None:
    """A job that has waited so long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args)"
            " VALUES ('medspa.tidy', 'default', '{}') RETURNING id"
        )
        job = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id = %s",
            [clock.now() - waited, job],
        )


def test_a_free_disk_is_measured(tmp_path: Path) -> None:
    percent, gigabytes = server_lines.free_space(tmp_path / "not" / "there")
    assert 0 <= percent <= 100
    assert gigabytes > 0
