"""Recording what the API answers, and telling whether a later version still does.

A recording is a list of requests with their answers. Ids, moments and what else differs
from run to run stand in it as `<id 3>` or `<moment>`; what a request takes from an
earlier answer has the same name in both.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.test.client import FakePayload

from medspa.ids import CUID

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
ETAG = re.compile(r'"[0-9a-f]{32}"')
# Named by what they are, so that a later value of the same form is as good.
ANY_MOMENT, ANY_DAY, ANY_TEXT = "<moment>", "<day>", "<text>"
FORMS = {ANY_MOMENT: MOMENT, ANY_DAY: DAY}
# Of `<id 3>`: what has to be in its place, the same one at each place.
NUMBERED = {"id": CUID, "etag": ETAG, "cursor": re.compile(r"\S+")}
PLACE = re.compile(r"(<[a-z]+(?: [a-z0-9]+)?>)")
WHOLE_ID = re.compile(rf"\b{CUID.pattern}\b")
# Sentences for people, and what names one request.
TEXTS = {"detail", "title", "request_id"}
SENT_HEADERS = ("HTTP_AUTHORIZATION", "HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH")
ANSWERED_HEADERS = (
    "Content-Type",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit-Limit",
    "Retry-After",
)
Step = dict[str, Any]


class RecordingClient(Client):
    """Keeps each request with its answer in `steps`."""

    def __init__(self, world: dict[str, str]) -> None:
        super().__init__()
        self.names = {value: f"<{name}>" for name, value in world.items()}
        self.counts = dict.fromkeys(NUMBERED, 0)
        self.steps: list[Step] = []

    def request(self, **request: Any) -> Any:
        body = b""
        if "wsgi.input" in request:
            body = request["wsgi.input"].read()
            request["wsgi.input"] = FakePayload(body)
        sent = {
            "method": request["REQUEST_METHOD"],
            "path": request["PATH_INFO"],
            "query": request.get("QUERY_STRING", ""),
            "headers": {
                name: request[name] for name in SENT_HEADERS if name in request
            },
            "body": body.decode(),
        }
        named = json.loads(self._named(json.dumps(sent)))
        response = super().request(**request)
        content = json.loads(response.content) if response.content else None
        self.steps.append(
            {
                "request": named,
                "status": response.status_code,
                "headers": {
                    name: self._value(name, response.headers[name])
                    for name in ANSWERED_HEADERS
                    if name in response.headers
                },
                "body": self._value("", content),
            }
        )
        return response

    def _value(self, name: str, value: Any) -> Any:
        match value:
            case dict():
                return {key: self._value(key, each) for key, each in value.items()}
            case list():
                return [self._value(name, each) for each in value]
            case str():
                return self._text(name, value)
        return value

    def _text(self, name: str, value: str) -> str:
        if value in self.names:
            return self.names[value]
        if name in TEXTS:
            return ANY_TEXT
        for form, pattern in FORMS.items():
            if pattern.fullmatch(value):
                return form
        if name == "next_cursor":
            return self._number("cursor", value)
        if ETAG.fullmatch(value):
            return self._number("etag", value)
        for one in WHOLE_ID.findall(value):
            self._number("id", one)
        return self._named(value)

    def _number(self, kind: str, value: str) -> str:
        if value not in self.names:
            self.counts[kind] += 1
            self.names[value] = f"<{kind} {self.counts[kind]}>"
        return self.names[value]

    def _named(self, text: str) -> str:
        """The text with a name in the place of each known value."""
        for value, name in self.names.items():
            written = json.dumps(value)[1:-1]
            text = text.replace(written, name).replace(value, name)
        return text


def _numbered(place: str) -> re.Pattern[str] | None:
    """What may stand in the place of `<id 3>`; None for any other text."""
    return NUMBERED.get(place[1:].partition(" ")[0])


@dataclass
class Replay:
    """Asks again what was recorded; `differences` are what a program would notice."""

    known: dict[str, str]
    differences: list[str] = field(default_factory=list)

    @classmethod
    def in_world(cls, world: dict[str, str]) -> "Replay":
        return cls({f"<{name}>": value for name, value in world.items()})

    def run(self, steps: list[Step]) -> None:
        for number, step in enumerate(steps, 1):
            sent = step["request"]
            where = f"{number}. {sent['method']} {sent['path']}"
            response = self._ask(sent)
            self.compare(f"{where}: status", step["status"], response.status_code)
            for name, value in step["headers"].items():
                self.compare(f"{where}: {name}", value, response.headers.get(name))
            content = json.loads(response.content) if response.content else None
            self.compare(where, step["body"], content)

    def _ask(self, sent: dict[str, Any]) -> Any:
        headers = {name: self._filled(text) for name, text in sent["headers"].items()}
        path = self._filled(sent["path"])
        query = self._filled(sent["query"])
        return Client().generic(
            sent["method"],
            f"{path}?{query}" if query else path,
            self._filled(sent["body"]).encode(),
            content_type="application/json",
            **headers,
        )

    def _filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace(name, value)
        return text

    def compare(self, where: str, then: Any, now: Any) -> None:
        """More fields than then are no difference."""
        match then:
            case dict() if isinstance(now, dict):
                for name, value in then.items():
                    if name in now:
                        self.compare(f"{where}.{name}", value, now[name])
                    else:
                        self.differences.append(f"{where}.{name} has disappeared")
            case list() if isinstance(now, list) and len(now) >= len(then):
                for number, value in enumerate(then):
                    self.compare(f"{where}[{number}]", value, now[number])
            case str() if isinstance(now, str) and self._is_as_then(then, now):
                pass
            case _ if type(then) is not type(now) or then != now:
                self.differences.append(f"{where} was {then!r} and is {now!r}")

    def _is_as_then(self, then: str, now: str) -> bool:
        if then == ANY_TEXT:
            return bool(now)
        if then in FORMS:
            return bool(FORMS[then].fullmatch(now))
        pattern, unknown = "", []
        for part in PLACE.split(then):
            if part in self.known:
                pattern += re.escape(self.known[part])
            elif _numbered(part):
                pattern += f"({_numbered(part).pattern})"
                unknown.append(part)
            else:
                pattern += re.escape(part)
        match = re.fullmatch(pattern, now)
        if match:
            self.known |= dict(zip(unknown, match.groups(), strict=True))
        return match is not None
