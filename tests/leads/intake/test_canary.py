"""Nothing forbidden gets in: markers in every forbidden place are found nowhere."""

import csv
import io
import logging
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from leads.intake.files.background import begin_import
from leads.intake.files.mapping import map_columns
from leads.intake.files.payload import ImportPayload
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.models import ImportFile, Lead
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of

pytestmark = pytest.mark.usefixtures("clinic")
CANARY = "qzcanaryzq"


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


def poisoned(number: int) -> dict[str, str]:
    """A contact with a marker wherever something forbidden may stand."""
    return {
        "Contact Id": f"contact{number}",
        "First Name": f"Ana {CANARY}",
        "Full Name": f"Ana {CANARY}",
        "Last Name": CANARY,
        "Phone": f"+1212555{100 + number:04}",
        "Email": f"ana{number}@example.com",
        "Created": "2026-03-02T15:04:05Z",
        "Date Of Birth": f"1988-04-02 {CANARY}",
        "Address": f"1 {CANARY} Street",
        "Do you have any pre-existing health conditions?": CANARY,
        "Source": f"friend of {CANARY}",
        "Tags": f"Botox,allergic to {CANARY} since 1999 0000 {'x' * 60}",
        "Opportunities": f"{CANARY} lip filler",
        "Notes": f"=cmd({CANARY})",
        "Insurance": CANARY,
    }


def test_no_marker_is_stored_logged_or_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    contacts = [poisoned(number) for number in range(4)]
    contacts[1]["Email"] = f"not an address {CANARY}"
    contacts[2]["Created"] = f"31/31/2026 {CANARY}"
    contacts[3]["Phone"] = f"call {CANARY}"
    text = io.StringIO()
    writer = csv.DictWriter(text, contacts[0])
    writer.writeheader()
    writer.writerows(contacts)
    file = tmp_path / "contacts.csv"
    file.write_text(text.getvalue())

    call_command("import_leads", file)

    assert Lead.objects.get().first_name == "Ana"
    assert "ana" in everything_stored()
    assert CANARY not in everything_stored()
    assert CANARY not in "".join(capsys.readouterr()).lower()
    assert CANARY not in caplog.text.lower()


def test_no_marker_waits_in_a_large_import_or_stays_after_it() -> None:
    contacts = [poisoned(number) for number in range(4)]
    contacts[1]["Email"] = f"not an address {CANARY}"
    text = io.StringIO()
    writer = csv.DictWriter(text, contacts[0])
    writer.writeheader()
    writer.writerows(contacts)
    table = read_table(text.getvalue().encode())
    work = begin_import(table, map_columns(table.headers), ImportOptions())
    assert CANARY not in everything_stored()
    file = ImportFile.objects.get(work=work)
    waiting = ImportPayload.model_validate_json(file.content)
    for forbidden in ("Last Name", "Date Of Birth", "Address", "Notes", "Insurance"):
        assert forbidden not in waiting.headers
    assert {row.cells[1] for row in waiting.rows} == {"Ana"}
    do_import(arguments_of(work), NullProgress())
    assert CANARY not in everything_stored()


def test_failed_rows_give_back_allowed_columns_only(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(
        "First Name,Last Name,Email,Notes,Source\n"
        f"Ana {CANARY},{CANARY},no-address,{CANARY},=cmd()\n"
    )
    call_command("import_leads", file)
    failed = Path(f"{file}.failed.csv")
    rows = list(csv.reader(failed.open(encoding="utf-8-sig")))
    assert rows[0] == ["Row", "Reason", "First Name", "Email", "Source"]
    assert rows[1][2:] == ["Ana", "no-address", "'=cmd()"]
    assert CANARY not in failed.read_text()
    assert failed.stat().st_mode & 0o077 == 0


def test_no_mail_and_no_phone_is_stored_in_the_clear(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("Name,Email,Phone\nAna,qzmailzq@example.com,+12125550171\n")
    call_command("import_leads", file)
    stored = everything_stored()
    assert Lead.objects.get().email == "qzmailzq@example.com"
    assert "qzmailzq" not in stored
    assert "2125550171" not in stored
