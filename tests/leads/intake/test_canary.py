"""Nothing forbidden gets in: markers in every forbidden place are found nowhere.

Every importer comes from the product's own list and is fed through every way in, so a
new one is covered by itself.
"""

import csv
import io
import logging
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from leads.intake.files.background import begin_import, take_failed_rows
from leads.intake.files.importers import FILE_IMPORTERS, FileImporter
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.models import ImportFile, Lead
from leads.services.pipeline import first_stage
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import User

pytestmark = pytest.mark.usefixtures("clinic")
# Begins with a digit, because a single word of letters may be a name.
CANARY = "7qzcanaryzq"
# Columns that no importer reads.
FORBIDDEN = (
    "Last Name",
    "Date Of Birth",
    "Address",
    "Do you have any pre-existing health conditions?",
    "Insurance",
    "Notes",
)


def everything_stored() -> str:
    """Every row of every table, history and sessions included, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows).lower()


def poisoned(importer: FileImporter) -> tuple[list[str], list[list[str]]]:
    """Headers and rows with a marker of its own wherever something may stand.

    The first row comes in; of the others some fail, some slipped by a cell.
    """
    fields = list(importer.columns)
    headers = [importer.columns[field][0] for field in fields]
    cells = [
        {
            "first_name": f"Ana {CANARY}a",
            "full_name": f"Ana {CANARY}b",
            "email": f"Ana {CANARY}c <ana@example.com>",
            "phone": f"(212) 555-0171 ({CANARY}d)",
        }.get(field, f"rash {CANARY}{field}")
        for field in fields
    ]
    cells += [f"{CANARY} {header}" for header in FORBIDDEN]
    headers += FORBIDDEN
    nobody = [f"{CANARY}{number}" for number, _ in enumerate(cells)]
    nameless = [
        f"{CANARY}{number}@ x" if field.endswith("name") else cell
        for number, (field, cell) in enumerate(
            zip([*fields, *FORBIDDEN], cells, strict=True)
        )
    ]
    right, left = [cells[-1], *cells[:-1]], [*cells[1:], cells[0]]
    return headers, [cells, nobody, nameless, right, left]


def file_of(importer: FileImporter) -> bytes:
    headers, rows = poisoned(importer)
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    good = text.getvalue()
    slipped = f'x@example.com,"told us \\"{CANARY}\\" today"{"," * len(headers)}\r\n'
    return f"{good}{slipped}{CANARY},{CANARY}\r\n".encode()


def by_command(data: bytes, folder: Path, client: Client, importer: str) -> str:
    file = folder / "contacts.csv"
    file.write_bytes(data)
    call_command("import_leads", file, format=importer)
    failed = Path(f"{file}.failed.csv")
    assert failed.stat().st_mode & 0o077 == 0
    return failed.read_text("utf-8-sig")


def by_page(data: bytes, folder: Path, client: Client, importer: str) -> str:
    fields = {"action": "import", "format": importer}
    file = SimpleUploadedFile("contacts.csv", data, "text/csv")
    answer = client.post(reverse("lead_import"), fields | {"file": file})
    report = answer.context["report"]
    failed = b64decode(report.failed_href.partition("base64,")[2])
    return answer.content.decode() + failed.decode()


def by_worker(data: bytes, folder: Path, client: Client, importer: str) -> str:
    table = read_table(data)
    mapping = map_columns(table.headers, importer)
    work = begin_import(table, mapping, ImportOptions())
    file = ImportFile.objects.get(work=work)
    # A campaign may have any name; it is looked up, and then forgotten.
    campaigns = len(mapping.columns.get("campaign_name", ()))
    for chunk in file.chunks.all():
        for row in chunk.content.lower().split('"number"'):
            assert row.count(CANARY) <= campaigns
    assert CANARY not in everything_stored()
    do_import(arguments_of(work), NullProgress())
    page = client.get(reverse("lead_imported", args=[file.pk])).content.decode()
    return page + take_failed_rows(file.pk)


WAYS_IN = (by_command, by_page, by_worker)


@pytest.mark.slow
@pytest.mark.parametrize("way_in", WAYS_IN)
@pytest.mark.parametrize("importer", FILE_IMPORTERS, ids=lambda found: found.name)
def test_no_marker_is_stored_logged_told_or_given_back(
    importer: FileImporter,
    way_in: Callable[[bytes, Path, Client, str], str],
    tmp_path: Path,
    client: Client,
    manager: User,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client.force_login(manager)
    told = way_in(file_of(importer), tmp_path, client, importer.name)
    assert Lead.objects.with_email("ana@example.com").get().first_name == "Ana"
    for text in (told, "".join(capsys.readouterr()), caplog.text, everything_stored()):
        assert CANARY not in text.lower()
    assert CANARY not in str(getattr(cache, "_cache", "")).lower()


def test_every_field_that_an_importer_reads_is_fed_with_a_marker() -> None:
    for importer in FILE_IMPORTERS:
        headers, rows = poisoned(importer)
        assert len(headers) == len(importer.columns) + len(FORBIDDEN)
        assert all(CANARY in cell for row in rows for cell in row)


def test_what_a_form_does_not_ask_for_is_forgotten(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    fields = {"first_name": "Ana", "email": "ana@example.com", "source": "other"}
    forbidden = dict.fromkeys(
        ("last_name", "notes", "date_of_birth", "customFields", "name"), CANARY
    )
    client.post(reverse("admin:leads_lead_add"), fields | forbidden)
    fields |= {"first_name": "Bea", "stage": first_stage().pk, "email": ""}
    client.post(reverse("lead_add"), fields | forbidden)
    lead = Lead.objects.get(first_name="Bea")
    edit = reverse("lead_edit", args=[lead.pk, "first_name"])
    client.post(edit, {"first_name": "Bee"} | forbidden)
    assert Lead.objects.get(pk=lead.pk).first_name == "Bee"
    assert CANARY not in everything_stored()


@pytest.mark.parametrize(
    "field", ["first_name", "email", "phone", "external_id", "source", "ad_platform"]
)
def test_a_form_refuses_a_marker_in_each_of_its_fields(
    field: str, client: Client, manager: User
) -> None:
    client.force_login(manager)
    fields = {"first_name": "Ana", "email": "ana@example.com", "source": "other"}
    marked = fields | {field: f"Ana {CANARY} b.1990"}
    client.post(reverse("admin:leads_lead_add"), marked)
    if field not in ("external_id", "ad_platform"):  # not asked there
        client.post(reverse("lead_add"), marked | {"stage": first_stage().pk})
        client.post(reverse("lead_same"), marked)
    assert not Lead.objects.exists()
    assert CANARY not in everything_stored()


def test_failed_rows_give_back_allowed_columns_only(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "First Name,Last Name,Email,Notes,Source\n"
        f"Ana {CANARY},{CANARY},ana@,{CANARY},=cmd()\n"
    )
    call_command("import_leads", file)
    text = Path(f"{file}.failed.csv").read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == ["Row", "Reason", "First Name", "Email", "Source"]
    assert rows[1][2:] == ["Ana", "ana@", "other"]


def test_no_mail_and_no_phone_is_stored_in_the_clear(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("Name,Email,Phone\nAna,qzmailzq@example.com,+12125550171\n")
    call_command("import_leads", file)
    stored = everything_stored()
    assert Lead.objects.get().email == "qzmailzq@example.com"
    assert "qzmailzq" not in stored
    assert "2125550171" not in stored
