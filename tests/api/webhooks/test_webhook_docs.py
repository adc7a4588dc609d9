"""The chapter on webhooks: its payload, its events and its code."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from standardwebhooks import Webhook

from api.description.building import describe
from api.description.webhooks import EVENT_TYPES, example_of
from api.webhooks.event_types import EVENT_EXAMPLES, WEBHOOK_TYPES
from api.webhooks.sending import signed_headers
from connections.setting_up import new_secret

CHAPTER = (settings.BASE_DIR / "docs" / "api" / "webhooks.md").read_text()
BODY = '{"type":"lead.created","data":{"id":"é"}}'


def block(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", CHAPTER, re.DOTALL)
    assert match
    return match[1]


def test_the_chapter_names_every_event_with_its_words() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (.+) \|$", CHAPTER, re.MULTILINE)
    assert dict(rows) == {one.name: one.words for one in EVENT_TYPES}


def test_the_payload_is_the_example_of_the_description() -> None:
    assert json.loads(block("json")) == example_of(WEBHOOK_TYPES["lead.moved"])


def test_the_description_has_each_event_with_a_schema_that_its_example_fits() -> None:
    description = describe()
    assert set(description["webhooks"]) == {one.name for one in EVENT_TYPES}
    schemas = description["components"]["schemas"]
    for data, example in EVENT_EXAMPLES.items():
        schema = schemas[data.__name__]
        assert schema["additionalProperties"] is False
        assert set(example) == set(schema["required"])


def signed(secret: str) -> dict[str, str]:
    return signed_headers("msg_1", BODY, [Webhook(new_secret()), Webhook(secret)])


def test_the_python_example_verifies() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102
    secret = new_secret()
    assert names["take"](secret, signed(secret), BODY) == json.loads(BODY)
    assert names["take"](new_secret(), signed(secret), BODY) is None
    assert names["take"](secret, signed(secret), BODY + " ") is None


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js here")
def test_the_javascript_example_verifies() -> None:
    secret = new_secret()
    old = signed(secret) | {
        "webhook-timestamp": str(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()))
    }
    calls = [
        (secret, signed(secret), BODY),
        (new_secret(), signed(secret), BODY),
        (secret, signed(secret), BODY + " "),
        (secret, old, BODY),
    ]
    script = f"""{block("js")}
    const calls = {json.dumps(calls)};
    console.log(JSON.stringify(calls.map((one) => take(...one) !== null)));
    """
    done = subprocess.run(
        [str(shutil.which("node")), "-e", script],
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(done.stdout) == [True, False, False, False]
