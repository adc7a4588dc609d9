"""An import as a whole: chunks, locks, what is told, what a failure leaves."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from leads.choices import ActivityType
from leads.intake.files.dates import DateOrder
from leads.intake.files.importing import (
    CHUNK_ROWS,
    FIRST_CHUNK_ROWS,
    FileImport,
    import_table,
)
from leads.intake.files.mapping import map_columns
from leads.intake.files.refusals import FileRefused, ImportStopped
from leads.intake.files.result import ImportResult
from leads.intake.files.table import FileTable, read_table
from leads.intake.take_in import IMPORT_LOCK, ImportOptions
from leads.models import Lead, PipelineStage
from tests import factories
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.usefixtures("clinic")


def people(count: int) -> str:
    rows = (f"Ana,ana{number}@example.com" for number in range(count))
    return "\n".join(["Name,Email", *rows, ""])


def table_of(text: str) -> FileTable:
    return read_table(text.encode())


def in_turns(text: str, **options: Any) -> tuple[ImportResult, list[int]]:
    told: list[int] = []
    table = table_of(text)
    mapping = map_columns(table.headers)
    return import_table(table, mapping, ImportOptions(**options), told.append), told


def test_the_first_chunk_is_small_and_each_is_told_of() -> None:
    assert (FIRST_CHUNK_ROWS, CHUNK_ROWS) == (50, 500)
    result, told = in_turns(people(553), is_dry_run=True)
    assert told == [50, 500, 3]
    assert counts(result) == (553, 0, 0, 0)


def asked(text: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        bring(text)
    return [query["sql"] for query in captured]


def test_a_chunk_that_is_done_again_row_by_row_takes_its_turn_again() -> None:
    def turns(text: str) -> int:
        lock = f"SELECT pg_advisory_xact_lock({IMPORT_LOCK})"
        return asked(text).count(lock)

    assert turns(people(1)) == 1
    with connection.cursor() as cursor:
        connection.check_constraints()
        cursor.execute(
            "ALTER TABLE leads_lead ADD CONSTRAINT no_bea CHECK (first_name <> 'Bea')"
        )
    assert turns(f"{people(2)}Bea,bea@example.com\n") == 2


def test_leads_that_change_are_locked_in_the_order_of_their_ids() -> None:
    for number in range(2):
        factories.LeadFactory(email=f"ana{number}@example.com", phone="")
    text = "Email,Phone\nana0@example.com,2125550171\nana1@example.com,2125550172\n"
    [locking] = [sql for sql in asked(text) if "FOR NO KEY UPDATE" in sql]
    assert 'FROM "leads_lead"' in locking
    assert 'ORDER BY "leads_lead"."id" ASC' in locking


def test_a_dry_run_takes_no_turn_and_writes_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        bring(people(2), dry_run=True)
    said = " ".join(query["sql"] for query in captured)
    for word in ("pg_advisory", "INSERT", "UPDATE", "ANALYZE"):
        assert word not in said


def test_failed_rows_are_told_in_the_order_of_the_file() -> None:
    """A row that can't be read is known before one that nobody can be made of."""
    result = bring("Name,Email\n,a@example.com\nBea,eve@\n,c@example.com\n")
    assert [row.number for row in result.failed_rows] == [2, 3, 4]
    assert result.failed_headers == ("Name", "Email")
    assert result.failed_rows[1].cells == ("Bea", "eve@")


def test_cells_of_failed_rows_stand_under_their_headers_and_names_are_cut() -> None:
    result = bring("Email,Notes,Name\neve@,private,Bea Secret\n")
    assert result.failed_headers == ("Email", "Name")
    assert result.failed_rows[0].cells == ("eve@", "Bea")


def test_without_a_stage_the_file_is_refused_in_one_sentence() -> None:
    PipelineStage.all_objects.all()._raw_delete("default")
    with pytest.raises(FileRefused, match="stage"):
        bring(people(1))


