"""The description of the API as OpenAPI 3.1, made from its operations."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from api.description.webhooks import (
    describe_webhooks,
    event_schemas,
    with_contacts,
)
from api.ground.shaping import camel_name
from api.idempotency.answering import LONGEST_KEY
from api.registry import operations
from api.resources.values import LARGEST_PAGE
from api.web.operations import Operation

PATH_PARAMETER = re.compile(r"\{(\w+)\}")
REF = "#/components/schemas/{model}"
TEXT_SCHEMA: dict[str, Any] = {"type": "string"}
ID_SCHEMA = TEXT_SCHEMA | {"pattern": "^c[0-9a-z]{24}$"}
NAME_CASES = ["snake", "camel"]
# What parameters take that no operation describes itself.
FORMATS: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    **dict.fromkeys(("from", "to"), TEXT_SCHEMA | {"format": "date"}),
    **dict.fromkeys(("updated_since", "as_of"), TEXT_SCHEMA | {"format": "date-time"}),
}
DESCRIPTION_WORDS = """\
Leads, consults, payments and reports of a medical spa, under the same rules as its
pages.

**Keys.** Send `Authorization: Bearer msk_…`. A key has scopes and acts for a person: it
can never do more than that person. Without `contacts:read`, no response has an email or
a phone.

**Writes.** Changing something that exists requires `If-Match` with the `ETag` you
read, so that you never overwrite a change you haven't seen; `If-Match: *` overwrites
any state.

**Retries.** A POST with an `Idempotency-Key` is done once; sent again within a day, it
gets the same response with `Idempotency-Replayed: true`.

**Errors** are `application/problem+json` with a `code` that never changes, a sentence
in `detail`, and the `request_id` to find them in the logs. Unknown parameters and
fields are rejected by name.

**Pages.** Pass `next_cursor` to get the next page; rows added in between cause no
repeats or gaps.

**Webhooks.** Events can be sent to an address of your own instead of polling: an
administrator adds it under Settings, Webhooks. Each is signed as
[Standard Webhooks](https://www.standardwebhooks.com) describes.

**Names.** `?fields=id,first_name` returns only these; `?case=camel` returns camelCase.
"""
PROBLEMS = {
    400: "The body isn't JSON, or the cursor isn't valid.",
    401: "The key is missing, unknown, revoked, expired, or its owner can't sign in.",
    403: "The key lacks the scope, or its owner doesn't have permission.",
    404: "It doesn't exist, or the key can't see it.",
    409: "Not possible in the current state; `code` says why.",
    410: "It was there and has expired.",
    412: "It has changed since it was read.",
    413: "The body is too large.",
    415: "The body isn't `application/json`.",
    422: "A parameter or field is invalid; `errors` names each one.",
    428: "If-Match is missing.",
    429: "Too many requests; try again after `Retry-After` seconds.",
    503: "The database isn't responding; try again after `Retry-After` seconds.",
}
OF_ALL = (400, 401, 403, 404, 422, 429, 503)
OF_WRITES = (409, 413, 415)
OF_MATCHES = (412, 428)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs; never changes."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "in": {"type": "string"},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def statuses(one: Operation) -> list[int]:
    """Every status that an operation may answer with but its own."""
    found = {*OF_ALL}
    if one.is_write:
        found |= {*OF_WRITES}
    if one.needs_match:
        found |= {*OF_MATCHES}
    return sorted({*found, *map(int, one.problems)})


def describe() -> dict[str, Any]:
    """The whole description, in an order that stays."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations():
        paths.setdefault(f"/api/v1{one.path}", {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MedSpa Growth Hub API",
            "version": "1",
            "description": DESCRIPTION_WORDS,
        },
        "security": [{"key": []}],
        "paths": {path: paths[path] for path in sorted(paths)},
        "webhooks": describe_webhooks(REF),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Any]:
    models: dict[tuple[Any, Any], None] = {
        (model, mode): None
        for one in operations()
        for model, mode in (
            (one.answer, "serialization"),
            (one.other_answer, "serialization"),
            (one.body, "validation"),
        )
        if model
    }
    models |= {(model, "serialization"): None for model in event_schemas()}
    _, found = models_json_schema(list(models), ref_template=REF)
    schemas = with_contacts(found.get("$defs", {})) | {"Problem": PROBLEM}
    return {name: schemas[name] for name in sorted(schemas)}


def _operation(one: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "description": _words(one),
        "x-scope": one.scope,
        "parameters": list(_parameters(one)),
        "responses": _responses(one),
    }
    if one.body:
        content: dict[str, Any] = {"schema": _ref(one.body.__name__)}
        if one.example is not None:
            content["example"] = one.example
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": content},
        }
    return described


