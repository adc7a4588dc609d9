"""A request with a key: whose it is, and what it sends."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import models
from django.http import HttpRequest, UnreadablePostError

from api.ground.etags import require_match
from api.ground.problems import Problem
from api.ground.strict_json import read_json
from api.keys.checking import KeyHolder, count_request, find_holder

CAMEL = "camel"
JSON = "application/json"


@dataclass
class ApiCall:
    """One request with a key that works.

    `subject` is the row that the audit log names; `contacts` how many leads were
    answered with email and phone.
    """

    holder: KeyHolder
    request: HttpRequest
    subject: models.Model | None = None
    contacts: int = 0

    @property
    def person(self) -> Any:
        return self.holder.person

    @property
    def sees_contacts(self) -> bool:
        return self.holder.sees_contacts

    @property
    def query(self) -> Any:
        return self.request.GET

    def may(self, permission: str) -> bool:
        return bool(self.person.has_perm(permission))

    def require(self, permission: str) -> None:
        if not self.may(permission):
            raise PermissionDenied

    def require_match(self, data: Any) -> None:
        """Raises Problem unless If-Match names this state of the thing."""
        require_match(self.request.headers.get("If-Match", ""), data)


def open_call(request: HttpRequest, scope: str) -> ApiCall:
    """Whose key it is and whether it has the scope; raises Problem (401, 403, 429)."""
    asked = request.headers.get("Authorization", "")
    holder = find_holder(asked, request.META.get("REMOTE_ADDR", ""))
    request.api_headers = count_request(holder.key).headers  # type: ignore[attr-defined]
    if not holder.covers(scope):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "scope_missing",
            f"This key lacks the scope {scope}.",
            more={"scope": scope},
        )
    return ApiCall(holder, request)


def refuse_unknown_parameters(request: HttpRequest, known: frozenset[str]) -> None:
    """What would be ignored in silence elsewhere is refused by name."""
    for name, values in request.GET.lists():
        if name not in known:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "unknown_parameter",
                f"There is no parameter {name[:40]!r} here."
                f" Known: {', '.join(sorted(known))}.",
            )
        if any("\0" in value for value in values):
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid",
                f"{name}: text can't contain the character U+0000.",
            )
    if (case := request.GET.get("case")) not in (None, "snake", CAMEL):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid",
            f"case: choose snake or camel, not {str(case)[:20]!r}.",
        )


def read_body(request: HttpRequest) -> Any:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "The body is too large."
        ) from error
    except (ValueError, UnreadablePostError) as error:
        # A length that is no number, or a connection that ended in between.
        raise Problem(
            HTTPStatus.BAD_REQUEST, "bad_request", "The body can't be read."
        ) from error
    if not body:
        return None
    if request.content_type != JSON:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            f"Send the body as {JSON}.",
        )
    return read_json(body)