@pytest.mark.parametrize(("is_dry_run", "done"), [(False, "50 rows"), (True, "0 rows")])
def test_when_the_database_goes_away_whole_chunks_are_counted(
    is_dry_run: bool, done: str
) -> None:
    def going_away(rows: int) -> None:
        raise OperationalError("private")

    table = table_of(people(60))
    mapping = map_columns(table.headers)
    with pytest.raises(ImportStopped) as stopped:
        import_table(table, mapping, ImportOptions(is_dry_run), going_away)
    assert str(stopped.value) == (
        f"The database went away after {done}, which are saved. "
        "Import the file again: it continues where it stopped."
    )
    assert stopped.value.__cause__ is None
    assert Lead.objects.count() == (0 if is_dry_run else 50)


def test_what_remembers_a_chunk_is_in_its_transaction() -> None:
    def refuse(*told: object) -> None:
        raise RuntimeError

    table = table_of(people(2))
    mapping = map_columns(table.headers)
    run = FileImport(mapping, ImportOptions(), DateOrder(), refuse)
    with pytest.raises(RuntimeError):
        run.take_in(list(table.rows()))
    assert not Lead.objects.exists()


def test_each_chunk_is_remembered_once_with_all_its_rows() -> None:
    remembered: list[list[int]] = []
    text = f"{people(1)}Bea,nothing\n<test lead>,t@example.com\n"
    table = table_of(text)
    run = FileImport(
        map_columns(table.headers),
        ImportOptions(),
        DateOrder(),
        lambda rows, results, notes: remembered.append(sorted(results)),
    )
    run.take_in(list(table.rows()))
    assert remembered == [[2, 3, 4]]
    noted = {kind: found.count for kind, found in run.notes.noted.items()}
    assert (run.row_count, noted) == (3, {"test_rows": 1})


def test_what_comes_in_is_written_as_by_hand() -> None:
    result = bring(
        "id,created_time,ad_id,form_id,platform,full_name,email,campaign_name\n"
        "l:1,2026-03-02T10:00:00-05:00,ag:1,f:1,ig,Mia Secret,mia@example.com,Glow\n",
        create_campaigns=True,
    )
    assert counts(result) == (1, 0, 0, 0)
    lead = Lead.objects.get()
    form = lead.activities.get()
    assert (form.type, form.payload_json) == (
        ActivityType.FORM_SUBMIT,
        {"form": "meta_lead_ads"},
    )
    assert form.created_at == lead.created_at == lead.stage_periods.get().changed_at
    assert (lead.campaign.name, lead.campaign.platform) == ("Glow", "instagram")
    assert lead.stage_periods.get().left_at is None


def test_a_campaign_without_a_platform_is_of_another_one() -> None:
    bring("Name,Email,Campaign\nAna,a@example.com,Glow\n", create_campaigns=True)
    assert Lead.objects.get().campaign.platform == "other"


def test_a_dry_run_only_pretends_to_make_campaigns() -> None:
    rows = "Name,Email,Campaign\nAna,a@example.com,Glow\nBea,b@example.com,GLOW\n"
    tried = bring(rows, create_campaigns=True, dry_run=True)
    assert counts(tried) == (2, 0, 0, 0)
    assert not any("campaign" in note for note in tried.notes)
    bring(rows, create_campaigns=True)
    assert {lead.campaign.name for lead in Lead.objects.all()} == {"Glow"}


def test_of_two_campaigns_of_one_name_the_newest_is_meant() -> None:
    _, newest = (factories.CampaignFactory(name=name) for name in ("Glow!", "glow"))
    bring("Name,Email,Campaign\nAna,a@example.com,GLOW\n")
    assert Lead.objects.get().campaign == newest


def test_an_update_keeps_what_it_does_not_name() -> None:
    lead = factories.LeadFactory(email="ana@example.com", phone="", source="referral")
    bring("Email,Phone,Tags\nana@example.com,2125550171,Botox\n")
    again = Lead.objects.get()
    assert (again.email, again.phone) == ("ana@example.com", "+12125550171")
    assert (again.source, again.first_name) == ("referral", lead.first_name)
    assert again.updated_at > lead.updated_at
    assert Lead.objects.with_phone("+12125550171").get() == lead
    [line] = again.activities.all()
    assert (line.type, line.payload_json) == (
        ActivityType.TAG_ADDED,
        {"tag": again.lead_tags.get().tag_id},
    )
