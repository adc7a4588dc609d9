"""How the API says that something was not done: `application/problem+json`."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaErrors

from api.ground.problems import NOT_FOUND, Problem
from api.ground.shaping import to_json
from medspa.logs.trace import current_trace
from medspa.postgres.contention import refusal_of
from medspa.postgres.violations import constraint_of, sentence_of_violation
from medspa.refusals import Refused

PROBLEM_JSON = "application/problem+json"
# Refusals of services that are about what was sent or about nothing that is there.
STATUS_OF_REFUSAL = {
    "lead_deleted": HTTPStatus.NOT_FOUND,
    "deletion_refused": HTTPStatus.FORBIDDEN,
    "stage_retired": HTTPStatus.UNPROCESSABLE_ENTITY,
    "reason_needed": HTTPStatus.UNPROCESSABLE_ENTITY,
    "in_the_future": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_procedure": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_category": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_payment": HTTPStatus.UNPROCESSABLE_ENTITY,
    "amount_out_of_range": HTTPStatus.UNPROCESSABLE_ENTITY,
    "cost_out_of_range": HTTPStatus.UNPROCESSABLE_ENTITY,
    "file_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_period": HTTPStatus.UNPROCESSABLE_ENTITY,
}
UNAVAILABLE = "The database isn't responding. It's usually back within seconds."
FAULT = "Something went wrong. This is our fault, and it has been logged."
# What schemas of pydantic find → what programs read.
CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "wrong_type",
    "int_type": "wrong_type",
    "int_parsing": "wrong_type",
    "bool_type": "wrong_type",
    "list_type": "wrong_type",
    "model_type": "wrong_type",
    "dict_type": "wrong_type",
}

logger = logging.getLogger("django.request")


def problem_response(
    status: int,
    code: str,
    sentence: str,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    data = {
        "type": f"/api/v1/problems#{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": sentence,
        "request_id": current_trace(),
        **(more or {}),
    }
    return HttpResponse(
        to_json(data), content_type=PROBLEM_JSON, status=status, headers=headers
    )


def response_of(error: BaseException) -> HttpResponse:
    """The answer to what an operation raised."""
    match error:
        case Problem():
            return problem_response(
                error.status, error.code, error.sentence, error.more, error.headers
            )
        case Refused():
            return _refused(error)
        case ValidationError():
            return _invalid(error)
        case SchemaErrors():
            return _does_not_fit(error)
        case HttpError():
            return problem_response(error.status_code, "bad_request", error.message)
        case AuthenticationError():
            return problem_response(
                HTTPStatus.UNAUTHORIZED, "key_missing", "Send an API key."
            )
        case PermissionDenied():
            return problem_response(
                HTTPStatus.FORBIDDEN,
                "not_allowed",
                "The person this key acts for doesn't have permission.",
            )
        case Http404():
            return problem_response(HTTPStatus.NOT_FOUND, "not_found", NOT_FOUND)
    return _fault(error)


def _refused(refusal: Refused) -> HttpResponse:
    usual = STATUS_OF_REFUSAL.get(refusal.code, HTTPStatus.CONFLICT)
    status = getattr(refusal, "status", usual)
    headers = {"Retry-After": "1"} if refusal.code in ("busy", "took_too_long") else {}
    more: dict[str, Any] = {}
    if people := getattr(refusal, "people", ()):
        more["lead_ids"] = [known.lead.pk for known in people]
    if field := getattr(refusal, "field", ""):
        more["errors"] = [_error(field, refusal.code, refusal.sentence)]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem_response(status, refusal.code, refusal.sentence, more, headers)


def _invalid(error: ValidationError) -> HttpResponse:
    by_field = error.message_dict if hasattr(error, "error_dict") else {}
    errors = [
        _error("" if name == "__all__" else name, "invalid", sentence)
        for name, sentences in (by_field or {"": error.messages}).items()
        for sentence in sentences
    ]
    return _unprocessable(errors)


def _does_not_fit(error: SchemaErrors) -> HttpResponse:
    errors = []
    for found in error.errors:
        kind, (place, *path) = found["type"], found["loc"]
        name = ".".join(str(part) for part in path if part not in ("body", "given"))
        code = CODES.get(kind, "invalid")
        sentence = found["msg"].removeprefix("Value error, ")
        if code == "unknown_field":
            sentence = f"There is no field {name[:60]!r} here."
        errors.append(_error(name, code, sentence, place))
    return _unprocessable(errors)


def _error(field: str, code: str, sentence: str, place: str = "body") -> dict[str, Any]:
    return {"in": place, "field": field, "code": code, "detail": sentence}


def _unprocessable(errors: list[dict[str, Any]]) -> HttpResponse:
    first = errors[0]
    name = f"{first['field']}: " if first["field"] else ""
    return problem_response(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        f"{name}{first['detail']}",
        {"errors": errors},
    )


def _fault(error: BaseException) -> HttpResponse:
    if busy := refusal_of(error):
        return _refused(busy)
    if isinstance(error, OperationalError | InterfaceError):
        return problem_response(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "database_unavailable",
            UNAVAILABLE,
            headers={"Retry-After": "5"},
        )
    if isinstance(error, DataError):
        return problem_response(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "A value can't be stored."
        )
    if sentence := sentence_of_violation(error):
        # The constraint holds; that nothing asked before should be mended.
        logger.warning("Only the database refused: %s", constraint_of(error))
        return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", sentence)
    logger.error("API failed", exc_info=error)
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", FAULT)


def as_problem(request: HttpRequest, exception: Any) -> HttpResponse:
    """For ninja's handlers."""
    return response_of(exception)
