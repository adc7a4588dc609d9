"""Leads as a CSV file: what the filters leave, harmless, logged, kept nowhere."""

import csv
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from leads.export import HEADERS, export
from leads.models import ExportLog, Lead
from medspa.models import User
from tests import factories

EXPORT = "/leads/export/"


@pytest.fixture
def office(manager: User, client: Client) -> Client:
    client.force_login(manager)
    return client


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
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
    ]
    log = ExportLog.objects.get()
    assert (log.exported_by, log.row_count, log.is_complete) == (manager, 1, True)
    assert sorted(log.filters.split(", ")) == ["source", "stage"]


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(office: Client) -> None:
    lead = factories.LeadFactory(email="=cmd@example.com", phone="+44 20 7946 0958")
    tag = factories.TagFactory(name='=HYPERLINK("http://x")')
    factories.LeadTagFactory(lead=lead, tag=tag)
    (row,) = rows_of(office.get(EXPORT))
    assert row["E-mail"] == "'=cmd@example.com"
    assert row["Phone"].startswith("'+44")
    assert row["Tags"].startswith("'=HYPERLINK")


def test_what_was_searched_for_is_not_in_the_log(office: Client) -> None:
    rows_of(office.get(EXPORT, {"q": "ana@example.com"}))
    assert ExportLog.objects.get().filters == "q"


def test_who_breaks_off_is_logged_with_what_was_sent(manager: User) -> None:
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
