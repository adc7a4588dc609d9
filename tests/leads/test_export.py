"""Leads as a CSV or XLSX file: as filtered, harmless, logged, kept nowhere."""

import csv
import io
import tempfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from leads.lead_list import export as lead_export
from leads.lead_list.export import XLSX, export
from leads.lead_list.export_rows import HEADERS
from leads.models import ExportLog, Lead
from medspa.models import User
from medspa.web.xlsx import workbook
from tests import factories

EXPORT = "/leads/export/"


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_the_file_holds_what_the_filters_leave(office: Client, manager: User) -> None:
    stage = factories.StageFactory(name="Warm")
    lead = factories.LeadFactory(
        first_name="Ana",
        email="ana@example.com",
        phone="(212) 555-0101",
        source="google",
        stage=stage,
        assigned_to=manager,
    )
    factories.OpportunityFactory(lead=lead, expected_value_cents=120_050)
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory(name="Peel"))
    factories.LeadFactory(source="tiktok", stage=stage)
    factories.LeadFactory(source="google", stage=stage).delete()
    (row,) = rows_of(office.get(EXPORT, {"source": "google", "stage": stage.pk}))
    assert tuple(row) == HEADERS
    for moment in ("Created", "In stage since"):
        datetime.strptime(row.pop(moment), "%Y-%m-%d %H:%M")  # noqa: DTZ007
    assert list(row.values()) == [
        "Ana",
        "ana@example.com",
        "(212) 555-0101",
        "Warm",
        "Peel",
        "Google",
        "",
        "",
        "Filler",
        "1200.50",
        "",
        "manager",
        "",
        "",
    ]
    log = ExportLog.objects.get()
    assert (log.exported_by, log.row_count, log.is_complete) == (manager, 1, True)
    assert sorted(log.filters.split(", ")) == ["source", "stage"]


def test_leads_of_one_moment_are_all_sent_once_newest_first(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead_export, "EXPORT_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(lead_export, "IDS_AT_ONCE", 3)
    moment = timezone.now() - timedelta(days=1)
    for name, days in zip("ABCDEFG", (0, 0, 0, 0, 0, 1, 2), strict=True):
        factories.LeadFactory(
            first_name=name * 2, created_at=moment - timedelta(days=days)
        )
    newest_first = Lead.objects.order_by("-created_at", "-pk")
    expected = list(newest_first.values_list("first_name", flat=True))
    sent = [row["First name"] for row in rows_of(office.get(EXPORT))]
    assert sent == expected and len(sent) == 7


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(office: Client) -> None:
    lead = factories.LeadFactory(email="=cmd@example.com", phone="+44 20 7946 0958")
    tag = factories.TagFactory(name='=HYPERLINK("http://x")')
    factories.LeadTagFactory(lead=lead, tag=tag)
    (row,) = rows_of(office.get(EXPORT))
    assert row["Email"] == "'=cmd@example.com"
    assert row["Phone"].startswith("'+44")
    assert row["Tags"].startswith("'=HYPERLINK")


def test_what_was_searched_for_is_not_in_the_log(office: Client) -> None:
    rows_of(office.get(EXPORT, {"q": "ana@example.com"}))
    assert ExportLog.objects.get().filters == "q"


def test_who_breaks_off_is_logged_with_what_was_sent(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medspa.web.csv.PIECE_LENGTH", 1)
    factories.LeadFactory.create_batch(3)
    lines = export(Lead.objects.all(), manager, "")
    assert ExportLog.objects.get().row_count == 0
    next(lines), next(lines)
    lines.close()  # type: ignore[attr-defined]
    log = ExportLog.objects.get()
    assert (log.row_count, log.is_complete) == (1, False)


def test_a_filter_that_is_gone_exports_nothing(office: Client) -> None:
    factories.LeadFactory()
    assert office.get(EXPORT, {"tag": "gone"}).status_code == 302
    assert not ExportLog.objects.exists()


def test_the_front_desk_may_not_export(client: Client, front_desk: User) -> None:
    client.force_login(front_desk)
    assert client.get(EXPORT).status_code == 403
    factories.LeadFactory(admitted=True)
    assert EXPORT not in client.get("/leads/").content.decode()


def book_of(answer: Any) -> list[list[Any]]:
    """The rows of the first sheet, as a spreadsheet program of others reads them."""
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["Leads"]
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_workbook_holds_the_same_with_numbers_and_dates(
    office: Client, manager: User
) -> None:
    lead = factories.LeadFactory(first_name="Zoë", phone="(212) 555-0101")
    factories.OpportunityFactory(lead=lead, expected_value_cents=120_050)
    answer = office.get(EXPORT, {"as": "xlsx"})
    assert answer["Content-Disposition"].endswith('.xlsx"')
    headers, row = book_of(answer)
    assert tuple(headers) == HEADERS
    cells = dict(zip(headers, row, strict=True))
    assert cells["First name"] == "Zoë"
    assert cells["Expected value"] == 1200.5
    created = timezone.localtime(lead.created_at).replace(tzinfo=None, microsecond=0)
    assert abs(cells["Created"] - created) < timedelta(seconds=2)
    assert cells["Campaign"] is None
    log = ExportLog.objects.get()
    assert (log.exported_by, log.row_count, log.is_complete) == (manager, 1, True)


def test_in_the_workbook_nothing_is_a_formula(office: Client) -> None:
    lead = factories.LeadFactory(email="=cmd@example.com", phone="+44 20 7946 0958")
    tag = factories.TagFactory(name='=HYPERLINK("http://x")<&\x0b')
    factories.LeadTagFactory(lead=lead, tag=tag)
    answer = office.get(EXPORT, {"as": "xlsx"})
    data = b"".join(answer.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = {cell.value: cell for cell in sheet[2] if cell.value}
    for text in ("=cmd@example.com", '=HYPERLINK("http://x")<&', "+44 20 7946 0958"):
        assert cells[text].data_type != "f"
        assert cells[text].quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_no_leads_make_a_workbook_with_headers_alone(office: Client) -> None:
    assert book_of(office.get(EXPORT, {"as": "xlsx", "q": "nobody"})) == [list(HEADERS)]


def test_a_workbook_broken_off_is_logged_and_leaves_no_file(
    manager: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("medspa.web.xlsx.CHUNK_BYTES", 1)
    factories.LeadFactory.create_batch(3)
    parts = export(Lead.objects.all(), manager, "", XLSX)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    log = ExportLog.objects.get()
    assert (0 < log.row_count < 4, log.is_complete) == (True, False)
    assert not list(tmp_path.iterdir())


def test_more_rows_than_a_sheet_holds_go_to_further_sheets() -> None:
    data = b"".join(workbook(["Number"], ([f"n{n}"] for n in range(5)), "Leads", 2))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Leads", "Leads 2", "Leads 3"]
    values = [[row[0].value for row in sheet.iter_rows()] for sheet in book]
    assert values == [["Number", "n0", "n1"], ["Number", "n2", "n3"], ["Number", "n4"]]


def test_an_unknown_format_is_a_csv(office: Client) -> None:
    answer = office.get(EXPORT, {"as": "pdf"})
    assert answer["Content-Type"].startswith("text/csv")
