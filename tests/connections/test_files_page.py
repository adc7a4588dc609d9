"""The page that imports payments and appointments: preview, columns, import."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from connections.files import importing, in_worker
from connections.jobs import import_events
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.intake.files.payload import PayloadRows
from leads.models import ImportChunk, ImportFile, Lead
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import JobRun, User
from safekeeping.erasure.erasing import erase_person
from tests.connections.test_files_of_appointments import APPOINTMENTS
from tests.connections.test_files_of_payments import STRIPE, TYPED
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def at_the_page(client: Client, clinic: None, manager: User) -> Client:
    LeadFactory(first_name="Dana", email="dana@example.com")
    client.force_login(manager)
    return client


def send(client: Client, text: str, system: str, **more: Any) -> Any:
    file = SimpleUploadedFile("export.csv", text.encode(), "text/csv")
    data = {"file": file, "system": system, "kind": "payments"} | more
    return client.post(reverse("import_events"), data)


def payments() -> int:
    return KpiEvent.objects.filter(kind=Kind.INVOICE_PAID).count()


def test_a_preview_saves_nothing_and_the_import_what_it_said(
    at_the_page: Client,
) -> None:
    preview = send(at_the_page, STRIPE, "stripe", action="check")
    assert "would be recorded" in preview.content.decode()
    assert payments() == 0
    done = send(at_the_page, STRIPE, "stripe", action="import")
    assert ">3</strong> recorded" in done.content.decode()
    assert payments() == 2


def test_a_large_file_waits_encrypted_and_is_taken_in_part_by_part(
    at_the_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS_AT_ONCE", 1)
    monkeypatch.setattr(in_worker, "EVENTS_IN_A_PART", 2)
    preview = send(at_the_page, STRIPE, "stripe", action="check").content.decode()
    assert importing.TRIED in preview
    begun = send(at_the_page, STRIPE, "stripe", action="import").content.decode()
    assert "imported in the background" in begun
    assert payments() == 0
    run = JobRun.objects.get(kind=in_worker.IMPORT_EVENTS)
    assert reverse("job", args=[run.pk]) in begun
    parts = ImportChunk.objects.order_by("number")
    assert len(parts) == 2
    # Where erasure looks for a person: contacts are cells of their own.
    cells = PayloadRows.model_validate_json(parts[0].content).rows[0].cells
    assert "dana@example.com" in cells
    assert "dana@example.com" not in cells[0]
    import_events(arguments_of(run), NullProgress())
    assert payments() == 2
    assert not ImportChunk.objects.exists()
    assert ImportFile.objects.get().is_settled
    again = send(at_the_page, STRIPE, "stripe", action="import")
    run = JobRun.objects.exclude(pk=run.pk).get()
    assert import_events(arguments_of(run), NullProgress()) == "2 unchanged, 1 parked."
    assert payments() == 2 and again.status_code == 200


def test_somebody_erased_meanwhile_is_not_taken_in(
    at_the_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS_AT_ONCE", 1)
    send(at_the_page, STRIPE, "stripe", action="import")
    erase_person(Lead.objects.get(email_index__isnull=False).pk)
    [part] = ImportChunk.objects.all()
    assert "dana@example.com" not in part.content
    run = JobRun.objects.get(kind=in_worker.IMPORT_EVENTS)
    import_events(arguments_of(run), NullProgress())
    assert payments() == 0


def test_columns_that_nobody_knows_are_chosen_on_the_page(at_the_page: Client) -> None:
    asked = send(at_the_page, TYPED, "vagaro", action="check").content.decode()
    assert "No column was recognized as" in asked
    assert 'value="How much=amount"' in asked
    chosen = {
        "columns_for": "vagaro/payments",
        "map": ["Paid on=date", "How much=amount", "Email=email"],
    }
    send(at_the_page, TYPED, "vagaro", action="import", **chosen)
    assert payments() == 2
    again = send(at_the_page, TYPED, "vagaro", action="check").content.decode()
    assert ">2</strong> already known" in again


def test_columns_of_another_system_are_not_taken_over(at_the_page: Client) -> None:
    chosen = {
        "columns_for": "vagaro/payments",
        "map": ["Paid on=date", "How much=amount"],
    }
    answer = send(at_the_page, TYPED, "zenoti", action="import", **chosen)
    assert "No column was recognized as" in answer.content.decode()
    assert payments() == 0


def test_services_that_are_consults_are_chosen(at_the_page: Client) -> None:
    about = {"kind": "appointments", "columns_for": "boulevard/appointments"}
    chosen = {"service": ["Consultation"], "action": "check"}
    page = send(
        at_the_page, APPOINTMENTS, "boulevard", **about, **chosen
    ).content.decode()
    assert "not a consult" in page
    assert 'value="Consultation" checked' in page
    assert "Sampleton" not in page
    assert "flu" not in page


def test_a_file_that_is_none_is_refused(at_the_page: Client) -> None:
    for text in ("", "\0\0", "Date,Amount\n"):
        answer = send(at_the_page, text, "stripe", action="import")
        assert answer.status_code == 200
        assert "Nothing was imported." in answer.content.decode()


def test_who_may_not_work_connections_may_not_import(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    assert client.get(reverse("import_events")).status_code == 403
