"""A day at the real server and worker, and no contact in what they write."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from leads.models import Lead
from medspa.models import User
from medspa.postgres.embedded.connection import free_port
from medspa.roles import ADMINISTRATOR
from tests.committed import MANAGE, environment
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.job_runs import silence_workers, until
from tests.served import await_port, running

EMAILS = [f"qzcanary{number}@example.com" for number in range(4)]
PHONES = [f"+1212555017{number}" for number in range(4)]
STAFF = "qzcanarystaff@example.com"
FORM, TOKEN = "application/x-www-form-urlencoded", "t" * 32
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 [A-Z]+ [\w.]+ \[\S+\]: .+"
)


class RefusingMail(StreamRequestHandler):
    """A mail server that says the address when it refuses it."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        for line in self.rfile:
            is_receiver = line.upper().startswith(b"RCPT")
            self.wfile.write(b"550 " + line[8:] if is_receiver else b"250 ok\r\n")


@contextmanager
def mail_server() -> Iterator[int]:
    with ThreadingTCPServer(("127.0.0.1", 0), RefusingMail) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class Browser:
    """A signed-in browser at the server."""

    def __init__(self, port: int, person: User) -> None:
        signed_in = Client()
        signed_in.force_login(person)
        session = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.port = port
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        }

    def ask(self, path: str, body: Any = None, **headers: str) -> HTTPResponse:
        """A page; with a `body` a form is sent."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=20)
        method = "GET" if body is None else "POST"
        link.request(method, path, body, self.headers | headers)
        answer = link.getresponse()
        answer.read()
        assert answer.status < 500, path
        return answer

    def send(self, path: str, **fields: str) -> HTTPResponse:
        return self.ask(path, urlencode(fields), **{"Content-Type": FORM})


@pytest.fixture
def logs(committed: None, tmp_path: Path) -> Iterator[tuple[Any, ...]]:
    """The port of gunicorn as shipped, its log, and the log of a worker."""
    port = free_port(tmp_path)
    web, work = tmp_path / "web.log", tmp_path / "worker.log"
    gunicorn: list[str | Path] = [sys.executable, "-m", "gunicorn", "--config"]
    gunicorn += ["deploy/gunicorn.conf.py", "medspa.wsgi"]
    with mail_server() as mail:
        place = environment(
            BACKUP_DIR="",
            DEBUG_PAGES="off",
            EMAIL_URL=f"smtp://127.0.0.1:{mail}",
            EMAIL_FROM="crm@clinic.example",
            GUNICORN_BIND=f"127.0.0.1:{port}",
            GUNICORN_WORKERS="1",
            LOG_LEVEL="INFO",
            SLOW_QUERY_SECONDS="0",  # every query is written
            VAR_DIR=str(tmp_path / "var"),
        )
        with (
            running(gunicorn, place, web) as server,
            running([*MANAGE, "worker"], place, work) as worker,
        ):
            await_port(port, server, web)
            yield port, web, work, worker
    silence_workers()


@pytest.mark.slow
def test_a_clinics_day_names_no_contact_in_a_log(
    logs: tuple[int, Path, Path, "subprocess.Popen[bytes]"],
) -> None:
    port, web, work, worker = logs
    the_day(Browser(port, UserFactory(role=ADMINISTRATOR, email=STAFF)))
    until(lambda: "medspa.send_password_reset: failed, to be tried" in work.read_text())
    worker.terminate()
    worker.wait(15)
    assert "medspa.access" in web.read_text()
    assert "Starting worker" in work.read_text()
    for log in (web, work):
        text = log.read_text()
        for line in text.splitlines():
            assert LINE.fullmatch(line), line
        assert "qzcanary" not in text
        assert "?q=" not in text
        digits = re.sub(r"[^\d\n]", "", text)
        for phone in PHONES:
            assert phone[2:] not in digits


def the_day(browser: Browser) -> None:
    """Leads come in, are searched for, opened, moved; links go wrong; a mail fails."""
    stage = StageFactory()
    lead = LeadFactory(
        admitted=True, first_name="Ana", email=EMAILS[0], phone=PHONES[0]
    )
    added = {"first_name": "Bea", "email": EMAILS[1], "phone": PHONES[1]}
    added |= {"source": "phone", "stage": stage.pk}
    assert browser.send(reverse("lead_add"), **added).status == 302
    rows = f"Name,Email,Phone\nZoe,{EMAILS[2]},{PHONES[2]}\nX,{EMAILS[3]},bad\n"
    file = SimpleUploadedFile("contacts.csv", rows.encode(), "text/csv")
    upload = encode_multipart(BOUNDARY, {"action": "import", "file": file})
    kind = {"Content-Type": MULTIPART_CONTENT}
    browser.ask(reverse("lead_import"), upload, **kind)
    assert Lead.objects.count() >= 3, "they came in"
    for contact in (EMAILS[0], PHONES[0], PHONES[3][2:], STAFF):
        browser.ask(f"{reverse('leads')}?{urlencode({'q': contact})}")
        browser.ask(f"/nowhere/{contact}/")
        browser.ask(f"/leads/{contact}/", **{"X-Request-ID": contact})
    browser.send(reverse("board_move", args=[lead.pk]), stage=stage.pk)
    for page in ("lead", "lead_privacy", "person_json", "person_pdf"):
        assert browser.ask(reverse(page, args=[lead.pk])).status == 200
    assert browser.ask(f"{reverse('leads_export')}?as=csv").status == 200
    browser.send("/admin/login/", username=STAFF, password=EMAILS[1])
    browser.send(reverse("forgot_password"), email=STAFF)
