"""What each line says when it is well, and when it isn't."""

import os
import shutil
import ssl
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from pytest_django import Settings

from medspa import clock
from medspa.health.application_lines import duration_words, queue_line
from medspa.health.cluster_lines import CLUSTER
from medspa.health.database_lines import version_line
from medspa.health.lines import Severity
from medspa.health.measuring import (
    CERTIFICATE,
    MAIL,
    Result,
    keep,
    measure_certificate,
    measure_due,
    measure_mail,
)
from medspa.health.models import Measurement
from medspa.health.network_lines import certificate_line, mail_line
from medspa.health.reading import read_health
from medspa.health.security_lines import files_line, key_age_line, settings_line
from medspa.health.server_lines import (
    TIME_ERROR,
    encryption_line_of,
    free_space_line,
    time_server_line,
)
from medspa.models import KeyCheck
from tests.medspa.watching.certificates import make_authority
from tests.medspa.watching.test_probes import wait_in_queue
from tests.medspa.watching.web_server import web_server

OK, WARNING, ERROR = Severity


@pytest.mark.parametrize(
    ("minutes", "severity"), [(4, OK), (6, WARNING), (60 * 30, WARNING)]
)
def test_a_job_that_waits_longer_than_five_minutes_is_told(
    minutes: int, severity: Severity, db: None
) -> None:
    assert queue_line().words == "Empty."
    wait_in_queue(timedelta(minutes=minutes))
    assert queue_line().severity is severity
    assert duration_words(timedelta(minutes=minutes)) in queue_line().words


def test_durations_are_in_the_largest_unit() -> None:
    assert [
        duration_words(timedelta(seconds=seconds))
        for seconds in (0, 119, 120, 7199, 7200, 172_799, 172_800)
    ] == ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]


@pytest.mark.parametrize(("days", "severity"), [(364, OK), (366, WARNING)])
def test_a_key_is_to_be_changed_after_a_year(
    days: int, severity: Severity, db: None
) -> None:
    KeyCheck.objects.update(created_at=clock.now() - timedelta(days=days))
    line = key_age_line()
    assert line.severity is severity
    assert f"{days} days" in line.words


