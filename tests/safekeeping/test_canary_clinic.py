"""A clinic's day, and then a search for its contacts everywhere but in its own columns.

Its leads have names, emails and phones that are nowhere else, so each can be searched
for: in the log, the database as text, sealed backups, the queue, sessions and caches.
"""

import asyncio
import logging
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from connections.door import Door
from connections.models import Connection, ReceivedDelivery
from connections.registry import DOORS
from connections.setting_up import connect, new_secret, set_secrets
from kpis.extension_points import person_tables
from kpis.page.tables import KPI_TABLES
from leads.models import Lead, PipelineStage
from medspa import clock
from medspa.accounts.session_rows import PersonSession
from medspa.emails.sending import queue_notice, queue_password_reset
from medspa.jobs.worker import work_off
from medspa.models import AuditEvent, User
from medspa.roles import ADMINISTRATOR
from safekeeping.backups.running import export
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.erasure.erasing import erase_person
from tests.committed import database_url
from tests.connections.doors import address_of, post
from tests.connections.fake_gohighlevel.fake import LOCATION
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.medspa.test_no_contact_data_in_a_dump import (
    parts_of,
    traces,
    whole_database,
)
from tests.medspa.watching.logs import written_log
from tests.safekeeping.backups.cluster import ESCROW, OWNER, SIGNING_KEY
from tests.safekeeping.canary import traces_in_database

NAME = "Qzcanary"
EMAILS = [f"qzcanary{letter}@example.com" for letter in "abcd"]
PHONES = [f"+1212555017{number}" for number in range(4)]
STAFF = "xystaffer@example.com"
# Names are as safe as the disk: they stand where a lead and its history do.
TABLES_WITH_NAMES = {"leads_lead", "leads_leadhistory"}
# What no door and no file may bring in, in any place of theirs.
FORBIDDEN = "Qzforbidden"
FORMATS = ("csv", "json")
MOST_PERSONS = 30
COPIED = re.compile(rb"^COPY public\.\"?(\w+)\"? .*?^\\\.$", re.MULTILINE | re.DOTALL)


class Refusing(BaseEmailBackend):
    """A mail server that says the address when it refuses it."""

    def send_messages(self, messages: Any) -> int:
        to = messages[0].to[0]
        raise SMTPRecipientsRefused({to: (550, f"{to} is unknown".encode())})


