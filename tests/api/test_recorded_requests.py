"""Programs written for an earlier release are answered as they were.

`python -m tests.api.record VERSION` writes a release's requests and answers.
"""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from api.registry import operations
from medspa import clock
from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.api.recording import RecordingClient, Replay, Step
from tests.api.test_lead_life import life_by_api
from tests.api.test_recipes import SITE, recipes, send
from tests.factories import ProcedureFactory, StageFactory, TagFactory

pytestmark = pytest.mark.slow

RECORDED = Path(__file__).parent / "recorded"
RELEASE = os.environ.get("API_RECORD_RELEASE", "")


class World:
    """A clinic with what recorded requests name and no API operation makes."""

    def __init__(self, manager: User) -> None:
        self.manager = manager
        self.shown = key_of(manager)
        self.stages = [
            StageFactory(name=name, order=order)
            for order, name in enumerate(("New", "Called"), 1)
        ]
        self.booked = StageFactory(name="Booked", order=3, records_kpi="consult_booked")
        self.tag = TagFactory(name="VIP")
        self.procedure = ProcedureFactory(code="LIPS", name="Lips")
        self.when = clock.now().replace(microsecond=0) + timedelta(days=3)

    @property
    def values(self) -> dict[str, str]:
        return {
            "key": self.shown.secret.text,
            "manager": self.manager.pk,
            "stage new": self.stages[0].pk,
            "stage called": self.stages[1].pk,
            "stage booked": self.booked.pk,
            "tag": self.tag.pk,
            "when": self.when.isoformat(),
        }


def record(world: World) -> list[Step]:
    """The recipes of the documentation, a lead's life, every list, and its pages."""
    client = RecordingClient(world.values)
    known = {"SITE": SITE, "KEY": world.shown.secret.text, "ETAG": ""}
    for recipe in recipes():
        answer = send(client, recipe.command, known)
        if recipe.saves == "ETag":
            known["ETAG"] = answer.headers["ETag"]
        elif recipe.saves:
            known[recipe.name] = json.loads(answer.content)[recipe.saves]
    api = ApiClient(world.shown, client)
    lead = life_by_api(api, world.manager, world.stages, *_things(world))
    for part in ("activities", "tasks", "tags", "opportunity"):
        api.get(f"/leads/{lead.pk}/{part}")
    for one in operations():
        if not one.is_write and "{" not in one.path:
            api.get(one.path)
    page = api.get("/leads?limit=1&order=newest")
    api.get(f"/leads?limit=1&order=newest&cursor={page['next_cursor']}")
    api.get("/leads/nobody")
    api.post("/leads", {"first_name": 1})
    return client.steps


def _things(world: World) -> tuple[Any, Any, Any]:
    return world.tag, world.procedure, world.when


def differences(steps: list[Step], world: World) -> list[str]:
    replay = Replay.in_world(world.values)
    replay.run(steps)
    return replay.differences


def test_what_is_recorded_is_answered_so_again(manager: User) -> None:
    with transaction.atomic():
        steps = record(World(manager))
        transaction.set_rollback(True)
    assert len(steps) > 40
    found = differences(steps, World(manager))
    assert not found, "\n".join(found)
    if RELEASE:
        text = json.dumps(steps, indent=1, ensure_ascii=False)
        (RECORDED / f"{RELEASE}.json").write_text(text + "\n")


@pytest.mark.parametrize(
    "path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem
)
def test_requests_of_a_release_are_answered_as_then(path: Path, manager: User) -> None:
    assert differences(json.loads(path.read_text()), World(manager)) == []


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, "x.b has disappeared"),
        ({"a": 1}, {"a": 1, "b": 2}, ""),
        ({"a": 1}, {"a": "1"}, "x.a was 1 and is '1'"),
        ({"a": 1}, {"a": None}, "x.a was 1 and is None"),
        ({"a": True}, {"a": 1}, "x.a was True and is 1"),
        ([1], [1, 2], ""),
        ([1, 2], [1], "x was [1, 2] and is [1]"),
        (["<moment>"], ["2026-11-27T21:00:00Z"], ""),
        (["<moment>"], ["yesterday"], "x[0] was '<moment>' and is 'yesterday'"),
        (["<id 1>", "<id 1>"], ["c" + "0" * 24, "c" + "0" * 24], ""),
        (
            ["<id 1>", "<id 1>"],
            ["c" + "0" * 24, "c" + "1" * 24],
            f"x[1] was '<id 1>' and is 'c{'1' * 24}'",
        ),
        ("Nobody", "<text>", "x was 'Nobody' and is '<text>'"),
        ("<text>", "Nobody", ""),
        (200, 201, "x was 200 and is 201"),
    ],
)
def test_what_a_program_would_notice_is_a_difference(
    then: Any, now: Any, told: str
) -> None:
    replay = Replay({})
    replay.compare("x", then, now)
    assert replay.differences == ([told] if told else [])
