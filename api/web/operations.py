"""What an operation of the API is, and what all of them have in common.

An operation is a function that gets a `Call` and what was sent, and returns an
`Answer`. Around it: whose key it is, its scope and the person's right, the body, the
transaction, the Idempotency-Key, the audit log and the form of the answer.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.security import HttpBearer

from api.ground.shaping import camel, chosen_fields, to_json
from api.idempotency.answering import KeptAnswer, SentFile, once
from api.keys.use import note_contacts, note_read, note_write
from api.web.calls import (
    CAMEL,
    JSON,
    ApiCall,
    open_call,
    read_body,
    refuse_unknown_parameters,
)
from api.web.problem_responses import as_problem
from medspa.audit.actors import acting
from medspa.web.answers import attachment

READING_METHODS = ("get",)
# Every operation takes these.
COMMON_PARAMETERS = frozenset({"fields", "case"})


@dataclass(frozen=True)
class Operation:
    """`scope` is what a key needs, `permissions` what its owner needs, all of them.

    `parameters` are the names in the query that it knows, `formats` JSON Schemas of
    those that take no other text; `needs_match` says that it refuses a write without
    If-Match; `fields` are the names of what it answers, `members` what a list has
    beside its rows. `other_answer` is what a row may be instead, `other_status` a
    second way to succeed. `files` are the content types of what is no JSON, `problems`
    statuses that only this operation has. The `example` is of the body, else of the
    answer; `body` is what the function takes.
    """

    name: str
    method: str
    path: str
    scope: str
    permissions: tuple[str, ...]
    summary: str
    words: str = ""
    tag: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Any] = field(default_factory=dict)
    needs_match: bool = False
    answer: Any = None
    is_list: bool = False
    members: Mapping[str, Any] = field(default_factory=dict)
    other_answer: Any = None
    status: int = HTTPStatus.OK
    other_status: int | None = None
    files: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()
    example: Any = None
    body: Any = None

    @property
    def is_write(self) -> bool:
        return self.method not in READING_METHODS

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.answer.model_fields) if self.answer else ()

    @property
    def known_parameters(self) -> frozenset[str]:
        return COMMON_PARAMETERS | frozenset(self.parameters)


class StrictParser(Parser):
    """The body was read before: `KeyAuth` checks it behind the key."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.api_body  # type: ignore[attr-defined]


OPERATIONS: dict[str, Operation] = {}
_views: dict[str, Callable[..., HttpResponseBase]] = {}

api = NinjaAPI(
    title="MedSpa Growth Hub API",
    version="1",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
)
for kind in (Exception, *api._exception_handlers):
    api.add_exception_handler(kind, as_problem)


class KeyAuth(HttpBearer):
    """Whether the key, its scope and its owner allow the operation, in this order."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.operation = operation

    def __call__(self, request: HttpRequest) -> ApiCall:
        call = open_call(request, self.operation.scope)
        for permission in self.operation.permissions:
            call.require(permission)
        refuse_unknown_parameters(request, self.operation.known_parameters)
        if self.operation.is_write:
            request.api_body = read_body(request)  # type: ignore[attr-defined]
        return call

    def authenticate(self, request: HttpRequest, token: str) -> None:
        raise NotImplementedError  # `__call__` does it all


def operation(described: Operation) -> Callable[[Callable[..., KeptAnswer]], Any]:
    """Register a function as an operation; its first parameter is the `ApiCall`."""
    if described.name in OPERATIONS:
        raise ValueError(f"{described.name}: there is such an operation")

    def register(function: Callable[..., KeptAnswer]) -> Callable[..., KeptAnswer]:
        taken = inspect.signature(function).parameters.get("body")
        body = taken.annotation if taken else None
        OPERATIONS[described.name] = replace(described, body=body)
        _views[described.name] = _view(described, function)
        return function

    return register


def give_addresses() -> None:
    """Once all are registered: `/leads/changes` comes before `/leads/{lead_id}`."""
    for one in sorted(OPERATIONS.values(), key=_place):
        api.api_operation(
            [one.method.upper()],
            one.path,
            auth=KeyAuth(one),
            operation_id=one.name,
            url_name=one.name,
            summary=one.summary,
            description=one.words,
            tags=[one.tag],
        )(_views[one.name])


def _place(one: Operation) -> list[bool]:
    """What takes any text comes last."""
    return [part.startswith("{") for part in one.path.split("/")]


def _view(
    described: Operation, function: Callable[..., KeptAnswer]
) -> Callable[..., HttpResponseBase]:
    @wraps(function)
    def view(request: HttpRequest, **sent: Any) -> HttpResponseBase:
        call: ApiCall = request.auth  # type: ignore[attr-defined]
        holder = call.holder
        reason = f"API key {holder.key.prefix}"
        with acting(holder.actor, user=holder.person, reason=reason):
            answer = _act(described, call, lambda: function(call, **sent))
        return _response(described, call, answer)

    signature = inspect.signature(function)
    _, *others = signature.parameters.values()
    first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    view.__signature__ = signature.replace(parameters=[first, *others])  # type: ignore[attr-defined]
    return view


def _act(
    described: Operation, call: ApiCall, function: Callable[[], KeptAnswer]
) -> KeptAnswer:
    if not described.is_write:
        answer = function()
        if call.contacts:
            note_contacts(call.holder, described.name, call.contacts)
        else:
            note_read(call.holder, described.name, call.subject)
        return answer

    def act() -> KeptAnswer:
        answer = function()
        note_write(call.holder, described.name, call.subject)
        return answer

    name = call.request.headers.get("Idempotency-Key")
    with transaction.atomic():
        if described.method != "post" or name is None:
            return act()
        return once(call.holder.key, name, _sent(call.request), act)


def _sent(request: HttpRequest) -> bytes:
    match = request.headers.get("If-Match", "")
    return f"{request.method} {request.get_full_path()} {match}\n".encode() + (
        request.body
    )


def _response(
    described: Operation, call: ApiCall, answer: KeptAnswer
) -> HttpResponseBase:
    headers = {}
    if answer.etag:
        headers["ETag"] = answer.etag
    if answer.location:
        headers["Location"] = answer.location
    if answer.is_replayed:
        headers["Idempotency-Replayed"] = "true"
    if answer.file:
        return _download(answer.file)
    if answer.data is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
    if not described.is_write and _is_known(call.request, answer.etag):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    data = chosen_fields(answer.data, call.query.get("fields", ""), described.fields)
    if call.query.get("case") == CAMEL:
        data = camel(data)
    return HttpResponse(
        to_json(data), content_type=JSON, status=answer.status, headers=headers
    )


def _download(file: SentFile) -> HttpResponseBase:
    headers = attachment(file.name) | {"Cache-Control": "no-store"}
    return StreamingHttpResponse(
        file.content, content_type=file.content_type, headers=headers
    )


def _is_known(request: HttpRequest, etag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    return bool(etag) and etag in [tag.strip() for tag in given.split(",")]
