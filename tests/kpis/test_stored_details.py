"""The database lets in the details that pages can read, and pages outlive others."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from kpis.choices import Kind
from kpis.metadata import METADATA
from kpis.models import KpiEvent
from kpis.page.parts import PAGE_PARTS
from kpis.page.report import full_report
from kpis.period import Period, Window
from leads.choices import CallOutcome, MessageOutcome
from leads.models import Activity
from leads.payloads import PAYLOADS
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.json_columns import parse_json
from medspa.models import User
from tests.factories import ActivityFactory, KpiEventFactory, LeadFactory
from tests.rules import constraint_of, drop_constraints, update

pytestmark = pytest.mark.django_db
# What each key is tried with; each kind of event or activity has some of them.
TRIED: dict[str, list[Any]] = {
    "scheduled_for": [
        "2026-03-05T17:00:00+00:00",
        "2026-03-05 17:00:00.123456-05:00",
        "2026-03-05T17:00Z",
        "2028-02-29T00:00:00Z",
        "2027-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-03-05T24:00:00Z",
        "2026-03-05T17:00:00",
        "2026-03-05",
        "soon",
        "",
        5,
    ],
    "automated": [True, False, "true", 1],
    "direction": ["inbound", "outbound", "sideways"],
    "outcome": [*CallOutcome.values, *MessageOutcome.values, "in pain"],
    "lost_reason": ["price", "moved_away", "surgery elsewhere"],
    "procedure": ["BTX", "FACE", "BTX2", "btx"],
    "category": ["service", "retail", "membership", "deposit", "gift"],
    "cost_cents": [0, 10**10, 10**10 + 1, -1, 1.5, "5"],
    "duration_seconds": [0, 9, 59_999, 86_399, 86_400, 86_401, 99_999, -1, 1.5, "5"],
    "click_id": ["Cj0K.a-b_1", "a" * 200, "a" * 201, "a b", ""],
    "template": ["thanks-2", "a" * 50, "a" * 51, "-a", "A"],
    "form": ["contact_us", "Contact us"],
    **{
        key: ["c0mhyx2w1abcdefghijklmnop", "fixture1", "a" * 26, "a-b", ""]
        for key in ("stay", "booking", "tag", "to_stage", "from_stage")
    },
}
ODD: list[Any] = [None, 7, True, ["x"], {"x": 1}, "no such thing"]
REQUIRED = {"stage_change": {"to_stage": "c1"}, "tag_added": {"tag": "c1"}}


def python_takes(shape: Any, details: dict[str, Any]) -> bool:
    try:
        parse_json(shape, details, "details")
    except ValidationError:
        return False
    return True


def database_takes(function: str, kind: str, details: dict[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s, %s::jsonb)",
            [kind, json.dumps(details)],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("function", "shapes"),
    [("kpis_metadata_fits", METADATA), ("leads_payload_fits", PAYLOADS)],
)
def test_the_database_takes_what_the_schema_takes(
    function: str, shapes: dict[str, Any]
) -> None:
    tried = 0
    for kind, shape in shapes.items():
        least = REQUIRED.get(kind, {})
        assert database_takes(function, kind, least)
        for key in shape.model_fields:
            without = {name: value for name, value in least.items() if name != key}
            assert database_takes(function, kind, without) == (key not in least)
            for value in [*TRIED[key], *ODD]:
                details = {**least, key: value}
                assert database_takes(function, kind, details) == python_takes(
                    shape, details
                ), (kind, details)
                tried += 1
    assert tried > 50


@pytest.mark.parametrize("details", [{"scheduled_for": "soon"}, {"stay": 5}])
def test_raw_sql_can_not_plant_details_that_nobody_can_read(
    details: dict[str, Any],
) -> None:
    event = KpiEventFactory()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        update(event, {"metadata_json": details})
    assert constraint_of(refused.value) == "kpis_kpievent_metadata_has_its_types"
    call = ActivityFactory(type="call")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        update(call, {"payload_json": {"outcome": "in pain"}})
    assert constraint_of(refused.value) == "leads_activity_payload_has_its_types"


def damaged() -> tuple[KpiEvent, Activity]:
    """A booking and a call that no schema knows, as if the rules had been missing."""
    lead = LeadFactory()
    event, call = KpiEventFactory(lead=lead), ActivityFactory(lead=lead, type="call")
    drop_constraints(event, ("kpis_kpievent_metadata_has_its_types",))
    drop_constraints(call, ("leads_activity_payload_has_its_types",))
    update(event, {"metadata_json": {"scheduled_for": "soon"}})
    update(call, {"payload_json": {"outcome": "in pain"}})
    return event, call


def test_pages_and_reports_outlive_one_bad_row_and_count_it(
    client: Client, manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    event, call = damaged()
    client.force_login(manager)
    with caplog.at_level(logging.WARNING):
        for part in ("", *(f"?part={key}" for key in PAGE_PARTS)):
            assert client.get(f"/kpis/{part}").status_code == 200, part
        page = client.get(f"/leads/{event.lead_id}/").content.decode()
        assert client.get("/leads/today/").status_code == 200
    assert "Consult booked, details unreadable" in page
    assert "Call, details unreadable" in page
    logged = caplog.text
    assert f"1 bookings have an unreadable date: {event.pk}" in logged
    assert f"leads.Activity {call.pk} has unreadable details" in logged
    assert "soon" not in logged and "in pain" not in logged
    consults = client.get("/kpis/?part=paces").content.decode()
    assert "1 booking has an unreadable date; see the log." in consults


def test_a_report_counts_a_booking_without_a_date_and_never_as_due() -> None:
    event, _ = damaged()
    KpiEventFactory(lead=event.lead)
    KpiEventFactory(
        lead=event.lead,
        metadata_json={"scheduled_for": datetime.now(UTC).isoformat()},
    )
    today = clinic_today()
    window = Window(Period(today, today), clinic_zone(), datetime.now(UTC))
    report = full_report(window)
    assert report["period"]["booked_events"] == 3
    assert report["undated_bookings"] == 2
    assert report["scheduled"]["due"] == 1
    assert event.kind == Kind.CONSULT_BOOKED
