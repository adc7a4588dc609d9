"""A damaged value takes no page away: it is shown as unreadable, logged, counted."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from leads.lead_list.export_rows import ExportRows
from leads.models import ExportLog, Lead
from medspa.encryption.ciphers import DecryptionError
from medspa.encryption.fields import Unreadable, surviving_damage
from medspa.models import User
from tests.factories import LeadFactory, StageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def damaged() -> Lead:
    """Its phone was changed by something that is not us."""
    stage = StageFactory()
    LeadFactory(stage=stage, email="fine@example.com")
    lead = LeadFactory(stage=stage)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET phone ="
            " set_byte(phone, 30, 255 - get_byte(phone, 30)) WHERE id = %s",
            [lead.pk],
        )
    return lead


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_the_list_and_the_lead_are_shown(
    damaged: Lead, office: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for address in (
        reverse("leads"),
        reverse("lead", args=[damaged.pk]),
        reverse("admin:leads_lead_change", args=[damaged.pk]),
    ):
        page = office.get(address)
        assert page.status_code == 200
        assert "unreadable" in page.content.decode(), address
    assert f"leads_lead.phone:{damaged.pk}" in caplog.text


def test_the_value_can_be_entered_anew_and_nothing_is_written_else(
    damaged: Lead,
) -> None:
    lead = Lead.objects.get(pk=damaged.pk)
    with surviving_damage():
        lead.first_name = "Ana"
        lead.save()
        assert isinstance(lead.history.first().phone, Unreadable)
        with pytest.raises(ValidationError, match="can't be"), transaction.atomic():
            LeadFactory(phone=lead.phone)
    with pytest.raises(DecryptionError):
        str(lead.phone)
    lead.phone = "+12125550171"
    lead.save()
    assert Lead.objects.get(pk=damaged.pk).phone == "+12125550171"


def test_an_export_is_complete_and_counts_it(damaged: Lead, office: Client) -> None:
    answer = office.get(reverse("leads_export"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeffFirst name")
    assert "fine@example.com" in text
    log = ExportLog.objects.get()
    assert (log.is_complete, log.row_count, log.unreadable_count) == (True, 2, 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_that_fails_says_so_in_the_file_and_in_the_log(
    ending: str,
    damaged: Lead,
    office: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cells = ExportRows._cells

    def fail_at_the_second(rows: ExportRows, row: Any) -> Any:
        if row[0] != damaged.pk:
            raise RuntimeError("the database went away")
        return cells(rows, row)

    monkeypatch.setattr(ExportRows, "_cells", fail_at_the_second)
    answer = office.get(reverse("leads_export"), {"as": ending})
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if ending == "csv":
        last = data.decode().splitlines()[-1]
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
        last = str(rows[-1][0])
    assert "THIS FILE IS INCOMPLETE: the export failed after 1 lead." in last
    log = ExportLog.objects.get()
    assert (log.is_complete, log.row_count) == (False, 1)
    assert "the database went away" in caplog.text


def test_a_dump_keeps_a_damaged_value_as_it_is(damaged: Lead, tmp_path: Path) -> None:
    file = tmp_path / "leads.json"
    stored = Lead.objects.filter(pk=damaged.pk).values_list("phone")
    before = bytes(stored.get()[0])
    call_command("dumpdata", "leads.lead", output=str(file))
    call_command("loaddata", str(file), verbosity=0)
    assert bytes(stored.get()[0]) == before
