"""A stolen dump shows no email and no phone, in any encoding."""

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable

import pytest
from django.db import connection

from campaigns.models import Campaign
from leads.intake.files.background import begin_import
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.models import ImportFile, Lead
from leads.services.pipeline import create_lead, move
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgresError
from tests.factories import (
    ActivityFactory,
    KpiEventFactory,
    OpportunityFactory,
    StageFactory,
)

EMAILS = ("zenobia.q@example.com", "Zenobia.New@Example.com", "yolanda@example.org")
PHONES = ("+12125550187", "+12125550188", "+442079460958", "+19175550199")
ALL_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


@pytest.fixture
def a_busy_clinic(committed: None) -> None:
    """Leads that were made, changed, moved, deleted, restored and sold to."""
    first, second = StageFactory(records_kpi="consult_booked"), StageFactory()
    changed = Lead(first_name="Zenobia", email=EMAILS[0], phone="(212) 555-0187")
    create_lead(changed, first)
    changed.email, changed.phone = EMAILS[1], PHONES[1]
    changed.save()
    move(changed.pk, second.pk)
    OpportunityFactory(lead=changed)
    ActivityFactory(lead=changed)
    KpiEventFactory(lead=changed, paid=True)
    gone = Lead(first_name="Yolanda", email=EMAILS[2], phone=PHONES[2])
    create_lead(gone, first)
    gone.delete()
    changed.delete()
    changed.restore()
    two_large_imports()


def two_large_imports() -> None:
    """One that waits, and one that is over and keeps its failed rows."""
    rows = [f"Zenobia,{EMAILS[0]},{PHONES[0]}", f",{EMAILS[2]},+19175550199"]
    table = read_table("\n".join(["Name,Email,Phone", *rows]).encode())
    for is_over in (False, True):
        work = begin_import(table, map_columns(table.headers), ImportOptions())
        if is_over:
            do_import(arguments_of(work), NullProgress())
            chunks = ImportFile.objects.get(work=work).chunks.all()
            assert "+19175550199" in chunks[0].content


def whole_database() -> bytes:
    """Every byte of every table, by `pg_dump` where there is one, else by COPY."""
    try:
        program = str(EMBEDDED.binary("pg_dump"))
    except EmbeddedPostgresError:
        program = shutil.which("pg_dump") or ""
    return pg_dump(program) if program else copy_of_every_table()


def pg_dump(program: str) -> bytes:
    place = connection.settings_dict
    environment = os.environ | {
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"]),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
    }
    result = subprocess.run([program], env=environment, capture_output=True, check=True)
    return result.stdout


def copy_of_every_table() -> bytes:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        tables = [row[0] for row in cursor.execute(ALL_TABLES)]
        dump = b""
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                dump += b"".join(bytes(part) for part in copy)
    return dump


def disguises(text: str) -> list[bytes]:
    """`text` in every case, as hexadecimal digits, and as base64 at each offset."""
    plain = {text.encode(), text.lower().encode(), text.upper().encode()}
    hexadecimal = {form.hex().encode() for form in plain}
    base64 = {
        # What is around the text decides over its first and last characters.
        b64encode(bytes(offset) + form)[(offset * 8 + 5) // 6 : -4]
        for form in plain
        for offset in range(3)
    }
    return sorted(plain | hexadecimal | base64)


def traces(text: str, dump: bytes) -> list[bytes]:
    dump = dump.lower()
    return [form for form in disguises(text) if form.lower() in dump]


@pytest.mark.usefixtures("a_busy_clinic")
@pytest.mark.parametrize("take", [whole_database, copy_of_every_table])
def test_a_dump_holds_the_leads_but_no_email_and_no_phone(
    take: Callable[[], bytes],
) -> None:
    dump = take()
    assert b"Zenobia" in dump
    assert b"Yolanda" in dump
    assert Lead.history.count() > 4
    found = {
        text: traces(text, dump)
        for contact in EMAILS + PHONES
        for text in parts_of(contact)
    }
    assert {text: forms for text, forms in found.items() if forms} == {}


def parts_of(contact: str) -> list[str]:
    """The contact as written, and what of it alone would already give it away."""
    if "@" in contact:
        return [contact, contact.partition("@")[0] + "@"]
    national = contact.removeprefix("+1")
    return [contact, contact[1:], national, f"{national[:3]}) {national[3:6]}-"]


@pytest.mark.parametrize(
    "dressed",
    [
        b"x zenobia.q@example.com",
        b"\\x" + EMAILS[0].encode().hex().encode(),
        b64encode(b"{" + EMAILS[0].encode() + b"}"),
        b64encode(b"{:" + EMAILS[0].encode() + b"}"),
        b64encode(EMAILS[0].encode() + b"...."),
    ],
)
def test_the_search_would_find_an_email(dressed: bytes) -> None:
    assert traces(EMAILS[0], b"COPY leads_lead\n" + dressed + b"\n")


@pytest.mark.usefixtures("committed")
def test_the_dump_is_of_this_database() -> None:
    Campaign.objects.create(name="Canary 4711", platform="other")
    assert b"Canary 4711" in whole_database()