@pytest.mark.parametrize(
    ("free", "severity"), [(16, OK), (14, WARNING), (5, WARNING), (4, ERROR)]
)
def test_less_than_fifteen_percent_free_is_told(
    free: int, severity: Severity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(total=100, used=100 - free, free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    line = free_space_line("Disk", tmp_path)
    assert (line.severity, line.words.partition(" ")[0]) == (severity, f"{free}%")


def test_files_that_every_account_can_read_are_named(tmp_path: Path) -> None:
    base, var = tmp_path, tmp_path / "var"
    for path in (base / ".env", var / "keys.env", var / "static" / "a.css"):
        path.parent.mkdir(exist_ok=True)
        path.touch(0o640)
    (var / "static").chmod(0o755)
    assert files_line((base, var)).is_ok
    (base / ".env").chmod(0o644)
    (var / "keys.env").chmod(0o604)
    line = files_line((base, var))
    assert line.severity is ERROR
    assert line.to_do == "Run `chmod o-rwx .env var/keys.env`."


def device_of(folder: Path, devices: Path) -> Path:
    number = folder.stat().st_dev
    device = devices / f"{os.major(number)}:{os.minor(number)}"
    device.mkdir(parents=True)
    return device


def test_disk_encryption_is_told_as_far_as_it_can_be_seen(
    tmp_path: Path, settings: Settings
) -> None:
    devices = tmp_path / "devices"
    seen = lambda: encryption_line_of(tmp_path / "later", devices)  # noqa: E731
    assert "can't be seen" in seen().words
    device = device_of(tmp_path, devices)
    assert seen().severity is WARNING
    settings.DISK_ENCRYPTED_BY_PROVIDER = True
    assert seen().words.startswith("By the provider")
    # A logical volume on a LUKS volume.
    for place, uuid in (
        (device, "LVM-x"),
        (device / "slaves" / "dm-0", "CRYPT-LUKS2-x"),
    ):
        (place / "dm").mkdir(parents=True)
        (place / "dm" / "uuid").write_text(uuid)
    assert seen().words == "The disk is encrypted (dm-crypt)."


@pytest.mark.parametrize(
    ("state", "severity", "words"),
    [
        (0, OK, "It sets"),
        (TIME_ERROR, WARNING, "No time server sets"),
        (-1, OK, "can't be seen"),
    ],
)
def test_whether_a_time_server_sets_the_clock(
    state: int, severity: Severity, words: str
) -> None:
    line = time_server_line(state)
    assert line.severity is severity
    assert words in line.words
    assert time_server_line().words


def test_settings_of_a_trial_are_named(settings: Settings) -> None:
    settings.DEBUG = False
    settings.SECURE_HSTS_SECONDS, settings.SITE_URL = 60, "https://crm.example.com"
    assert settings_line().is_ok
    settings.SITE_URL = "http://crm.example.com"
    assert settings_line().words == "SITE_URL isn't an https address."
    settings.DEBUG, settings.SECURE_HSTS_SECONDS = True, 0
    assert settings_line().severity is WARNING
    settings.ALLOWED_HOSTS = ["*"]
    assert settings_line().severity is ERROR


def test_mail_is_told_by_what_the_worker_found(db: None, settings: Settings) -> None:
    assert "EMAIL_URL is not set" in mail_line().words
    assert not mail_line().alerts
    keep(MAIL, measure_mail())
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    assert mail_line().words == "Not tried yet."
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    keep(MAIL, measure_mail())
    assert mail_line().severity is ERROR
    assert "ConnectionRefusedError" in mail_line().words
    keep(MAIL, Result(clock.now().timestamp()))
    assert mail_line().words == "The mail server answers."


@pytest.mark.parametrize(
    ("days", "severity", "words"),
    [
        (30.5, OK, "Good for 30 days."),
        (13.5, WARNING, "Good for 13 days."),
        (0.5, ERROR, "Good for 0 days."),
        (-1, ERROR, "not accepted"),
    ],
)
def test_the_certificate_is_looked_at(
    days: float,
    severity: Severity,
    words: str,
    db: None,
    tmp_path: Path,
    settings: Settings,
) -> None:
    authority = make_authority("ours", tmp_path)
    trust = ssl.create_default_context(cafile=str(authority.path))
    with web_server(authority.issue("localhost", tmp_path, days)) as server:
        settings.SITE_URL = f"https://localhost:{server.port}"
        keep(CERTIFICATE, measure_certificate(trust=trust))
        line = certificate_line()
        assert line.severity is severity
        assert words in line.words
        # One that nobody trusts.
        keep(CERTIFICATE, measure_certificate())
        assert "not accepted" in certificate_line().words
    keep(CERTIFICATE, measure_certificate())
    assert "does not answer" in certificate_line().words


def test_what_was_measured_lately_is_not_measured_again(db: None) -> None:
    measure_due()
    first = dict(Measurement.objects.values_list("name", "measured_at"))
    assert set(first) == {MAIL, CERTIFICATE, CLUSTER}
    old = clock.now() - timedelta(minutes=11)
    Measurement.objects.filter(name=MAIL).update(measured_at=old)
    measure_due()
    second = dict(Measurement.objects.values_list("name", "measured_at"))
    assert second[CERTIFICATE] == first[CERTIFICATE]
    assert second[MAIL] > old


def test_the_version_of_postgresql_is_told(db: None) -> None:
    line = version_line()
    assert line.is_ok
    assert line.words.startswith("Version ")


def test_no_secret_stands_in_a_line(db: None) -> None:
    told = " ".join(f"{line.words} {line.to_do}" for line in read_health())
    for secret in (settings.SECRET_KEY, settings.BLIND_INDEX_KEY):
        assert secret not in told
