"""Random requests to every operation, made from the description by schemathesis.

Half of them follow the description, half break it somewhere. Ids are those of rows that
exist as often as not, or nearly every request would end at 404.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis import Response as Answered
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.description.building import describe
from api.ground.shaping import to_json
from api.registry import operations
from tests.api.keys import ApiClient

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
NO_CASE: Any = type(schemathesis.core.NOT_SET)
# Headers that the client sends itself, or that no program sends.
OWN_HEADERS = {"authorization", "content-type", "content-length", "cookie", "host"}


EXAMPLES = {one.name: one.example for one in operations() if one.body and one.example}


@dataclass
class ApiFuzzer:
    """`rows` has an id for each name of a path; `failures` what no answer may be."""

    client: ApiClient
    rows: dict[str, str]
    failures: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    sent: str = ""

    def run(self, cases: int, number: int) -> None:
        """As many cases, the same for the same number."""
        found = list(_operations())
        each = max(1, cases // (2 * len(found)))
        for one in found:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self._try(one, mode, each, number)

    def _try(
        self, one: APIOperation, mode: GenerationMode, each: int, number: int
    ) -> None:
        @seed(number)
        @settings(
            max_examples=each,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(one.as_strategy(mode), st.integers(0, 3))
        def ask(case: Case, choice: int) -> None:
            self._ask(case, choice)

        ask()

    def _ask(self, case: Case, choice: int) -> None:
        if choice:
            names = case.path_parameters or {}
            case.path_parameters = {name: self.rows[name] for name in names}
            case.body = self._with_ids(case.body)
        if choice > 1 and "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = "*"
        with suppress(UnicodeEncodeError), transaction.atomic():
            answered = self.answer_of(case)
            transaction.set_rollback(True)
            self.check(case, answered)

    def answer_of(self, case: Case) -> Answered:
        """Send it; raises UnicodeEncodeError for what can't be sent."""
        headers = {
            name: text
            for name, text in (case.headers or {}).items()
            if name.lower() not in OWN_HEADERS and _can_be_sent(name, text)
        }
        path = case.formatted_path.removeprefix("/api/v1")
        if case.query:
            path += "?" + urlencode(case.query, doseq=True, errors="replace")
        body = None if isinstance(case.body, NO_CASE) else _as_bytes(case.body)
        self.client.ask(case.method.lower(), path, body, headers)
        self.statuses[self.client.status] += 1
        self.sent = f"{case.method} {path} {headers} {body!r}"
        return _answered(self.client.last, case.method, path)

    def check(self, case: Case, answered: Answered) -> None:
        checks = [*CHECKS]
        if not {"fields", "case"} & set(case.query or {}):
            checks.append(response_schema_conformance)
        try:
            case.validate_response(answered, checks=checks)
        except FailureGroup as group:
            self.failures += [
                f"{self.sent}: {answered.status_code} {answered.content[:300]!r}: {one}"
                for one in group.exceptions
            ]

    def run_linked(self, scenarios: int, number: int) -> None:
        """So many scenarios: each makes a thing and goes on with it by the links of
        the description.
        """
        fuzzer = self
        schema = schemathesis.openapi.from_dict(json.loads(to_json(describe())))

        class Scenario(schema.as_state_machine()):  # type: ignore[misc]
            def setup(self) -> None:
                self.taken_back = transaction.atomic()
                self.taken_back.__enter__()

            def teardown(self) -> None:
                transaction.set_rollback(True)
                self.taken_back.__exit__(None, None, None)

            def call(self, case: Case, **more: Any) -> Answered:
                # A random request seldom makes anything to go on with.
                name = case.operation.definition.raw["operationId"]
                if name in EXAMPLES:
                    case.body, case.query = EXAMPLES[name], {}
                    if case.headers:
                        case.headers.pop("Idempotency-Key", None)
                return fuzzer.answer_of(case)

            def validate_response(self, answered: Any, case: Case, **more: Any) -> None:
                fuzzer.check(case, answered)

        run_state_machine_as_test(
            seed(number)(Scenario),
            settings=settings(
                max_examples=scenarios,
                stateful_step_count=6,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )

    def _with_ids(self, body: Any) -> Any:
        """Ids of rows in the place of random ones."""
        match body:
            case dict():
                return {
                    name: self.rows.get(name, value)
                    if isinstance(value, str)
                    else self._with_ids(value)
                    for name, value in body.items()
                }
        return body


def _operations() -> Iterator[APIOperation]:
    schema = schemathesis.openapi.from_dict(json.loads(to_json(describe())))
    for result in schema.get_all_operations():
        yield result.ok()


def _as_bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return json.dumps(body, default=str).encode("utf-8", "replace")


def _can_be_sent(name: str, text: Any) -> bool:
    sent = f"{name}{text}"
    return sent.isprintable() and sent.isascii() and name.replace("-", "").isalnum()


def _answered(response: Any, method: str, path: str) -> Answered:
    headers = {name.lower(): [text] for name, text in response.headers.items()}
    asked = requests.Request(method, "http://testserver/").prepare()
    return Answered(
        status_code=response.status_code,
        headers=headers,
        content=response.content,
        request=asked,
        elapsed=0.001,
        verify=False,
    )
