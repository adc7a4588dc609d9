"""A row whose cells don't stand under their headers: refused, and nothing of it told.

One backslash or one comma too many moves every later cell; what somebody noted about a
person would become a campaign or a tag.
"""

import logging
from base64 import b64decode
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign
from leads.intake.files.background import begin_import, take_failed_rows
from leads.intake.files.mapping import map_columns
from leads.intake.files.refusals import FileRefused
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.models import ImportFile, Lead
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import User
from medspa.reading.csv_rows import BROKEN_QUOTING, UNDER_NO_HEADER
from tests.leads.intake.bringing import FILES
from tests.leads.intake.test_canary import everything_stored

CANARY = "CANARY"
HEAD = "Email,Name,Notes,Campaign,X\n"
GOOD = "bea@example.com,Bea,fine,Spring,\n"
SLIPPED = ("slipped_by_backslash.csv", "slipped_by_comma.csv")


def judged(text: str) -> list[tuple[int, str, bool]]:
    """Number and refusal of each row, and whether any of its cells is kept."""
    rows = read_table(text.encode()).rows()
    return [(row.number, row.refusal, bool(row.cells)) for row in rows]


def width(cells: int, headers: int) -> str:
    return f"The row has {cells} cells, the headers are {headers}."


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (r'a@example.com,Ada,"\"ill, CANARY\" today",Spring,', BROKEN_QUOTING),
        (r'a@example.com,Ada,"ill \"CANARY\"",Spring,', BROKEN_QUOTING),
        ('a@example.com,Ada,"ill" CANARY,Spring,', BROKEN_QUOTING),
        ('"a@example.com" ,Ada,CANARY,Spring,', BROKEN_QUOTING),
        ("a@example.com,Ada,ill,CANARY,Spring,", width(6, 5)),
        ("a@example.com,Ada,ill,CANARY", width(4, 5)),
        ("a@example.com,Ada,ill,Spring,,", width(6, 5)),
        ("a@example.com", "The row has 1 cell, the headers are 5."),
    ],
)
def test_a_slipped_row_is_refused_by_number_and_keeps_no_cell(
    row: str, refusal: str
) -> None:
    assert judged(f"{HEAD}{row}\n{GOOD}") == [(2, refusal, False), (3, "", True)]


@pytest.mark.parametrize(
    ("row", "is_refused"), [("a@example.com,ill,Spring", True), ("b@b.com,x,", False)]
)
def test_a_value_without_a_header_is_a_slipped_one(row: str, is_refused: bool) -> None:
    refusal = UNDER_NO_HEADER if is_refused else ""
    assert judged(f"Email,Notes,\n{row}\n") == [(2, refusal, not is_refused)]


@pytest.mark.parametrize(
    "cell",
    ['"says ""fine"", today"', '""', '"two\nlines, ""quoted"""', "5' 4\" tall", "it's"],
)
def test_sound_quoting_is_believed(cell: str) -> None:
    table = read_table(f"{HEAD}a@example.com,Ada,{cell},Spring,\n{GOOD}".encode())
    first, second = table.rows()
    assert (first.refusal, first.cells[3]) == ("", "Spring")
    assert second.cells[1] == "Bea"


@pytest.mark.parametrize("first", [r'"says \"ill', r'"says \"ill\"'])
def test_the_rest_of_a_broken_note_is_no_row_of_its_own(first: str) -> None:
    """Its middle line has as many cells as there are headers."""
    inner = "c@example.com,Cora,CANARY,CANARY,"
    note = f"a@example.com,Ada,{first}\n{inner}\n" + r'and \"more",Spring,'
    assert judged(f"{HEAD}{note}\n{GOOD}") == [
        (2, BROKEN_QUOTING, False),
        (3, "", True),
    ]


@pytest.mark.parametrize("lines", [0, 1, 250])
def test_a_broken_note_that_never_ends_refuses_the_file(lines: int) -> None:
    text = f'{HEAD}{GOOD}a@example.com,Ada,"says \\"ill\n' + "CANARY\n" * lines
    with pytest.raises(FileRefused, match="opens in row 3 never closes"):
        read_table(text.encode())


def test_headers_with_broken_quoting_refuse_the_file() -> None:
    with pytest.raises(FileRefused, match="row of headers"):
        read_table(b'Email,"Na"me,Notes\na@example.com,Ada,\n')


# Every way in -----------------------------------------------------------------


@pytest.fixture(params=SLIPPED)
def slipped(request: pytest.FixtureRequest, clinic: None) -> Path:
    """A file whose second row slipped and whose third is Bea's."""
    return FILES / request.param


def assert_only_bea_came_in() -> None:
    assert [lead.first_name for lead in Lead.objects.all()] == ["Bea"]
    assert {campaign.name for campaign in Campaign.objects.all()} <= {"Spring"}
    assert CANARY.lower() not in everything_stored()


def test_a_command_names_the_row_and_tells_nothing_of_it(
    slipped: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "contacts.csv"
    file.write_bytes(slipped.read_bytes())
    call_command("import_leads", file, "--create-campaigns")
    assert_only_bea_came_in()
    failed = Path(f"{file}.failed.csv").read_text("utf-8-sig")
    assert failed.splitlines()[1].startswith("2,")
    for told in (failed, "".join(capsys.readouterr()), caplog.text):
        assert CANARY not in told


@pytest.mark.parametrize("action", ["check", "import"])
def test_the_page_names_the_row_and_tells_nothing_of_it(
    action: str, slipped: Path, manager: User, client: Client
) -> None:
    client.force_login(manager)
    file = SimpleUploadedFile("contacts.csv", slipped.read_bytes(), "text/csv")
    fields = {"file": file, "action": action, "create_campaigns": "on"}
    answer = client.post(reverse("lead_import"), fields)
    [(reason, numbers)] = answer.context["report"].failures
    assert numbers == "2"
    page = answer.content.decode()
    assert reason.split(",")[0] in page
    failed = b64decode(answer.context["report"].failed_href.partition("base64,")[2])
    assert CANARY not in page + failed.decode()
    if action == "import":
        assert_only_bea_came_in()


def test_nothing_of_the_row_waits_for_a_worker_or_stays_after_it(
    slipped: Path,
) -> None:
    table = read_table(slipped.read_bytes())
    work = begin_import(table, map_columns(table.headers), ImportOptions())
    file = ImportFile.objects.get(work=work)
    assert CANARY not in file.content
    do_import(arguments_of(work), NullProgress())
    assert_only_bea_came_in()
    file.refresh_from_db()
    reasons = [row.refusal for row in table.rows() if row.refusal]
    assert (file.failed_rows, file.failed_reasons) == ([2], reasons)
    assert CANARY not in take_failed_rows(file.pk)
