"""What hangs on leads, campaigns, reports and jobs through the API."""

from datetime import timedelta
from typing import Any

import pytest

from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.factories import (
    CampaignFactory,
    CampaignSpendFactory,
    JobRunFactory,
    LeadFactory,
    ProviderFactory,
    StageFactory,
    StatementLineFactory,
    TagFactory,
)


@pytest.fixture
def lead(api: ApiClient) -> Lead:
    row: Lead = LeadFactory(admitted=True)
    return row


def test_what_is_set_up_is_listed(api: ApiClient) -> None:
    TagFactory(name="Peels")
    for path in ("stages", "procedures", "sources", "lost-reasons", "people"):
        assert api.get(f"/{path}")["data"], path
    assert api.get("/tags?fields=name")["data"][0] == {"name": "Peels"}


def test_a_leads_tags_are_set(api: ApiClient, lead: Lead) -> None:
    tag = TagFactory()
    etag = api.get(f"/leads/{lead.pk}") and api.last.headers["ETag"]
    path = f"/leads/{lead.pk}/tags"
    told = api.write("put", path, {"tag_ids": [tag.pk]}, etag)
    assert told["tag_ids"] == [tag.pk]
    stale = api.write("put", path, {"tag_ids": []}, etag)
    assert (api.status, stale["code"]) == (412, "changed_meanwhile")
    unknown = api.write("put", path, {"tag_ids": ["c" + "0" * 24]}, "*")
    assert (api.status, unknown["errors"][0]["field"]) == (422, "tag_ids")


def test_an_expected_value_is_set_changed_and_removed(
    api: ApiClient, lead: Lead
) -> None:
    path = f"/leads/{lead.pk}/opportunity"
    assert api.get(path)["procedure_code"] is None
    body = {"procedure_code": "BTX", "expected_value_cents": 45_000}
    assert api.write("put", path, body)["expected_value_cents"] == 45_000
    body["expected_value_cents"] = 50_000
    assert api.write("put", path, body)["expected_value_cents"] == 50_000
    api.write("delete", path)
    assert api.get(path)["expected_value_cents"] is None
    assert api.write("put", path, body)["expected_value_cents"] == 50_000


def test_calls_are_logged_and_listed(api: ApiClient, lead: Lead) -> None:
    path = f"/leads/{lead.pk}/activities"
    logged = api.post(path, {"type": "call", "outcome": "answered"})
    assert (api.status, logged["payload"]) == (201, {"outcome": "answered"})
    assert api.get(path)["data"] == [logged]
    refused = api.post(path, {"type": "call", "outcome": "sent"})
    assert (api.status, refused["code"]) == (422, "unknown_outcome")


def test_a_next_step_is_planned_and_done(api: ApiClient, lead: Lead) -> None:
    body = {"what": "call_back", "due_at": "2030-01-02T15:00:00Z"}
    task = api.post(f"/leads/{lead.pk}/tasks", body)
    assert api.status == 201, task
    etag = api.last.headers["ETag"]
    assert api.get(f"/leads/{lead.pk}/tasks")["data"] == [task]
    done = api.write("post", f"/tasks/{task['id']}/finish", None, etag)
    assert done["done_at"]
    api.write("post", f"/tasks/{task['id']}/finish", None, "*")
    assert api.status == 409


def test_a_consult_is_booked_confirmed_and_canceled(api: ApiClient, lead: Lead) -> None:
    when = clock.now() + timedelta(days=2)
    body = {
        "scheduled_for": when.isoformat(),
        "provider_id": ProviderFactory().pk,
        "procedure_code": "BTX",
    }
    consult = api.post(f"/leads/{lead.pk}/consults", body)
    assert api.status == 201, consult
    path = f"/consults/{consult['id']}"
    etag = api.last.headers["ETag"]
    told = api.write("post", f"{path}/outcome", {"outcome": "confirmed"}, etag)
    assert told["is_confirmed"]
    etag = api.last.headers["ETag"]
    refused = api.write("post", f"{path}/outcome", {"outcome": "canceled"}, etag)
    assert (api.status, refused["code"]) == (409, "reason_is_missing")
    body = {"outcome": "canceled", "reason": "clinic"}
    assert api.write("post", f"{path}/outcome", body, etag)["is_canceled"]
    assert api.get(f"/leads/{lead.pk}/consults")["data"] == [api.get(path)]


def test_a_consult_marked_as_missed_says_so(api: ApiClient, lead: Lead) -> None:
    body = {"scheduled_for": (clock.now() - timedelta(seconds=1)).isoformat()}
    consult = api.post(f"/leads/{lead.pk}/consults", body)
    assert consult["is_no_show"] is False
    path = f"/consults/{consult['id']}"
    told = api.write("post", f"{path}/outcome", {"outcome": "no_show"}, "*")
    assert (told["is_no_show"], told["is_held"]) == (True, False)
    told = api.write("post", f"{path}/outcome", {"outcome": "showed"}, "*")
    assert (told["is_no_show"], told["is_held"]) == (False, True)


