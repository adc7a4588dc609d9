"""Leads through the API: what is done, and what is refused and how."""

from typing import Any

import pytest

from leads.models import Lead, LeadStage
from leads.models.stage import RecordedKind
from medspa.models import AuditEvent, User
from tests.api.keys import ApiClient, key_of
from tests.factories import LeadFactory, StageFactory, TagFactory

NEW = {"first_name": "Ana", "source": "instagram", "email": "ana@example.com"}


@pytest.fixture
def made(api: ApiClient) -> dict[str, Any]:
    answer: dict[str, Any] = api.post("/leads", NEW)
    assert api.status == 201, answer
    return answer


def test_a_lead_is_created_and_read(api: ApiClient, made: dict[str, Any]) -> None:
    assert api.last.headers["Location"] == f"/api/v1/leads/{made['id']}"
    tag = api.last.headers["ETag"]
    assert api.get(f"/leads/{made['id']}") == made
    assert api.last.headers["ETag"] == tag
    assert made["email"] == "ana@example.com"
    assert made["stage_id"] == LeadStage.objects.get(lead=made["id"]).stage_id
    assert api.get(f"/leads/{made['id']}", If_None_Match=tag) is None
    assert api.status == 304


def test_every_answer_has_its_request_id_and_what_is_left(
    api: ApiClient, made: dict[str, Any]
) -> None:
    api.get("/leads/x", X_Request_ID="my-request-1")
    assert api.last.headers["X-Request-ID"] == "my-request-1"
    assert int(api.last.headers["RateLimit-Remaining"]) < 1_000
    assert api.last.json()["request_id"] == "my-request-1"


def test_the_person_and_the_key_are_in_history_and_audit_log(
    api: ApiClient, made: dict[str, Any], manager: User
) -> None:
    row: Any = Lead.objects.get(pk=made["id"]).history.first()
    prefix = api.shown.key.prefix
    assert row.history_user == manager
    assert row.history_actor == f"API key {prefix} for {manager}"
    event = AuditEvent.objects.get(kind="api_used")
    assert (event.person, event.subject_id) == (manager, made["id"])
    assert event.details == {"key": prefix, "act": "create_lead"}


def test_reading_a_lead_is_noted_once_a_day(
    api: ApiClient, django_capture_on_commit_callbacks: Any
) -> None:
    lead = LeadFactory(admitted=True)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            api.get(f"/leads/{lead.pk}")
    assert AuditEvent.objects.filter(subject_id=lead.pk).count() == 1


def test_a_lead_is_changed(api: ApiClient, made: dict[str, Any]) -> None:
    changed = api.write(
        "patch", f"/leads/{made['id']}", {"phone": "(212) 555-0123", "email": None}
    )
    assert (changed["phone"], changed["email"]) == ("+12125550123", "")
    assert changed["first_name"] == "Ana"


def test_a_lead_is_marked_as_do_not_contact(
    api: ApiClient, made: dict[str, Any]
) -> None:
    path = f"/leads/{made['id']}"
    assert made["do_not_contact_at"] is None
    assert api.write("patch", path, {"do_not_contact": True}, "*")["do_not_contact_at"]
    unchanged = api.write("patch", path, {"source": "phone"}, "*")
    assert unchanged["do_not_contact_at"]
    allowed = api.write("patch", path, {"do_not_contact": False}, "*")
    assert allowed["do_not_contact_at"] is None


def test_a_write_needs_the_state_that_was_read(
    api: ApiClient, made: dict[str, Any]
) -> None:
    path = f"/leads/{made['id']}"
    assert api.ask("patch", path, {"source": "phone"})["code"] == "if_match_needed"
    assert api.status == 428
    tag = api.last and api.get(path) and api.last.headers["ETag"]
    api.write("patch", path, {"source": "phone"}, tag)
    assert api.status == 200
    told = api.write("patch", path, {"source": "website"}, tag)
    assert (api.status, told["code"]) == (412, "changed_meanwhile")
    assert api.write("patch", path, {"source": "website"}, "*")["source"] == "website"


