"""The recipes of the documentation, each sent as it stands there."""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from medspa.models import User
from tests.api.keys import key_of
from tests.factories import StageFactory

RECIPES = settings.BASE_DIR / "docs" / "api" / "recipes.md"
BLOCK = re.compile(r"```sh\n(.*?)\n# (\d{3})(?: saves (\w+) as (\w+))?\n```", re.DOTALL)
SITE = "https://testserver"


@dataclass(frozen=True)
class Recipe:
    command: str
    status: int
    saves: str
    name: str


def recipes() -> list[Recipe]:
    return [
        Recipe(command, int(status), saves, name)
        for command, status, saves, name in BLOCK.findall(RECIPES.read_text())
    ]


def send(client: Client, command: str, known: dict[str, str]) -> Any:
    """What curl would send, by Django's client."""
    text = re.sub(r"\$(\w+)", lambda name: known[name[1]], command)
    # A tag has quotes of its own, which a shell would take from a variable as it is.
    words = iter(shlex.split(text.replace("\\\n", " ")))
    assert next(words) == "curl"
    method, address, body, headers = "GET", "", "", {}
    for word in words:
        match word:
            case "-s" | "-i":
                pass
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = known["ETAG"] if name == "If-Match" else value
            case "-d":
                body = next(words)
            case _:
                assert word.startswith(SITE)
                address = word.removeprefix(SITE)
    kind = headers.pop("Content-Type", "application/json")
    return client.generic(method, address, body, content_type=kind, headers=headers)


def test_every_block_of_the_page_is_a_recipe() -> None:
    assert len(recipes()) == RECIPES.read_text().count("```sh") > 10


@pytest.mark.django_db
def test_the_recipes_do_what_they_say(client: Client, manager: User) -> None:
    StageFactory(name="New")
    known = {"SITE": SITE, "KEY": key_of(manager).secret.text, "ETAG": ""}
    for recipe in recipes():
        answer = send(client, recipe.command, known)
        assert answer.status_code == recipe.status, (recipe.command, answer.content)
        if recipe.saves == "ETag":
            known["ETAG"] = answer.headers["ETag"]
        elif recipe.saves:
            known[recipe.name] = json.loads(answer.content)[recipe.saves]