def test_a_payment_is_recorded_refunded_and_voided(api: ApiClient, lead: Lead) -> None:
    paid = api.post(f"/leads/{lead.pk}/payments", {"value_cents": 45_000})
    assert (api.status, paid["refundable_cents"]) == (201, 45_000)
    path = f"/payments/{paid['id']}"
    refund = api.post(f"{path}/refunds", {"value_cents": 10_000})
    assert (refund["refund_of_id"], refund["value_cents"]) == (paid["id"], 10_000)
    too_much = api.post(f"{path}/refunds", {"value_cents": 40_000})
    assert (api.status, too_much["code"]) == (409, "refund_exceeds_payment")
    api.get(path)
    etag = api.last.headers["ETag"]
    told = api.write("post", f"{path}/void", {"reason": "twice"}, etag)
    assert (api.status, told["code"]) == (409, "payment_has_refund")
    for event in (refund["id"], paid["id"]):
        api.write("post", f"/payments/{event}/void", {"reason": "twice"}, "*")
        assert api.status == 204
    assert not KpiEvent.objects.filter(lead=lead).exists()


def test_campaigns_and_their_spend(api: ApiClient) -> None:
    made = api.post("/campaigns", {"name": "Peels", "platform": "google"})
    assert api.status == 201, made
    path = f"/campaigns/{made['id']}"
    changed = api.write("patch", path, {"monthly_spend_cents": 300_000})
    assert changed["monthly_spend_cents"] == 300_000
    etag = api.last.headers["ETag"]
    march = {"from_on": "2026-03-01", "to_on": "2026-03-31", "spend_cents": 120_000}
    (row,) = api.write("put", f"{path}/spend", {"ranges": [march]}, etag)["data"]
    assert {name: row[name] for name in march} == march
    half = {"from_on": "2026-03-15", "to_on": "2026-04-15", "spend_cents": 1}
    told = api.write("put", f"{path}/spend", {"ranges": [half]}, etag)
    assert (api.status, told["code"]) == (409, "overlaps")
    assert api.get(f"{path}/spend")["data"] == [row]


def test_the_front_desk_sees_campaigns_without_spend(front_desk: User) -> None:
    row = CampaignSpendFactory().campaign
    client = ApiClient(key_of(front_desk))
    assert "monthly_spend_cents" not in client.get(f"/campaigns/{row.pk}")
    assert "monthly_spend_cents" not in client.get("/campaigns")["data"][0]
    client.get(f"/campaigns/{row.pk}/spend")
    assert client.status == 403
    client.write("patch", f"/campaigns/{row.pk}", {"name": "Peels"})
    assert client.status == 403


def test_the_report_has_the_keys_of_the_command(api: ApiClient) -> None:
    told = api.get("/kpis/report?from=2026-03-01&to=2026-03-31&basis=period")
    assert api.status == 200, told
    assert told["period"]["leads"] == 0
    assert told["page"].startswith("/kpis/?from=2026-03-01")
    CampaignFactory()
    rows = api.get("/kpis/report?from=2026-03-01&to=2026-03-31&by=campaign")
    assert "by_campaign" in rows
    told = api.get("/kpis/report?from=2026-03-31&to=2026-03-01")
    assert (api.status, told["code"]) == (422, "no_period")


def test_a_provider_reads_their_own_statements(provider: User) -> None:
    own = StatementLineFactory(statement__provider__user=provider)
    other = StatementLineFactory()
    client = ApiClient(key_of(provider))
    listed = client.get("/statements")["data"]
    assert [row["id"] for row in listed] == [own.statement_id]
    (line,) = client.get(f"/statements/{own.statement_id}/lines")["data"]
    assert line["amount_cents"] == own.amount_cents
    client.get(f"/statements/{other.statement_id}")
    assert client.status == 404


def test_jobs_are_seen_and_canceled(api: ApiClient, manager: User) -> None:
    run = JobRunFactory(made_by=manager)
    assert api.get(f"/jobs/{run.pk}")["state"] == "waiting"
    assert api.get("/jobs")["data"][0]["id"] == run.pk
    api.post(f"/jobs/{run.pk}/cancel")
    assert api.status == 200
    assert api.get(f"/jobs/{run.pk}")["state"] == "cancelled"


def test_a_deleted_leads_records_are_gone_for_who_cannot_restore_it(
    lead: Lead, front_desk: User, api: ApiClient
) -> None:
    StageFactory()
    lead.delete()
    client = ApiClient(key_of(front_desk))
    paths = ("", "/activities", "/tasks", "/consults", "/opportunity")
    for path in paths:
        client.get(f"/leads/{lead.pk}{path}")
        assert client.status == 404
    told: Any = client.post(f"/leads/{lead.pk}/activities", {"type": "call"})
    assert (client.status, told["code"]) == (404, "not_found")
