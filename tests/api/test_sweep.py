"""Every operation × scope × role of the key's owner × state of what it names.

The operations are those of the registry, so a new one is swept as soon as it exists.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from api.description.building import statuses
from api.keys.scopes import CONTACTS_SCOPE, SCOPES, covers
from api.registry import operations
from api.web.operations import Operation
from medspa.models import User
from medspa.roles import ROLES, permissions_of
from tests.api.keys import SECRET, ApiClient, key_of

pytestmark = pytest.mark.slow

OPERATIONS = operations()
# The lead of the rows has payments, which takes the right to void them, too.
MORE_RIGHTS = {"delete_lead": {"kpis.void_kpievent"}}
# Seen without a permission of their own: what is one's own.
STATEMENTS = {"commissions.view_month", "commissions.view_own_statement"}


@pytest.fixture
def rows(api_rows: dict[str, str]) -> dict[str, str]:
    return api_rows


def asked(client: ApiClient, one: Operation, rows: dict[str, str]) -> int:
    """The status of a request; what it did is taken back."""
    path = re.sub(r"\{(\w+)\}", lambda name: rows[name[1]], one.path)
    body = one.example if one.body else None
    with transaction.atomic():
        client.ask(one.method, path, body, {"If-Match": "*"})
        transaction.set_rollback(True)
    return client.status


def may(role: str, one: Operation) -> bool:
    rights = permissions_of(role)
    if one.scope == "statements:read":
        return bool(STATEMENTS & rights)
    return {*one.permissions, *MORE_RIGHTS.get(one.name, ())} <= rights


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_a_key_opens_only_its_scopes_and_only_what_its_owner_may(
    one: Operation, rows: dict[str, str], person: Callable[[str], User]
) -> None:
    for role in ROLES:
        owner = person(role)
        for scope in (one.scope, _another(one.scope)):
            client = ApiClient(key_of(owner, (scope,)))
            status = asked(client, one, rows)
            answer = client.last.content.decode()
            assert SECRET not in answer, f"{role} {scope}"
            has_scope = covers({scope}, one.scope)
            if has_scope and may(role, one):
                assert status not in (401, 403), f"{role} {scope}: {answer}"
            else:
                assert status == 403, f"{role} {scope}: {answer}"
            allowed = {int(one.status), 201, 304, *statuses(one)}
            assert status in allowed, f"{role} {scope}: {status}"


def _another(scope: str) -> str:
    """The scope that is closest without covering it."""
    resource, _, access = scope.partition(":")
    reading = f"{resource}:read"
    if access == "write":
        return reading
    return next(
        one for one in SCOPES if one != CONTACTS_SCOPE and not covers({one}, scope)
    )


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_answers_without_contacts_and_without_a_key(
    one: Operation, rows: dict[str, str], superuser: User
) -> None:
    blind = ApiClient(key_of(superuser, tuple(set(SCOPES) - {CONTACTS_SCOPE})))
    status = asked(blind, one, rows)
    assert SECRET not in blind.last.content.decode()
    assert status < 500, blind.last.content
    blind.shown = key_of(superuser, ("setup:read",))
    blind.client.defaults["HTTP_AUTHORIZATION"] = ""
    path = re.sub(r"\{(\w+)\}", lambda name: rows[name[1]], one.path)
    told = getattr(blind.client, one.method)(f"/api/v1{path}")
    assert told.status_code == 401
    assert told.json()["code"] == "key_missing"


GONE = "c" + "0" * 24


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if "{" in one.path], ids=lambda one: one.name
)
def test_what_is_not_there_is_not_found(
    one: Operation, rows: dict[str, str], superuser: User
) -> None:
    client = ApiClient(key_of(superuser))
    for value in (GONE, "x", "a" * 300, "%00", "..%2f"):
        assert asked(client, one, dict.fromkeys(rows, value)) in (404, 422), value


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if one.needs_match], ids=lambda one: one.name
)
def test_a_write_without_the_state_that_was_read_is_refused(
    one: Operation, rows: dict[str, str], superuser: User
) -> None:
    client = ApiClient(key_of(superuser))
    path = re.sub(r"\{(\w+)\}", lambda name: rows[name[1]], one.path)
    body = one.example if one.body else None
    client.ask(one.method, path, body)
    assert client.last.json()["code"] == "if_match_needed", one.name
    client.ask(one.method, path, body, {"If-Match": '"' + "0" * 32 + '"'})
    assert client.status == 412


BAD: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b"\xff\xfe",
    b'{"first_name": "\\u0000"}',
    b'{"first_name": "\\ud800"}',
    b'{"first_name": ' + b"9" * 400 + b"}",
    b"[" * 10_000,
    {"surprise": 1},
    {"first_name": {"a": []}, "source": 4, "tag_ids": "x"},
]


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if one.body], ids=lambda one: one.name
)
def test_a_body_that_makes_no_sense_is_refused(
    one: Operation, rows: dict[str, str], superuser: User
) -> None:
    client = ApiClient(key_of(superuser))
    path = re.sub(r"\{(\w+)\}", lambda name: rows[name[1]], one.path)
    bodies = [*BAD]
    for name, value in (one.example or {}).items():
        bodies += [
            {**one.example, name: bad}
            for bad in (None, [], {}, 10**30, -1, 1.5, "", "x" * 5_000, True)
            if bad != value
        ]
    for body in bodies:
        with transaction.atomic():
            client.ask(one.method, path, body, {"If-Match": "*"})
            transaction.set_rollback(True)
        assert client.status in {int(one.status), *statuses(one)}, f"{body!r}"[:200]
        assert client.status != 503, f"{body!r}"[:200]
    client.ask(one.method, path, {"surprise": 1}, {"If-Match": "*"})
    told = client.last.json()
    assert client.status == 422
    assert "surprise" in [error["field"] for error in told["errors"]]


def test_another_content_type_is_refused(rows: dict[str, str], superuser: User) -> None:
    client = ApiClient(key_of(superuser))
    told = client.client.post(
        "/api/v1/leads",
        "first_name=Ana",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {client.shown.secret.text}"},
    )
    assert (told.status_code, told.json()["code"]) == (415, "unsupported_media_type")


def test_an_address_of_nothing_and_a_wrong_method_are_problems(
    rows: dict[str, str], superuser: User
) -> None:
    client = ApiClient(key_of(superuser))
    assert client.get("/nothing")["code"] == "not_found"
    assert client.ask("put", "/leads", {})["code"] == "method_not_allowed"
    assert "GET" in client.last.headers["Allow"]
    assert client.last.headers["Content-Type"] == "application/problem+json"


def test_every_permission_of_an_operation_exists(db: None) -> None:
    known = {
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.select_related("content_type")
    }
    assert {name for one in OPERATIONS for name in one.permissions} <= known
