"""A long export of the list is made by the worker, and downloaded from its page."""

import asyncio
import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from api.exports import stored_file
from api.exports.exporting import (
    LOCK_FILES,
    ExportArguments,
    find_leads,
    forget_old_exports,
)
from api.exports.models import LeadExport, LeadExportChunk
from leads.lead_list import export
from leads.lead_list.export_rows import HEADERS
from leads.models import ExportLog, Lead
from medspa.audit.actors import acting
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import JobRefused
from medspa.jobs.worker import work_off
from medspa.models import AuditEvent, JobRun, User
from safekeeping.erasure.erasing import erase_person
from tests.factories import LeadExportFactory, LeadFactory
from tests.locks import elsewhere, proves, waits
from tests.rules import constraint_of

LIST = "/leads/export/"
EMAIL = "ana.of.the.file@example.com"


@pytest.fixture(autouse=True)
def _two_leads_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "LONG_EXPORT", 2)
    monkeypatch.setattr(stored_file, "PART_LENGTH", 50)


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def leads(db: None) -> list[Lead]:
    return [
        LeadFactory(first_name="Ana", email=EMAIL, source="instagram"),
        LeadFactory(first_name="Bo", source="referral"),
        LeadFactory(first_name="Cy", source="instagram"),
    ]


def made(office: Client, query: str = "") -> LeadExport:
    """The export behind the list's link, after the worker."""
    answer = office.get(LIST + query)
    run = JobRun.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    asyncio.run(work_off())
    run.refresh_from_db()
    assert (run.state, run.failure) == ("done", "")
    return LeadExport.objects.get()


def text_of(answer: HttpResponse) -> bytes:
    pieces: Iterator[bytes] = answer.streaming_content  # type: ignore[attr-defined]
    return b"".join(pieces)


def file_of(office: Client, made_export: LeadExport) -> bytes:
    return text_of(office.get(f"/api/exports/{made_export.pk}/file/"))


def rows_of(office: Client, made_export: LeadExport) -> list[dict[str, str]]:
    text = file_of(office, made_export).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_the_file_of_many_leads(
    office: Client, manager: User, leads: list[Lead]
) -> None:
    LeadFactory(first_name="Not", source="google")
    one = made(office, "?source=instagram&source=referral")
    assert (one.rows, one.filters, one.work.after) == (
        3,
        "source",
        f"/api/exports/{one.pk}/",
    )
    page = office.get(one.work.after).content.decode()
    assert "3 leads, CSV" in page
    Lead.objects.filter(first_name="Bo").update(first_name="Later")
    rows = rows_of(office, one)
    assert tuple(rows[0]) == HEADERS
    assert [row["First name"] for row in rows] == ["Cy", "Bo", "Ana"]
    assert rows[2]["Email"] == EMAIL
    log = ExportLog.objects.get()
    assert (log.exported_by, log.row_count, log.is_complete) == (manager, 3, True)
    assert log.filters == "source"
    kinds = [*AuditEvent.objects.values_list("kind", flat=True)]
    assert kinds.count("downloaded") == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_the_file_that_is_sent_at_once(
    office: Client, leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made(office)
    stored = file_of(office, one)
    monkeypatch.setattr(export, "LONG_EXPORT", 3)
    assert text_of(office.get(LIST)) == stored


def test_a_second_click_finds_the_first_job(office: Client, leads: list[Lead]) -> None:
    first, second = office.get(LIST), office.get(LIST)
    assert first["Location"] == second["Location"]
    assert office.get(f"{LIST}?as=xlsx")["Location"] != first["Location"]
    assert LeadExport.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_workbook_can_be_made(office: Client, leads: list[Lead]) -> None:
    content = file_of(office, made(office, "?as=xlsx"))
    assert content.startswith(b"PK") and len(content) > 1_000


@pytest.mark.django_db(transaction=True)
def test_the_stored_file_is_encrypted(office: Client, leads: list[Lead]) -> None:
    one = made(office)
    parts = [*one.chunks.all()]
    assert len(parts) > 1
    with pytest.raises(IntegrityError) as refusal, connection.cursor() as cursor:
        cursor.execute("UPDATE api_leadexportchunk SET content = 'Ana'")
    assert constraint_of(refusal.value) == "api_leadexportchunk_is_encrypted"


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_when_someone_in_it_is_erased(
    office: Client, leads: list[Lead]
) -> None:
    one = made(office)
    erase_person(leads[0].pk)
    assert not LeadExportChunk.objects.exists()
    answer = office.get(f"/api/exports/{one.pk}/file/", follow=True)
    assert "no longer available" in answer.content.decode()
    assert not ExportLog.objects.exists()


class ErasingMeanwhile(NullProgress):
    """Somebody is erased by another session, once the job has read the first lead."""

    def __init__(self, lead: Lead) -> None:
        self.lead: Lead | None = lead

    def step(self, count: int = 1) -> None:
        lead, self.lead = self.lead, None
        if lead:
            with ThreadPoolExecutor(1) as other:
                other.submit(self._erase, lead.pk).result()

    def _erase(self, lead_id: str) -> None:
        try:
            erase_person(lead_id)
        finally:
            connection.close()


def job_of(manager: User) -> ExportArguments:
    one = LeadExportFactory(work__made_by=manager, rows=None, expires_at=None)
    return ExportArguments(export=one.pk, filters={}, form="csv")


@pytest.mark.django_db(transaction=True)
def test_no_file_is_kept_of_someone_who_was_erased_while_it_was_made(
    manager: User, leads: list[Lead]
) -> None:
    job = job_of(manager)
    with acting(user=manager), pytest.raises(JobRefused, match="Export again"):
        find_leads(job, ErasingMeanwhile(leads[0]))
    assert not LeadExportChunk.objects.exists()
    with acting(user=manager):
        assert find_leads(job, NullProgress()) == "3 leads."


@proves("api.exports.exporting._lock_files advisory lock")
@pytest.mark.django_db(transaction=True)
def test_storing_a_file_and_erasing_wait_for_each_other(
    manager: User, leads: list[Lead]
) -> None:
    job = job_of(manager)
    with elsewhere() as other:
        other.execute(LOCK_FILES)
        with acting(user=manager):
            making = waits(lambda: find_leads(job, NullProgress()))
        erasing = waits(lambda: erase_person(leads[0].pk))
    assert making == erasing == "api.exports.exporting._lock_files"


@pytest.mark.django_db(transaction=True)
def test_a_file_expires(office: Client, leads: list[Lead]) -> None:
    one = made(office)
    LeadExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_old_exports()
    assert not LeadExportChunk.objects.exists()
    assert office.get(f"/api/exports/{one.pk}/file/").status_code == 302


@pytest.mark.parametrize("query", ["?source=instagram", "?q=a"])
def test_few_leads_and_what_is_searched_for_are_sent_at_once(
    query: str, office: Client, leads: list[Lead]
) -> None:
    assert office.get(LIST + query).streaming
    assert not JobRun.objects.exists()


def test_the_file_of_somebody_else_is_not_found(
    client: Client, front_desk: User
) -> None:
    one = LeadExportFactory()
    client.force_login(front_desk)
    assert client.get(f"/api/exports/{one.pk}/").status_code == 403
    assert client.get(f"/api/exports/{one.pk}/file/").status_code == 403


def test_the_page_of_a_job_that_runs_says_so(office: Client, manager: User) -> None:
    one = LeadExportFactory(work__made_by=manager, rows=None, expires_at=None)
    page = office.get(f"/api/exports/{one.pk}/").content.decode()
    assert "isn’t ready yet" in page
    assert f"/runs/{one.work_id}/" in page