def test_somebody_known_is_not_added_again(
    api: ApiClient, made: dict[str, Any]
) -> None:
    refused = api.post("/leads", NEW)
    assert (api.status, refused["code"]) == (409, "same_person_found")
    assert refused["lead_ids"] == [made["id"]]
    api.post("/leads", NEW | {"not_same_as": [made["id"]]})
    assert api.status == 201


def test_a_lead_moves(api: ApiClient, made: dict[str, Any]) -> None:
    stage, lost = StageFactory(), StageFactory(outcome="lost")
    path = f"/leads/{made['id']}/move"
    tag = api.get(f"/leads/{made['id']}") and api.last.headers["ETag"]
    moved = api.write("post", path, {"stage_id": stage.pk}, tag)
    assert moved["stage_id"] == stage.pk
    tag = api.last.headers["ETag"]
    refused = api.write("post", path, {"stage_id": lost.pk}, tag)
    assert (api.status, refused["code"]) == (422, "reason_needed")


@pytest.mark.parametrize("kind", ["", *RecordedKind.values])
def test_a_move_is_answered_with_what_is_read_afterwards(
    api: ApiClient, made: dict[str, Any], kind: str
) -> None:
    stage = StageFactory(records_kpi=kind)
    path = f"/leads/{made['id']}"
    moved = api.post(f"{path}/move", {"stage_id": stage.pk}, If_Match="*")
    tag = api.last.headers["ETag"]
    assert api.get(path) == moved
    assert (moved["stage_id"], api.last.headers["ETag"]) == (stage.pk, tag)


def test_a_lead_is_deleted_and_restored(api: ApiClient, made: dict[str, Any]) -> None:
    path = f"/leads/{made['id']}"
    api.write("delete", path)
    assert api.status == 204
    assert api.get(path)["deleted_at"]
    tag = api.last.headers["ETag"]
    assert api.write("post", f"{path}/restore", None, tag)["deleted_at"] is None


def test_two_leads_are_merged(api: ApiClient, made: dict[str, Any]) -> None:
    other = LeadFactory(admitted=True, phone="+12125550199")
    tag = api.get(f"/leads/{made['id']}") and api.last.headers["ETag"]
    merged = api.write(
        "post",
        f"/leads/{made['id']}/merge",
        {"merged_id": other.pk, "take": ["phone"]},
        tag,
    )
    assert merged["phone"] == "+12125550199"
    assert api.get(f"/leads/{other.pk}")["merged_into_id"] == made["id"]


def test_asserting_finds_who_is_known_and_clears_nothing(
    api: ApiClient, made: dict[str, Any]
) -> None:
    found = api.post(
        "/leads/assert",
        {"email": "ANA@example.com", "first_name": "Ana", "phone": "212-555-0123"},
    )
    assert (api.status, found["outcome"]) == (200, "updated")
    assert found["lead"]["id"] == made["id"]
    assert found["lead"]["source"] == "instagram"
    assert found["lead"]["phone"] == "+12125550123"
    new = api.post("/leads/assert", {"email": "zoe@example.com", "first_name": "Zoe"})
    assert (api.status, new["outcome"]) == (201, "created")
    nobody = api.post("/leads/assert", {"first_name": "Zoe"})
    assert (api.status, nobody["code"]) == (409, "row_refused")


