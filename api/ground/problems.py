"""Problems: what was not done and why, as RFC 9457 has them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from medspa.refusals import Refused


class Problem(Refused):
    """Nothing was done. `code` is for programs, the sentence for people.

    `more` are further members of the answer, `headers` further headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence, code)
        self.status = int(status)
        self.more = dict(more or {})
        self.headers = dict(headers or {})


NOT_FOUND = "This doesn't exist, or this key can't see it."


def not_found() -> Problem:
    """For what isn't there and for what the key may not see: nobody can tell which."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", NOT_FOUND)
