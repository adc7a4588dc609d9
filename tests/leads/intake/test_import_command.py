"""`manage.py import_leads`: its words, its refusals, its files."""

import os
from pathlib import Path
from subprocess import CompletedProcess, run
from sys import executable

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from leads.intake.files.importing import CHUNK_ROWS, FIRST_CHUNK_ROWS, import_table
from leads.intake.files.mapping import map_columns
from leads.intake.files.refusals import ImportStopped
from leads.intake.files.table import read_table
from leads.models import Lead
from tests.leads.intake.bringing import FILES, bring, counts

THREE = "Name,Email\nAna,ana@example.com\nBea,bea@example.com\nEve,eve@\n"


def written(folder: Path, data: bytes | str) -> Path:
    file = folder / "leads.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def test_it_says_what_it_did(
    clinic: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, THREE)
    call_command("import_leads", file)
    out = capsys.readouterr().out
    assert "Spreadsheet, 3 rows: 2 created, 0 updated, 0 skipped, 1 failed." in out
    assert f"The failed rows and why: {file}.failed.csv" in out
    assert Path(f"{file}.failed.csv").read_text("utf-8-sig").startswith("Row,Reason,")


def test_mended_failed_rows_can_be_imported(clinic: None, tmp_path: Path) -> None:
    call_command("import_leads", written(tmp_path, THREE), verbosity=0)
    failed = tmp_path / "leads.csv.failed.csv"
    mended = failed.read_bytes().replace(b"eve@", b"eve@example.com")
    assert counts(bring(mended)) == (1, 0, 0, 0)


def test_a_dry_run_writes_no_file_unless_asked(clinic: None, tmp_path: Path) -> None:
    file = written(tmp_path, THREE)
    call_command("import_leads", file, dry_run=True)
    assert list(tmp_path.iterdir()) == [file]
    call_command("import_leads", file, dry_run=True, failed=tmp_path / "why.csv")
    assert (tmp_path / "why.csv").exists()
    assert not Lead.objects.exists()


def test_history_names_the_command_and_the_account(clinic: None) -> None:
    call_command("import_leads", FILES / "hubspot.csv")
    row = Lead.history.first()
    assert row.history_actor.startswith("import_leads (")
    assert row.history_change_reason == "Imported from a file: HubSpot contacts"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "This is a workbook"),
        (b"Notes\nsecret\n", "No column holds"),
        (b'Email\n"ana@example.com\n', "never closes"),
    ],
)
def test_a_refusal_is_one_sentence(
    clinic: None, tmp_path: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        call_command("import_leads", written(tmp_path, data))
    assert "\n" not in str(refusal.value)
    assert "ana@example.com" not in str(refusal.value)


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as huge:
        huge.truncate(200 * 1024 * 1024)
    with pytest.raises(CommandError, match="larger than 50 MB"):
        call_command("import_leads", file)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder"):
        call_command("import_leads", tmp_path)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_leads", tmp_path / "missing.csv")


def test_the_file_itself_is_never_overwritten(tmp_path: Path) -> None:
    file = written(tmp_path, THREE)
    with pytest.raises(CommandError, match="names the file itself"):
        call_command("import_leads", file, failed=file)


def test_a_pipeline_without_an_open_stage_is_a_sentence(
    db: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There is no open stage"):
        call_command("import_leads", written(tmp_path, THREE))


def on_the_command_line(*arguments: str) -> CompletedProcess[str]:
    root = settings.BASE_DIR
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none"}
    return run(
        [executable, "manage.py", "import_leads", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_refusal_on_the_command_line_is_one_line_and_exit_code_1() -> None:
    done = on_the_command_line("missing.csv")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_unknown_option_is_exit_code_2() -> None:
    assert on_the_command_line("missing.csv", "--format", "csv").returncode == 2


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_keeps_whole_chunks_and_a_rerun_finishes() -> None:
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    people = CHUNK_ROWS + 100
    lines = [f"Ana,ana{number}@example.com" for number in range(people)]
    data = "\n".join(["Name,Email", *lines, ""])
    table = read_table(data.encode())

    def cut_the_connection(rows: int) -> None:
        parameters = connection.get_connection_params()
        backend = connection.connection.info.backend_pid
        names = {"host", "port", "user", "password", "dbname"} & parameters.keys()
        with psycopg.connect(**{name: parameters[name] for name in names}) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

    with pytest.raises(ImportStopped, match="after 50 rows") as stop:
        import_table(table, map_columns(table.headers), report_rows=cut_the_connection)
    assert "example.com" not in str(stop.value)
    connection.close()

    assert Lead.objects.count() == FIRST_CHUNK_ROWS
    assert counts(bring(data)) == (people - FIRST_CHUNK_ROWS, 0, FIRST_CHUNK_ROWS, 0)