def _words(one: Operation) -> str:
    return "\n\n".join(filter(None, (one.words, f"Scope: `{one.scope}`.")))


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name in PATH_PARAMETER.findall(one.path):
        yield _parameter(name, "path", "", ID_SCHEMA, required=True)
    for name, words in one.parameters.items():
        schema = one.formats.get(name, FORMATS.get(name, TEXT_SCHEMA))
        yield _parameter(name, "query", words, schema, required="Required." in words)
    if one.answer:
        names = ", ".join(one.fields)
        yield _parameter(
            "fields", "query", f"Return only these, separated by commas: {names}."
        )
    words = "`snake` (as described) or `camel`."
    yield _parameter("case", "query", words, {"type": "string", "enum": NAME_CASES})
    if one.needs_match:
        words = "The ETag you read, or `*`."
        yield _parameter("If-Match", "header", words, required=True)
    if one.method == "post":
        words = "Any unique text: the same request is done only once."
        schema = TEXT_SCHEMA | {"minLength": 1, "maxLength": LONGEST_KEY}
        yield _parameter("Idempotency-Key", "header", words, schema)


def _parameter(
    name: str,
    place: str,
    words: str,
    schema: Mapping[str, Any] = TEXT_SCHEMA,
    *,
    required: bool = False,
) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": required,
        "schema": dict(schema),
        **({"description": words} if words else {}),
    }


def _responses(one: Operation) -> dict[str, Any]:
    found = {str(int(one.status)): _success(one)}
    if one.other_status:
        found[str(int(one.other_status))] = _success(one)
    if not one.is_write:
        found["304"] = {"description": "Nothing has changed since If-None-Match."}
    for status in statuses(one):
        schema = {"schema": _ref("Problem")}
        found[str(status)] = {
            "description": PROBLEMS[status],
            "content": {"application/problem+json": schema},
        }
    return {status: found[status] for status in sorted(found)}


def _success(one: Operation) -> dict[str, Any]:
    if one.status == 204:
        return {"description": "Done."}
    if one.files:
        file = {"schema": TEXT_SCHEMA}
        return {"description": "Done.", "content": dict.fromkeys(one.files, file)}
    schema: dict[str, Any] = {"type": "object"}
    if one.answer:
        schema = _ref(one.answer.__name__)
    if one.other_answer:
        schema = {"anyOf": [schema, _ref(one.other_answer.__name__)]}
    if one.is_list:
        schema = {
            "type": "object",
            "required": ["data", "next_cursor", *one.members],
            "properties": {
                "data": {"type": "array", "items": schema},
                "next_cursor": {"type": ["string", "null"]},
                **one.members,
            },
        }
    content: dict[str, Any] = {"schema": schema}
    if one.example is not None and not one.body:
        content["example"] = one.example
    answer = {"description": "Done.", "content": {"application/json": content}}
    links = _links(one)
    return answer | ({"links": links} if links else {})


def _links(one: Operation) -> dict[str, Any]:
    """What can be done next with the thing that was made, by its id and its ETag."""
    name = _parameter_of(one.answer) if one.method == "post" else ""
    if not name:
        return {}
    links = {}
    for other in operations():
        if PATH_PARAMETER.findall(other.path) == [name]:
            given = {name: "$response.body#/id"}
            if other.needs_match:
                given["header.If-Match"] = "$response.header.ETag"
            links[other.name] = {"operationId": other.name, "parameters": given}
    return dict(sorted(links.items()))


@cache
def _parameter_of(answer: Any) -> str:
    """The parameter of paths that takes the id of such things; empty if none does."""
    for one in operations():
        if one.method == "get" and one.path.endswith("}") and one.answer:
            *_, name = PATH_PARAMETER.findall(one.path)
            if isinstance(answer, type) and issubclass(answer, one.answer):
                return str(name)
    return ""


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(model=name)}


def field_mapping() -> list[tuple[str, str]]:
    """Every name in answers and what `?case=camel` makes of it, where that differs."""
    names = {name for one in operations() for name in one.fields}
    pairs = ((name, camel_name(name)) for name in sorted(names))
    return [(name, other) for name, other in pairs if name != other]
