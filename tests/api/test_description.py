"""The description of the API: current, whole, and changed only with an announcement."""

import copy
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from api.description.breaking import breaking_changes, unannounced
from api.description.building import describe
from api.description.files import COMMITTED, description_text
from api.keys.scopes import (
    ASSISTANT_READS,
    ASSISTANT_WRITES,
    CONTACTS_SCOPE,
    SCOPES,
)
from api.registry import operations


@pytest.fixture
def old() -> Any:
    return json.loads(COMMITTED.read_text())


def test_the_committed_description_is_current() -> None:
    assert COMMITTED.read_text() == description_text(), "run manage.py api_description"


def test_every_operation_says_what_it_needs_and_what_it_answers() -> None:
    description = describe()
    for one in operations():
        described = description["paths"][f"/api/v1{one.path}"][one.method]
        assert one.scope in SCOPES
        assert one.summary and one.tag
        assert {"401", "403", "404", "422", "429", "503"} <= set(described["responses"])
        assert bool(one.body) == ("requestBody" in described)
        if one.is_write and one.method != "post":
            assert one.needs_match


def test_every_scope_opens_something() -> None:
    opened = {one.scope for one in operations()}
    assistants = {ASSISTANT_READS, ASSISTANT_WRITES}
    assert opened | assistants | {CONTACTS_SCOPE} == set(SCOPES)


BREAKS = {
    "GET /api/v1/tags is gone.": lambda new: new["paths"].pop("/api/v1/tags"),
    "GET /api/v1/leads has no parameter source anymore.": lambda new: new["paths"][
        "/api/v1/leads"
    ]["get"]["parameters"].remove(
        next(
            one
            for one in new["paths"]["/api/v1/leads"]["get"]["parameters"]
            if one["name"] == "source"
        )
    ),
    "LeadAnswer has no first_name anymore.": lambda new: new["components"]["schemas"][
        "LeadAnswer"
    ]["properties"].pop("first_name"),
    "TagAnswer.name is of another type.": lambda new: new["components"]["schemas"][
        "TagAnswer"
    ]["properties"]["name"].update(type="integer"),
    "MoveBody requires at.": lambda new: new["components"]["schemas"]["MoveBody"][
        "required"
    ].append("at"),
    "GET /api/v1/stages needs the scope tags:read.": lambda new: new["paths"][
        "/api/v1/stages"
    ]["get"].update({"x-scope": "tags:read"}),
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_a_breaking_change_needs_a_line_in_the_changelog(
    sentence: str, old: Any
) -> None:
    new = copy.deepcopy(old)
    BREAKS[sentence](new)
    changes = breaking_changes(old, new)
    assert sentence in changes
    assert sentence in unannounced(changes, "")
    announced = "\n".join(f"- API: {change}" for change in changes)
    assert unannounced(changes, announced) == []


def test_what_is_added_breaks_nothing(old: Any) -> None:
    assert breaking_changes(old, describe()) == []
    less = copy.deepcopy(old)
    del less["paths"]["/api/v1/tags"]
    del less["components"]["schemas"]["LeadAnswer"]["properties"]["first_name"]
    assert breaking_changes(less, old) == []


def test_anybody_reads_the_documentation(client: Client, db: None) -> None:
    page = client.get(reverse("api_docs")).content.decode()
    for one in operations():
        assert f'id="{one.name}"' in page
    assert "<script" not in page
    assert "https://cdn" not in page
    told = client.get(reverse("api_openapi")).json()
    assert told["openapi"] == "3.1.0"
