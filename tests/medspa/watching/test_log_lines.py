"""One format for everything that is logged, without contacts."""

import json
import logging
import re
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from medspa import clock
from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.logs.configuration import logging_configuration
from medspa.logs.formats import LineFormatter
from medspa.logs.redaction import without_contacts, without_values
from medspa.models import User
from tests.factories import LeadFactory
from tests.medspa.watching.logs import written_log

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO medspa\.access \[(\S+)\]: "
    r"(\S+) (\S+) (\d+) [\d.]+ ms person=(\S+)"
)


def access_lines(text: str) -> list[tuple[str, ...]]:
    return [found.groups() for found in map(LINE.fullmatch, text.splitlines()) if found]


def test_a_request_has_one_line_with_zone_person_and_id(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    with written_log() as log:
        answer = client.get("/people/?q=ana@example.com", HTTP_X_REQUEST_ID="abc-12345")
    assert answer["X-Request-ID"] == "abc-12345"
    [line] = access_lines(log.getvalue())
    assert line == ("abc-12345", "GET", "/people/", "200", str(administrator.pk))
    assert "ana@" not in log.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "12125550170",
        "x" * 65,
        "two words",
        "line\nbreak",
        "ünïcödé-id",
        "a;drop()",
    ],
)
def test_an_id_that_is_none_is_replaced(given: str, client: Client) -> None:
    with written_log() as log:
        answer = client.get("/", HTTP_X_REQUEST_ID=given)
    trace = answer["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", trace)
    assert [line[0] for line in access_lines(log.getvalue())] == [trace]


def test_a_link_that_signs_in_is_not_in_the_log(
    client: Client, administrator: User
) -> None:
    link = EmailedLink.objects.create(
        kind=LinkKind.INVITATION,
        person=administrator,
        email="zoe@example.com",
        expires_at=clock.now() + timedelta(days=1),
    )
    with written_log() as log:
        client.get(reverse("invitation", args=[link.token]))
    [line] = access_lines(log.getvalue())
    assert "…" in line[2]
    assert link.token not in log.getvalue()


def test_json_lines_have_the_same_facts(client: Client) -> None:
    with written_log(as_json=True) as log:
        client.get("/nowhere/%0Anext@line.com/")
    line, refused = map(json.loads, log.getvalue().splitlines())
    assert refused["trace"] == line["trace"]
    assert (line["logger"], line["method"], line["status"]) == (
        "medspa.access",
        "GET",
        404,
    )
    assert line["time"].endswith("+00:00")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("to ana.b+c@example.co.uk failed", "to [email] failed"),
        ("+12125550171", "[phone]"),
        ("call (212) 555-0171 now", "call [phone] now"),
        ("212-555-0171", "[phone]"),
        ("+44 20 7946 0958", "[phone]"),
        ("12125550171.", "[phone]."),
        ("2026-11-27 took 12345678 us", "2026-11-27 took 12345678 us"),
        ("lead cmbq5j0az0001abcd12345678 of 127.0.0.1:54321", None),
        ("Job 123456789 leads.import in 1234.5 ms", None),
    ],
)
def test_contacts_are_taken_out_and_nothing_else(text: str, kept: str | None) -> None:
    assert without_contacts(text) == (kept or text)


def test_a_traceback_keeps_where_and_loses_what(db: None) -> None:
    lead = LeadFactory(first_name="Zebulon")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Failed", (), None)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO leads_lead SELECT * FROM leads_lead WHERE id = %s",
                [lead.pk],
            )
    except IntegrityError:
        record.exc_info = sys.exc_info()
    text = LineFormatter().format(record)
    assert "Key (id)=" in str(record.exc_info[1])  # type: ignore[index]
    assert "UniqueViolation" in text
    assert "test_log_lines.py" in text
    assert "Key (id)=" not in text
    assert lead.pk not in text


def test_values_that_a_schema_refused_are_left_out() -> None:
    told = "[type=int, input_value='Ana, 1990', input_type=str]"
    assert without_values(told) == "[type=int, input_type=str]"


def test_a_line_break_in_a_message_begins_no_line() -> None:
    record = logging.LogRecord("x", 20, "", 0, "a\r\nINFO forged\x1b[0m", (), None)
    assert LineFormatter().format(record).endswith("a\\r\\nINFO forged\\x1b[0m")


def test_a_job_of_procrastinate_is_told_without_its_arguments() -> None:
    job: dict[str, Any] = {
        "id": 7,
        "task_name": "medspa.send_notice",
        "task_kwargs": {"to": "zoe@example.com", "run_id": "c1"},
    }
    facts = {"action": "job_error", "job": job, "duration": 0.1234}
    record = logging.makeLogRecord(
        {"name": "procrastinate.worker", "levelname": "ERROR", "msg": job, **facts}
    )
    text = LineFormatter().format(record)
    assert text.endswith("[-]: Job 7 medspa.send_notice, run c1: failed in 123.4 ms")
    waiting = logging.makeLogRecord(
        {"name": "procrastinate.worker.worker", "msg": "medspa.x[7](to='Zoe') waits"}
    )
    assert LineFormatter().format(waiting).endswith(": medspa.x[7] waits")


@pytest.mark.parametrize(("level", "format_name"), [("LOUD", "text"), ("INFO", "xml")])
def test_an_unknown_level_or_format_is_refused(level: str, format_name: str) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        logging_configuration(level, format_name)
