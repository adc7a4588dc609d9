"""JSON and ids as older versions stored them: today's shapes read every one.

Each example is written out in full. Add examples for new keys; don't change these.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

import medspa.tasks
from commissions.jobs import MonthArguments
from connections.jobs import BackfillArguments
from kpis.metadata import METADATA
from leads.intake.files.background import ImportArguments
from leads.jobs import BulkArguments
from leads.lead_list.saved_views import content_of
from leads.models import SavedView
from leads.payloads import PAYLOADS
from leads.view_schema import query_of
from medspa.extension_points import job_kinds
from medspa.ids import CUID, CUID_LENGTH, DIGITS, RANDOM_SPACE, base36, cuid, new_id
from medspa.jobs.registry import CARRY_OUT, arguments_of
from medspa.json_columns import Schema, parse_json
from medspa.models import JobRun, User
from medspa.setup.rebuilding import NoArguments
from tests import factories

ID = "c0mhyx2w1abcdefghijklmnop"

# Ids -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "number", "row_id"),
    [
        (0, 0, "c000000000000000000000000"),
        (1, 35, "c00000001000000000000000z"),
        (1_767_225_600_000, 36, "cmjuohs000000000000000010"),
        (36**8 - 1, 36**16 - 1, "czzzzzzzzzzzzzzzzzzzzzzzz"),
    ],
)
def test_an_id_is_made_of_its_moment_and_number(
    moment: int, number: int, row_id: str
) -> None:
    assert cuid(moment, number) == row_id


def test_ids_fill_their_column_and_their_random_digits() -> None:
    assert CUID_LENGTH == len(new_id()) == 25
    assert RANDOM_SPACE == 36**16
    assert DIGITS == "".join(sorted(DIGITS)) == "0123456789abcdefghijklmnopqrstuvwxyz"
    assert {row_id[9] for row_id in (new_id() for _ in range(2000))} == set(DIGITS)


def test_a_number_too_long_for_its_digits_keeps_its_lowest() -> None:
    assert base36(36**2 + 35, 2) == "0z"
    assert base36(7, 0) == ""


@pytest.mark.parametrize("wrong", [ID[1:], ID + "x", "C" + ID[1:], ID[:-1] + "-", ""])
def test_nothing_else_looks_like_an_id(wrong: str) -> None:
    assert CUID.fullmatch(ID)
    assert not CUID.fullmatch(wrong)


# Payloads of activities and events ------------------------------------------------

ACTIVITIES: list[tuple[str, dict[str, Any]]] = [
    ("sms_sent", {"automated": True, "template": "thanks-2", "outcome": "replied"}),
    ("email_sent", {"automated": False, "template": None, "outcome": "bounced"}),
    ("call", {"direction": "inbound", "outcome": "voicemail", "duration_seconds": 61}),
    ("call", {"automated": False, "direction": "outbound", "duration_seconds": 86_400}),
    ("form_submit", {"form": "contact_us"}),
    ("stage_change", {"from_stage": None, "to_stage": ID, "lost_reason": "price"}),
    ("stage_change", {"from_stage": "fixture1", "to_stage": "fixture2"}),
    ("tag_added", {"tag": ID}),
]
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("ad_click", {"click_id": "Cj0KCQ._-9"}),
    ("consult_booked", {"scheduled_for": "2026-03-04T15:30:00Z", "stay": ID}),
    ("consult_booked", {"scheduled_for": "2026-03-04T10:30:00-05:00"}),
    ("consult_show", {"booking": ID, "stay": None}),
    ("invoice_paid", {"procedure": "BTX", "category": "retail", "cost_cents": 0}),
    ("invoice_paid", {"procedure": "FACE", "category": "deposit"}),
    ("invoice_refunded", {}),
]


@pytest.mark.parametrize(
    ("shapes", "kind", "data"),
    [(PAYLOADS, *row) for row in ACTIVITIES] + [(METADATA, *row) for row in EVENTS],
)
def test_a_stored_payload_is_read_and_says_the_same(
    shapes: dict[str, type[Schema]], kind: str, data: dict[str, Any]
) -> None:
    read = parse_json(shapes[kind], data, "payload")
    said = read.model_dump(mode="json", exclude_unset=True)
    if kind == "consult_booked":
        moment = datetime.fromisoformat(said.pop("scheduled_for"))
        data = data | {"scheduled_for": None}
        assert moment == datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
        said["scheduled_for"] = None
    assert said == data


@pytest.mark.parametrize(("kind", "data"), ACTIVITIES)
@pytest.mark.django_db
def test_the_database_takes_every_stored_activity(
    kind: str, data: dict[str, Any]
) -> None:
    activity = factories.ActivityFactory(type=kind, payload_json=data)
    activity.refresh_from_db()
    activity.full_clean()
    assert activity.payload_json == data


def test_every_type_has_a_stored_example() -> None:
    assert {kind for kind, _ in ACTIVITIES} == set(PAYLOADS)
    assert {kind for kind, _ in EVENTS} == set(METADATA)


# Background jobs that were asked for before an update -----------------------------


@pytest.mark.parametrize(
    ("kind", "arguments", "read"),
    [
        ("leads.bulk", {"run": ID}, BulkArguments(run=ID)),
        ("leads.undo_bulk", {"run": ID}, BulkArguments(run=ID)),
        ("leads.import", {"file": ID}, ImportArguments(file=ID)),
        (
            "connections.gohighlevel_backfill",
            {"connection": ID},
            BackfillArguments(connection=ID),
        ),
        (
            "leads.import",
            {"file": ID, "creates_campaigns": True},
            ImportArguments(file=ID, creates_campaigns=True),
        ),
        ("commissions.month", {"month": "2026-03"}, MonthArguments(month="2026-03")),
        (
            "commissions.approve",
            {
                "month": "2026-03",
                "statements": [ID],
                "seen_at": "2026-04-01T09:30:00.123456Z",
            },
            MonthArguments(
                month="2026-03",
                statements=[ID],
                seen_at=datetime(2026, 4, 1, 9, 30, 0, 123456, tzinfo=UTC),
            ),
        ),
        (
            "commissions.lock",
            {"month": "2026-03", "statements": None, "seen_at": None},
            MonthArguments(month="2026-03"),
        ),
        ("medspa.rebuild_days", {}, NoArguments()),
    ],
)
def test_work_that_waits_since_yesterday_is_understood(
    kind: str, arguments: dict[str, Any], read: Schema
) -> None:
    assert arguments_of(JobRun(kind=kind, arguments=arguments)) == read


def test_the_names_of_jobs_that_may_wait_are_known() -> None:
    app = medspa.tasks.app
    assert CARRY_OUT == "medspa.carry_out"
    assert {"medspa.carry_out", "medspa.tidy", "leads.tidy_imports"} <= set(app.tasks)
    assert {kind for kind in job_kinds if not kind.startswith("tests.")} == {
        "api.export",
        "leads.bulk",
        "leads.undo_bulk",
        "connections.gohighlevel_backfill",
        "connections.gohighlevel_preview",
        "connections.undo",
        "connections.import_events",
        "safekeeping.backup",
        "safekeeping.drill",
        "leads.import",
        "commissions.month",
        "commissions.approve",
        "commissions.lock",
        "medspa.rebuild_days",
    }


# Saved views and what a session remembers ------------------------------------------

VIEW = {
    "stage": [ID],
    "source": ["google"],
    "campaign": ["camp1"],
    "tag": ["tag1"],
    "procedure": ["BTX"],
    "assigned": ["person1"],
    "order": "waiting",
    "columns": ["stage", "activity", "value"],
}
# As views were stored that have one value a filter.
OLD_VIEW = {
    name: values[0] if name != "columns" and isinstance(values, list) else values
    for name, values in VIEW.items()
}
ADDRESS = (
    f"stage={ID}&source=google&campaign=camp1&tag=tag1&procedure=BTX"
    "&assigned=person1&order=waiting&columns=stage%2Cactivity%2Cvalue"
)


@pytest.mark.parametrize("view", [VIEW, OLD_VIEW], ids=["lists", "single values"])
def test_a_stored_view_is_the_address_that_it_was_made_of(view: dict[str, Any]) -> None:
    assert urlencode(query_of(view), doseq=True) == ADDRESS
    assert content_of(QueryDict(ADDRESS)) == VIEW


def test_a_view_keeps_nothing_that_was_searched_for() -> None:
    assert content_of(QueryDict("q=ana%40example.com&source=google")) == {
        "source": ["google"]
    }


@pytest.mark.parametrize(
    "column",
    [
        *("stage", "since", "contact", "tags", "source", "campaign", "platform"),
        *("value", "procedure", "expected_on", "assigned", "created", "activity"),
    ],
)
def test_a_stored_column_is_still_shown(column: str) -> None:
    assert query_of({"columns": ["gone", column]}) == {"columns": [column]}


@pytest.mark.django_db
@pytest.mark.parametrize("stored", [VIEW, OLD_VIEW], ids=["lists", "single values"])
def test_the_database_takes_a_stored_view(
    front_desk: User, stored: dict[str, Any]
) -> None:
    view = factories.SavedViewFactory(owner=front_desk, content_json=stored)
    view.full_clean()
    assert SavedView.objects.get().content.model_dump(exclude_defaults=True) == VIEW


@pytest.mark.django_db
def test_a_session_still_knows_whom_one_has_worked(
    front_desk: User, client: Client
) -> None:
    first, second = factories.LeadFactory.create_batch(2, admitted=True)
    client.force_login(front_desk)
    session = client.session
    session["worked_leads"] = [first.pk]
    session.save()
    address = f"/leads/today/next/?skip={second.pk}"
    assert client.get(address).headers["Location"] == "/leads/today/"
    assert client.session["worked_leads"] == [first.pk, second.pk]
