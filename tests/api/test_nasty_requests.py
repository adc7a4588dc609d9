"""Requests that no honest program sends: each is refused, none is a fault."""

from http import HTTPStatus

import pytest

from api.keys.scopes import SCOPES
from leads.models import Lead
from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.factories import LeadFactory

HUGE = "9" * 5_000
QUERIES = {
    "limit=0": 422,
    "limit=-1": 422,
    "limit=51": 422,
    "limit=1e9": 422,
    "limit=%D9%A1": 422,
    f"limit={HUGE}": 422,
    "surprise=1": 422,
    "q=a%00b": 422,
    "q=%ED%A0%80": 200,
    "q=%FF%FE": 200,
    f"q={'a' * 5_000}": 422,
    "stage=%00": 422,
    "created=0001-01-01..9999-12-31": 422,
    "created=2026-03-31..2026-03-01": 422,
    "order=surprise": 422,
    "case=kebab": 422,
    "fields=surprise": 422,
    f"fields={'id,' * 500}": 422,
    "cursor=surprise": 400,
    f"cursor={'a' * 3_000}": 400,
    "cursor=%00": 422,
    "cursor=%ED%A0%80": 400,
}
HEADERS: tuple[tuple[dict[str, str], int], ...] = (
    ({"Idempotency-Key": ""}, 422),
    ({"Idempotency-Key": "k" * 256}, 422),
    ({"Idempotency-Key": "a\tb"}, 422),
    ({"Authorization": "Bearer"}, 401),
    ({"Authorization": f"Bearer {HUGE}"}, 401),
    ({"Authorization": "Bearer msk_\u0130"}, 401),
    ({"Authorization": "Basic YTpi"}, 401),
    ({"Content-Length": "surprise"}, 400),
    ({"Content-Type": "application/json; charset=utf-7"}, 201),
    ({"Content-Type": "text/plain"}, 415),
)
TAGS = ("surprise", "W/", '"', "*, *", ", " * 3_000, '"' + "0" * 32 + '"', "\u0130")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
def test_a_query_without_meaning_is_refused(query: str, api: ApiClient) -> None:
    told = api.get(f"/leads?{query}")
    assert api.status == QUERIES[query], told
    if api.status != HTTPStatus.OK:
        assert told["code"] and told["detail"] and told["request_id"]


def test_headers_without_meaning_are_refused(api: ApiClient) -> None:
    for headers, status in HEADERS:
        body = {"first_name": "Ana", "source": "phone"}
        told = api.ask("post", "/leads", body, headers)
        assert api.status == status, f"{headers}: {told}"[:300]


def test_a_tag_that_is_none_changes_nothing(api: ApiClient) -> None:
    lead = LeadFactory(admitted=True, first_name="Ana")
    for tag in TAGS:
        api.ask("patch", f"/leads/{lead.pk}", {"first_name": "Bo"}, {"If-Match": tag})
        assert api.status == 412, tag
    assert Lead.objects.get().first_name == "Ana"


def test_a_cursor_that_was_changed_or_is_of_another_list_is_refused(
    api: ApiClient, manager: User
) -> None:
    for _ in range(3):
        LeadFactory(admitted=True)
    cursor = api.get("/leads?limit=1")["next_cursor"]
    end = "A" if cursor[-1] != "A" else "B"
    for bad in (cursor[:-1] + end, cursor[1:], cursor + "A", cursor.upper()):
        assert api.get(f"/leads?limit=1&cursor={bad}")["code"] == "invalid_cursor"
        assert api.status == 400
    for path in ("/leads?order=oldest&", "/campaigns?", "/jobs?"):
        api.get(f"{path}cursor={cursor}")
        assert api.status == 400, path
    other = ApiClient(key_of(manager, SCOPES))
    assert other.get(f"/leads?limit=1&cursor={cursor}")["code"] == "invalid_cursor"


def test_no_method_but_the_described_ones_is_taken(api: ApiClient) -> None:
    for method in ("put", "delete", "patch", "options", "trace", "head"):
        response = api.client.generic(method.upper(), "/api/v1/stages")
        assert response.status_code == 405, method


def test_errors_have_the_headers_of_every_answer(api: ApiClient) -> None:
    for method, path in (("put", "/leads"), ("get", "/nowhere"), ("get", "/leads/x")):
        api.ask(method, path)
        headers = api.last.headers
        assert headers["Content-Type"] == "application/problem+json"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store, private"
        assert int(headers["Content-Length"]) == len(api.last.content)
        assert "Set-Cookie" not in headers