@pytest.fixture
def log(
    committed: None,
    client: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """What a day wrote to the log, at its most talkative."""
    settings.EMAIL_URL, settings.EMAIL_BACKEND = "smtp://x", f"{__name__}.Refusing"
    settings.SLOW_QUERY_SECONDS = 0.0  # every query is written
    stage = StageFactory()
    administrator = UserFactory(role=ADMINISTRATOR, email=STAFF)
    with written_log(logging.DEBUG) as text:
        client.force_login(administrator)
        the_day(client, administrator, stage)
        every_door_is_used(monkeypatch)
        a_file_of_payments_comes(client)
        asyncio.run(work_off())
    return text.getvalue()


def the_day(client: Client, person: User, stage: PipelineStage) -> None:
    """Leads come in, are searched for, opened, exported; links go wrong; mails fail."""
    leads = [
        LeadFactory(first_name=NAME, email=email, phone=phone)
        for email, phone in zip(EMAILS[:2], PHONES[:2], strict=True)
    ]
    fields = {"first_name": NAME, "email": EMAILS[2], "phone": PHONES[2]}
    client.post(reverse("lead_add"), fields | {"source": "phone", "stage": stage.pk})
    rows = f"{NAME},{EMAILS[3]},{PHONES[3]}\nX,{EMAILS[3]},bad\n"
    many = "".join(f"Ana,ana{number}@example.net,\n" for number in range(501))
    text = f"Name,Email,Phone\n{rows}{many}".encode()
    file = SimpleUploadedFile("a.csv", text, "text/csv")
    client.post(reverse("lead_import"), {"action": "import", "file": file})
    client.get(reverse("leads"), {"q": NAME})
    for contact in (EMAILS[0], PHONES[0], PHONES[0][2:]):
        client.get(reverse("leads"), {"q": contact})
        client.get(f"/nowhere/{contact}/")
        client.get(f"/leads/{contact}/", HTTP_X_REQUEST_ID=contact)
    for name in ("board", "today"):
        client.get(reverse(name), {"q": EMAILS[0]})
    client.get(reverse("lead", args=[leads[0].pk]))
    assert client.get(reverse("leads_export")).status_code == 200
    Client().post(reverse("admin:login"), {"username": STAFF, "password": EMAILS[1]})
    queue_notice("email_changed", person, STAFF, "Your email was changed")
    queue_password_reset(STAFF, "https://crm.example.com/")
    logging.getLogger("medspa").warning("%s called %s", EMAILS[0], PHONES[1])
    try:
        raise ValueError(f"{EMAILS[0]} {PHONES[0]}")
    except ValueError:
        logging.getLogger("medspa").exception("A mistake")


def forbidden(place: str) -> str:
    """Letters only, so that a place for names would let it through."""
    return f"{FORBIDDEN}{place.replace('_', '')}"


def every_door_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each delivers its examples with forbidden things; the worker has them next."""
    for name, door in DOORS.items():
        if door.canary_answers:  # in place of the other system
            fetch = door.canary_answers(forbidden)
            answering = replace(door, fetch=lambda secrets, account, own=fetch: own)
            monkeypatch.setitem(DOORS, name, answering)
        row = connect(name, LOCATION if door.needs_account else "")
        # Without a token GoHighLevel isn't asked.
        secrets = [one for one in door.secrets if one != "token"] or door.secrets
        deliver(door, set_secrets(row.pk, dict.fromkeys(secrets, new_secret())))


def deliver(door: Door, connection: Connection) -> None:
    assert door.sign
    for one in door.canaries(forbidden):
        fresh = replace(one, received_at=clock.now(), url=address_of(connection))
        answer = post(connection, door.sign(fresh, connection.secret_values))
        assert answer.status_code == 200, (door.name, answer.content)


def a_file_of_payments_comes(client: Client) -> None:
    rows = f"2026-05-01,12.00,{EMAILS[0]},{FORBIDDEN} on lips,{FORBIDDEN} Hale"
    text = f"Date,Amount,Email,Description,Last Name\n{rows}\n".encode()
    file = SimpleUploadedFile("p.csv", text, "text/csv")
    about = {"system": "stripe", "kind": "payments", "action": "import"}
    answer = client.post(reverse("import_events"), {"file": file, **about})
    assert ">1</strong> recorded" in answer.content.decode()


def hits(content: bytes, *more: str) -> list[str]:
    """Which contacts are in there, as written, formatted, in hexadecimal or base64."""
    contacts = [part for contact in EMAILS + PHONES for part in parts_of(contact)]
    return [text for text in (*contacts, *more) if traces(text, content)]


def backed_up(folder: Path) -> bytes:
    recipients = tuple(str(key.to_public()) for key in (OWNER, ESCROW))
    export(
        BackupConfig(
            first=str(folder / "backups"),
            recipients=recipients,
            signing_key=SIGNING_KEY,
            work=folder / "work",
            database_url=database_url(),
        )
    )
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def taken_out(client: Client) -> bytes:
    """Every file that people can take out, and the export of each person."""
    leads = reverse("leads_export")
    tables = (*KPI_TABLES, *person_tables)
    forms = [f"?export={table}&format={form}" for table in tables for form in FORMATS]
    addresses = [leads, f"{leads}?as=xlsx", reverse("commissions_csv")]
    addresses += [f"{reverse('kpis')}{form}" for form in forms]
    addresses += [
        reverse("person_json", args=[lead.pk])
        for lead in Lead.objects.exclude(first_name="Ana")[:MOST_PERSONS]
    ]
    return b"".join(unpacked(client.get(address)) for address in addresses)


def unpacked(answer: Any) -> bytes:
    """The file's content; a workbook's parts are compressed."""
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    content = answer.getvalue()
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as book:
        return b"".join(book.read(name) for name in book.namelist())


def files_of_the_site() -> bytes:
    """What stands in `var`, but for the database's own files."""
    own = settings.VAR_DIR / "postgres"
    files = (one for one in settings.VAR_DIR.rglob("*") if one.is_file())
    return b"".join(one.read_bytes() for one in files if own not in one.parents)


@pytest.mark.slow
def test_its_contacts_are_in_no_other_place(
    log: str, client: Client, tmp_path: Path
) -> None:
    emails = [lead.email for lead in Lead.objects.filter(first_name=NAME)]
    assert sorted(emails) == EMAILS
    for said in ("medspa.access", "medspa.send_notice", "leads.import"):
        assert said in log
    assert hits(log.encode(), NAME, STAFF, FORBIDDEN) == []

    dump = whole_database()
    assert hits(dump, FORBIDDEN) == []
    assert traces_in_database((FORBIDDEN,)) == []
    deliveries = ReceivedDelivery.objects.values_list("connection__door", flat=True)
    assert set(deliveries) == set(DOORS)
    tables = {found[1].decode(): found[0] for found in COPIED.finditer(dump)}
    named = {table for table, rows in tables.items() if hits(rows, NAME)}
    assert named == TABLES_WITH_NAMES
    assert b"medspa.send_" in tables["procrastinate_jobs"]
    assert AuditEvent.objects.filter(kind="lead_read").exists()

    files = taken_out(client)
    assert NAME.encode() in files  # a file has what leads are called
    assert not traces(FORBIDDEN, files)

    sessions = [str(one.get_decoded()) for one in PersonSession.objects.all()]
    assert sessions
    assert hits("\n".join(sessions).encode(), NAME, FORBIDDEN) == []
    kept = [
        f"{key}{value!r}" for one in caches.all() for key, value in one._cache.items()
    ]
    assert hits("\n".join(kept).encode(), NAME, FORBIDDEN) == []
    assert hits(backed_up(tmp_path), NAME, STAFF, FORBIDDEN) == []
    assert hits(files_of_the_site(), FORBIDDEN) == []

    for lead in Lead.objects.filter(first_name=NAME):
        erase_person(lead.pk)
    assert traces_in_database((NAME, *EMAILS, *PHONES)) == []