def test_the_list_is_that_of_the_page(api: ApiClient) -> None:
    stage, tag = StageFactory(), TagFactory()
    leads = [LeadFactory(stage=stage, source="phone") for _ in range(3)]
    LeadFactory(stage=stage, source="website")
    assert tag
    page = api.get("/leads?source=phone&limit=2&order=oldest")
    assert [row["id"] for row in page["data"]] == [leads[0].pk, leads[1].pk]
    rest = api.get(
        f"/leads?source=phone&limit=2&order=oldest&cursor={page['next_cursor']}"
    )
    assert [row["id"] for row in rest["data"]] == [leads[2].pk]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "unknown_parameter"),
        ("source=nowhere", "invalid"),
        ("order=upwards", "invalid"),
        ("limit=0", "invalid"),
        ("limit=51", "invalid"),
        ("fields=password", "unknown_field"),
        ("case=kebab", "invalid"),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(
    api: ApiClient, query: str, code: str
) -> None:
    told = api.get(f"/leads?{query}")
    assert (api.status, told["code"]) == (422, code)
    assert (
        query.partition("=")[0] in told["detail"]
        or query.partition("=")[2] in (told["detail"])
        or "source" in told["detail"].lower()
    )


def test_a_cursor_belongs_to_its_key_and_its_filters(
    api: ApiClient, manager: User
) -> None:
    for _ in range(2):
        LeadFactory(admitted=True)
    cursor = api.get("/leads?limit=1")["next_cursor"]
    assert api.get(f"/leads?limit=1&cursor={cursor}")["data"]
    other = ApiClient(key_of(manager))
    for client, query in (
        (other, f"limit=1&cursor={cursor}"),
        (api, f"limit=1&source=phone&cursor={cursor}"),
        (api, f"limit=1&cursor={cursor[:-1]}x"),
        (api, "limit=1&cursor=1764100000000000-c0abc"),
    ):
        told = client.get(f"/leads?{query}")
        assert (client.status, told["code"]) == (400, "invalid_cursor")


def test_fields_are_chosen_and_named_as_others_name_them(
    api: ApiClient, made: dict[str, Any]
) -> None:
    path = f"/leads/{made['id']}?fields=id,first_name&case=camel"
    assert api.get(path) == {"id": made["id"], "firstName": "Ana"}
    listed = api.get("/leads?fields=first_name&case=camel")
    assert listed == {"data": [{"firstName": "Ana"}], "nextCursor": None}


def test_without_the_scope_no_contact_is_told(
    made: dict[str, Any], manager: User
) -> None:
    blind = ApiClient(key_of(manager, ("leads:write",)))
    told = blind.get(f"/leads/{made['id']}")
    assert "email" not in told
    assert told["has_email"] is True
    assert "ana@" not in blind.get("/leads") and "ana@" not in str(blind.last.content)
    refused = blind.get("/leads?q=ana@example.com")
    assert (blind.status, refused["code"]) == (403, "scope_missing")


def test_changes_are_told_with_deleted_leads(
    api: ApiClient, made: dict[str, Any]
) -> None:
    gone = LeadFactory(admitted=True)
    gone.delete()
    since = "2020-01-01T00:00:00Z"
    seen: dict[str, Any] = {}
    query = f"updated_since={since}&limit=1"
    while True:
        page = api.get(f"/leads/changes?{query}")
        seen |= {row["id"]: row for row in page["data"]}
        if page["next_cursor"] is None:
            break
        query = f"updated_since={since}&limit=1&cursor={page['next_cursor']}"
    assert seen[made["id"]]["first_name"] == "Ana"
    assert set(seen[gone.pk]) == {"id", "deleted_at"}
    assert page["next_updated_since"] > since


def test_a_move_and_a_tag_are_changes(api: ApiClient, made: dict[str, Any]) -> None:
    from leads.services.pipeline import move
    from leads.services.tagging import add_tag
    from medspa import clock

    for act in (
        lambda: move(made["id"], StageFactory().pk),
        lambda: add_tag(Lead.objects.get(pk=made["id"]), TagFactory()),
    ):
        since = clock.now().isoformat().replace("+00:00", "Z")
        assert api.get(f"/leads/changes?updated_since={since}")["data"] == []
        act()
        (row,) = api.get(f"/leads/changes?updated_since={since}")["data"]
        assert row["id"] == made["id"]
