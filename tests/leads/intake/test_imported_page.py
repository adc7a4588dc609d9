"""The page of a large import: where it begins, what it says, whose it is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.intake.files.background import MAX_ROWS_IN_REQUEST, finalize
from leads.jobs import do_import
from leads.models import ImportFile, Lead
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import JobRun, RunState, User
from medspa.roles import FRONT_DESK
from tests.factories import UserFactory
from tests.leads.intake.test_large_import import MIXED, file_of

pytestmark = pytest.mark.usefixtures("clinic")
LARGE = file_of(MAX_ROWS_IN_REQUEST, *MIXED)


@pytest.fixture
def managing(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def post(client: Client, text: str, action: str, **headers: str) -> HttpResponse:
    file = SimpleUploadedFile("leads.csv", text.encode(), "text/csv")
    data = {"file": file, "action": action}
    return client.post(reverse("lead_import"), data, headers=headers)


def do(run: JobRun) -> None:
    """As the worker does it, in this transaction."""
    do_import(arguments_of(run), NullProgress())
    run.state, run.finished_at = RunState.DONE, timezone.now()
    run.started_at = run.finished_at
    run.save()


def test_a_large_file_goes_to_a_worker(managing: Client, manager: User) -> None:
    answer = post(managing, LARGE, "import")
    run = JobRun.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert run.title == "Import 504 rows: Spreadsheet"
    assert run.made_by == manager
    assert not Lead.objects.exists()
    assert ImportFile.objects.get().work == run


def test_htmx_is_sent_to_the_run(managing: Client) -> None:
    answer = post(managing, LARGE, "import", HX_Request="true")
    assert answer["HX-Redirect"] == f"/runs/{JobRun.objects.get().pk}/"


def test_a_small_file_is_done_at_once(managing: Client) -> None:
    assert "Done" in post(managing, file_of(MAX_ROWS_IN_REQUEST), "import").text
    assert not JobRun.objects.exists()
    assert Lead.objects.count() == MAX_ROWS_IN_REQUEST


def test_a_check_of_a_large_file_tries_its_first_rows(managing: Client) -> None:
    page = post(managing, LARGE, "check").text
    assert "the first 500 of 504 rows" in page
    assert not JobRun.objects.exists()
    assert not Lead.objects.exists()


def test_the_result_adds_up_and_gives_the_failed_rows_once(managing: Client) -> None:
    post(managing, LARGE, "import")
    file = ImportFile.objects.get()
    address = reverse("lead_imported", args=[file.pk])
    running = managing.get(address).text
    assert "In progress: view status" in running
    assert "504</strong> remaining" in running
    do(file.work)
    page = managing.get(address)
    for words in (
        "500</strong> created",
        "0</strong> updated",
        "2</strong> skipped",
        "2</strong> failed",
        "2 columns were skipped: Last Name, Notes.",
        "1 test row was skipped.",
    ):
        assert words in page.text
    assert "no-store" in page["Cache-Control"]
    assert "me@nowhere" not in page.text
    failed = managing.post(reverse("lead_failed", args=[file.pk]))
    assert failed["Content-Disposition"].startswith("attachment")
    assert "me@nowhere" in failed.content.decode("utf-8-sig")
    again = managing.post(reverse("lead_failed", args=[file.pk]), follow=True)
    assert "The failed rows are no longer stored." in again.text


def test_what_was_not_reached_is_said(managing: Client) -> None:
    post(managing, LARGE, "import")
    file = ImportFile.objects.get()
    finalize(file.pk)
    JobRun.objects.update(state=RunState.CANCELED, finished_at=timezone.now())
    page = managing.get(reverse("lead_imported", args=[file.pk])).text
    assert "504</strong> not imported" in page
    assert "Stopped." in page


def test_only_who_may_import_sees_it(managing: Client, client: Client) -> None:
    post(managing, LARGE, "import")
    file = ImportFile.objects.get()
    client.force_login(UserFactory(role=FRONT_DESK))
    assert client.get(reverse("lead_imported", args=[file.pk])).status_code == 403
    assert client.post(reverse("lead_failed", args=[file.pk])).status_code == 403
