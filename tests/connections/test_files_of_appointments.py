"""Files of appointments: consults with their status, once."""

import pytest

from connections.files.importing import FileChoices, FileReport, import_file
from connections.models import FileColumns
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")

APPOINTMENTS = """\
Appointment ID,Start Time,Client Name,Client Email,Service,Staff,Status,Notes
A1,2026-05-04 10:00 AM,Dana Sampleton,dana@example.com,Consultation,Pat,Completed,ill
A2,2026-05-05 10:00 AM,Lee Madeup,lee@example.com,Consultation,Pat,No Show,
A3,2026-05-06 10:00 AM,Dana Sampleton,dana@example.com,Botox,Pat,Completed,
A4,2026-05-07 10:00 AM,Kim Example,kim@example.com,Consultation,Pat,Cancelled,flu
"""


@pytest.fixture(autouse=True)
def leads(clinic: None) -> list[Lead]:
    return [
        LeadFactory(first_name=name.title(), email=f"{name}@example.com")
        for name in ("dana", "lee", "kim")
    ]


def bring(text: str = APPOINTMENTS, **more: object) -> FileReport:
    defaults: dict[str, object] = {"is_trial": False, "services": ("consultation",)}
    choices = FileChoices("boulevard", "appointments", **(defaults | more))  # type: ignore[arg-type]
    return import_file(text.encode(), choices)


def count(kind: Kind) -> int:
    return KpiEvent.objects.filter(kind=kind).count()


def test_each_status_is_recorded_once() -> None:
    report = bring()
    assert report.outcomes == {"created": 3}
    assert report.skipped == {"not a consult": 1}
    assert count(Kind.CONSULT_SHOW) == 1
    again = bring()
    assert set(again.outcomes) == {"unchanged"}
    assert count(Kind.CONSULT_SHOW) == 1


def test_services_are_offered_and_kept_for_the_next_file() -> None:
    report = bring()
    assert report.services == [("Consultation", 3, True), ("Botox", 1, False)]
    assert FileColumns.of("boulevard", "appointments").services == ("consultation",)
    assert bring(services=None).skipped == report.skipped


def test_a_moved_appointment_moves() -> None:
    text = APPOINTMENTS.replace("Completed", "Confirmed").replace("2026", "2027")
    bring(text)
    bring(text.replace("2027-05-04", "2027-05-11"))
    [planned] = KpiEvent.objects.filter(
        kind=Kind.CONSULT_BOOKED, lead__first_name="Dana"
    )
    assert "2027-05-11" in planned.metadata_json["scheduled_for"]


def test_notes_and_last_names_are_left_out() -> None:
    report = bring()
    assert report.mapping.left_out == ("Notes",)
    assert ",ill" not in str(report)
    assert "Sampleton" not in str(report)
