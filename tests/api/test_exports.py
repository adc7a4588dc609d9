"""Leads are exported through the API: found by a job, downloaded for a day."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from api.exports.exporting import ExportArguments, find_leads, forget_old_exports
from api.exports.models import LeadExport, LeadExportChunk
from api.keys.scopes import CONTACTS_SCOPE, SCOPES
from leads.lead_list.export_rows import HEADERS
from leads.models import ExportLog, Lead
from medspa.audit.actors import acting
from medspa.jobs.progress import NullProgress
from medspa.models import AuditEvent, JobRun, User
from tests.api.keys import ApiClient, key_of
from tests.factories import JobRunFactory, LeadFactory
from tests.rules import Rule, refusal_in_sql, refusal_in_words


def exported(api: ApiClient, by: User, **filters: list[str]) -> JobRun:
    """A finished export."""
    api.post("/exports", {"filters": filters})
    assert api.status == 202, api.last.content
    run = JobRun.objects.latest("created_at")
    with acting(user=by):
        find_leads(ExportArguments.model_validate(run.arguments), NullProgress())
    return run


def rows_of(api: ApiClient, run: JobRun) -> list[dict[str, str]]:
    path = f"/api/v1/exports/{run.pk}/file"
    key = {"Authorization": f"Bearer {api.shown.secret.text}"}
    api.last = api.client.get(path, headers=key)
    text = b"".join(api.last.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_an_export_has_what_the_filters_leave(api: ApiClient, manager: User) -> None:
    LeadFactory(first_name="Ana", email="ana@example.com", source="instagram")
    LeadFactory(first_name="Bo", source="referral")
    run = exported(api, manager, source=["instagram"])
    told = api.get(f"/exports/{run.pk}")
    assert (told["rows"], told["job"]["id"]) == (1, run.pk)
    assert told["file"] == f"/api/v1/exports/{run.pk}/file"
    (row,) = rows_of(api, run)
    assert tuple(row) == HEADERS
    assert (row["First name"], row["Email"]) == ("Ana", "ana@example.com")
    assert "no-store" in api.last.headers["Cache-Control"]
    log = ExportLog.objects.get()
    assert (log.exported_by, log.row_count, log.is_complete) == (manager, 1, True)
    kinds = [*AuditEvent.objects.order_by("pk").values_list("kind", flat=True)]
    assert kinds.count("downloaded") == 1
    contacts = AuditEvent.objects.get(kind="api_contacts_listed")
    assert contacts.details["rows"] == 1


def test_contacts_are_only_for_keys_that_may_see_them(
    api: ApiClient, manager: User
) -> None:
    LeadFactory(first_name="Ana", email="ana@example.com", phone="+12125550123")
    run = exported(api, manager)
    blind = ApiClient(key_of(manager, tuple(set(SCOPES) - {CONTACTS_SCOPE})))
    (row,) = rows_of(blind, run)
    assert row["First name"] == "Ana"
    assert not {"Email", "Phone"} & set(row)
    assert "ana@example.com" not in str(row)
    assert not AuditEvent.objects.filter(kind="api_contacts_listed").exists()


def test_a_lead_that_was_deleted_since_is_in_no_file(
    api: ApiClient, manager: User
) -> None:
    lead = LeadFactory(first_name="Ana")
    run = exported(api, manager)
    Lead.objects.get(pk=lead.pk).delete()
    assert rows_of(api, run) == []


def test_an_export_expires(api: ApiClient, manager: User) -> None:
    LeadFactory()
    run = exported(api, manager)
    LeadExport.objects.update(expires_at=run.created_at - timedelta(days=1))
    told = api.get(f"/exports/{run.pk}/file")
    assert (api.status, told["code"]) == (410, "export_expired")
    assert api.get(f"/exports/{run.pk}")["file"] is None
    assert LeadExportChunk.objects.exists()
    forget_old_exports()
    assert not LeadExportChunk.objects.exists()


def test_there_is_no_file_before_the_job_is_done(api: ApiClient) -> None:
    job = api.post("/exports", {})
    told = api.get(f"/exports/{job['id']}/file")
    assert (api.status, told["code"]) == (409, "export_not_ready")
    assert api.get(f"/exports/{job['id']}")["rows"] is None


def test_a_job_that_is_done_again_has_each_lead_once(
    api: ApiClient, manager: User
) -> None:
    LeadFactory()
    run = exported(api, manager)
    with acting(user=manager):
        find_leads(ExportArguments.model_validate(run.arguments), NullProgress())
    assert len(rows_of(api, run)) == 1


@pytest.mark.parametrize(
    "filters", [{"source": ["surprise"]}, {"surprise": ["x"]}, {"q": ["ana"]}]
)
def test_an_unknown_filter_is_refused(filters: Any, api: ApiClient) -> None:
    told = api.post("/exports", {"filters": filters})
    assert (api.status, told["code"]) == (422, "invalid")
    assert not JobRun.objects.exists()


def test_only_who_may_export_does_and_gets_their_own(
    api: ApiClient, manager: User, front_desk: User, superuser: User
) -> None:
    run = exported(api, manager)
    desk = ApiClient(key_of(front_desk))
    for path in (f"/exports/{run.pk}", f"/exports/{run.pk}/file"):
        desk.get(path)
        assert desk.status == 403
    desk.post("/exports", {})
    assert desk.status == 403


def an_export(**more: Any) -> LeadExport:
    row: LeadExport = LeadExport.objects.create(work=JobRunFactory(), **more)
    return row


def a_chunk() -> LeadExportChunk:
    row: LeadExportChunk = LeadExportChunk.objects.create(
        export=an_export(), number=0, lead_ids=[LeadFactory().pk]
    )
    return row


RULES = (
    Rule(
        "api_leadexport_one_for_a_job",
        an_export,
        lambda row: {"work": an_export().work},
        "This job already has its export.",
        place="work",
    ),
    Rule(
        "api_leadexport_is_done_or_not",
        an_export,
        {"rows": 3},
        "A finished export has rows and an end.",
    ),
    Rule(
        "api_leadexportchunk_one_of_a_number",
        a_chunk,
        lambda row: {"export": a_chunk().export},
        "This part of the export already exists.",
    ),
)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_person_reads_the_sentence(rule: Rule) -> None:
    assert rule.sentence in refusal_in_words(rule).get(rule.place, [])


@pytest.mark.django_db
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name
