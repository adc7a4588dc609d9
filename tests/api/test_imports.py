"""A file of leads through the API: previewed, imported by a job, its result."""

from typing import Any

import pytest

from leads.intake.files.background import ImportArguments, carry_out
from leads.models import ImportFile, Lead
from medspa.jobs.progress import NullProgress
from medspa.models import JobRun, User
from tests.api.keys import ApiClient, key_of
from tests.factories import JobRunFactory

FILE = "First name,Email,Shoe size\nAna,ana@example.com,38\nBo,nothing,40\n"


def test_a_preview_counts_and_writes_nothing(api: ApiClient) -> None:
    told = api.post("/imports/preview", {"content": FILE})
    assert api.status == 200, told
    assert (told["rows"], told["created"], told["failed"]) == (2, 1, 1)
    assert told["skipped_columns"] == ["Shoe size"]
    (failure,) = told["failures"]
    assert failure["rows"] == "3"
    assert not Lead.objects.exists()


def test_a_job_imports_the_file_once(api: ApiClient, manager: User) -> None:
    for _ in range(2):
        job = api.post("/imports", {"content": FILE}, Idempotency_Key="file-7")
        assert (api.status, job["state"]) == (202, "waiting")
    assert api.last.headers["Location"] == f"/api/v1/imports/{job['id']}"
    run = JobRun.objects.get()
    assert run.made_by == manager
    carry_out(ImportArguments(file=ImportFile.objects.get().pk), NullProgress())
    told = api.get(f"/imports/{run.pk}")
    assert (told["created"], told["failed"]) == (1, 1)
    assert told["failures"][0]["rows"] == "3"
    lead = Lead.objects.get()
    assert (lead.first_name, lead.email) == ("Ana", "ana@example.com")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"content": "nothing known\n1\n"}, "file_refused"),
        ({"format": "surprise"}, "invalid"),
        ({"columns": ["Shoe size=surprise"]}, "file_refused"),
        ({"header_row": 900}, "file_refused"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    change: dict[str, Any], code: str, api: ApiClient
) -> None:
    for path in ("/imports/preview", "/imports"):
        told = api.post(path, {"content": FILE} | change)
        assert (api.status, told["code"]) == (422, code), path
    assert not JobRun.objects.exists()


def test_only_who_may_import_does_and_sees_their_own(
    api: ApiClient, front_desk: User
) -> None:
    api.post("/imports", {"content": FILE})
    file = ImportFile.objects.get()
    desk = ApiClient(key_of(front_desk))
    desk.post("/imports", {"content": FILE})
    assert desk.status == 403
    desk.get(f"/imports/{file.work_id}")
    assert desk.status == 403
    api.get(f"/imports/{JobRunFactory().pk}")
    assert api.status == 404
