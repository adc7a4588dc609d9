"""`manage.py demo`: up, up again, and nothing left behind."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from commissions.models import Statement
from leads.models import Lead, PipelineStage
from medspa.demo.people import ROLE_OF, demo_people
from medspa.demo.server import DemoServerError, only_demo
from medspa.models import User
from medspa.postgres.embedded.connection import is_free
from tests.committed import MANAGE, environment

HOLD = """
import sys, time
from pathlib import Path
from medspa.demo.server import only_demo
with only_demo(Path(sys.argv[1]), int(sys.argv[2])):
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def port() -> int:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return next(port for port in range(19_081 + worker, 20_000, 20) if is_free(port))


@contextmanager
def demo(port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*MANAGE, "demo", f"--port={port}", "--months=8"],
        env=environment(
            DJANGO_SETTINGS_MODULE="tests.medspa.demo_settings",
            DEMO_VAR=str(folder),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with process:
            yield process
    finally:
        process.kill()


def until_up(process: subprocess.Popen[str]) -> str:
    """What the demo prints until it serves."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError("".join(lines) + process.communicate()[1])


def read(port: int, path: str) -> tuple[int, str]:
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    page.request("GET", path)
    answer = page.getresponse()
    text = answer.read().decode()
    page.close()
    return answer.status, text


def status(port: int, path: str = "/admin/login/") -> int:
    return read(port, path)[0]


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_the_demo_serves_a_clinic_once_whatever_ends_it(
    port: int, tmp_path: Path
) -> None:
    try:
        with demo(port, tmp_path) as first:
            told = until_up(first)
            assert f"http://127.0.0.1:{port}" in told
            assert status(port) == status(port, "/static/css/shell.css") == 200
            code, words = read(port, "/no/such/page/")
            assert (code, "the link is wrong" in words) == (404, True)
            leads = Lead.all_objects.count()
            assert leads > 1000
            # So that numbers by person have something to tell.
            assert Lead.objects.filter(assigned_to__username="frontdesk").exists()
            PipelineStage.objects.filter(name="New").update(name="Fresh")
            first.kill()
        with demo(port, tmp_path) as second:
            logins = re.findall(r"^  (\w+) +([\w-]+) +", until_up(second), re.M)
            assert all(" ".join(login) in " ".join(told.split()) for login in logins)
            assert status(port) == 200
            second.send_signal(signal.SIGINT)
            assert second.wait(timeout=30) == 0
        assert is_free(port)
        assert Lead.all_objects.count() == leads
        assert PipelineStage.objects.filter(name="Fresh").count() == 1
        states = set(Statement.objects.values_list("status", flat=True))
        assert states == {"draft", "approved", "locked", "paid"}
    finally:
        # Who signed something is never deleted.
        connection.cursor().execute("TRUNCATE commissions_statement CASCADE")
        User.objects.filter(username__in=ROLE_OF).delete()


def test_a_real_site_gets_no_invented_people(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=on"):
        call_command("demo")


def test_a_port_in_use_is_said_with_another_one(port: int, tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(DemoServerError, match=rf"{port} is in .*--port {port + 1}"),
        only_demo(tmp_path, port),
    ):
        pass


def test_the_newer_demo_ends_the_older(port: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path, str(port)], stdout=subprocess.PIPE
    ) as older:
        assert older.stdout
        older.stdout.readline()
        with only_demo(tmp_path, port):
            assert older.wait(timeout=10) == -signal.SIGTERM


@pytest.mark.django_db
def test_one_of_each_role_signs_in_with_the_password_told(tmp_path: Path) -> None:
    logins = demo_people(tmp_path)
    names = ["frontdesk", "manager", "provider", "admin"]
    assert [login.username for login in logins] == names
    for login in logins:
        user = User.objects.get(username=login.username)
        assert [group.name for group in user.groups.all()] == [login.role]
        assert user.check_password(login.password)
        assert user.is_staff
    assert demo_people(tmp_path) == logins
    assert (tmp_path / "demo_people.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_lost_password_file_gives_new_passwords(tmp_path: Path) -> None:
    before = demo_people(tmp_path)
    (tmp_path / "demo_people.json").unlink()
    for old, new in zip(before, demo_people(tmp_path), strict=True):
        assert new.password != old.password
        assert User.objects.get(username=new.username).check_password(new.password)


@pytest.mark.django_db
def test_a_password_changed_on_the_site_stays(tmp_path: Path) -> None:
    demo_people(tmp_path)
    user = User.objects.get(username="manager")
    user.set_password("my own secret")
    user.save()
    told = {login.username: login.password for login in demo_people(tmp_path)}
    user.refresh_from_db()
    assert user.check_password("my own secret")
    assert told["manager"] == "(changed on the site)"
