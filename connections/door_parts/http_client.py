"""Reading an object of another system by HTTP: with time-outs and a size.

Nothing of an answer is in an error or a log: it holds names and contacts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import httpx

from connections import strict_json
from connections.refusals import DeliveryRefused, Parked, RetryLater

# Connecting, reading, writing and waiting for a free connection, in seconds.
HTTP_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_ANSWER_BYTES = strict_json.MOST_BODY_BYTES
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
NO_ACCESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

Json = dict[str, strict_json.JSON]


@dataclass(frozen=True)
class Api:
    """Where a system answers, and the headers that show who asks."""

    base_url: str
    headers: Mapping[str, str] = field(repr=False)

    def at(self, base_url: str) -> "Api":
        """The same at another address."""
        return replace(self, base_url=base_url)


def fetch_from(
    api: Api, *, most_bytes: int = MOST_ANSWER_BYTES, list_name: str = ""
) -> Callable[[str], Json]:
    """Reads a path of the API; raises RetryLater, or Parked for what a person mends.

    Redirects are not followed: a token goes to no other host. An answer that is a list
    is an object with it as `list_name`, where that is given, and else can't be read.
    """
    http = httpx.Client(
        base_url=api.base_url,
        headers=dict(api.headers),
        timeout=HTTP_TIMEOUT,
        follow_redirects=False,
    )

    def fetch(path: str) -> Json:
        try:
            with http.stream("GET", path) as answer:
                _check(answer.status_code)
                return _parsed(_body(answer, most_bytes), most_bytes, list_name)
        except httpx.TransportError:
            raise RetryLater("The other system can't be reached.") from None

    return fetch


def _check(status: int) -> None:
    if status in GONE:
        raise Parked("It doesn't exist in the other system, or no longer.", "gone")
    if status in NO_ACCESS:
        raise Parked(
            "The other system refused access: it was revoked, or a right is missing.",
            "no_access",
        )
    if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RetryLater(f"The other system answered {status}.")
    if status != HTTPStatus.OK:
        raise Parked(f"The other system answered {status}.", "refused_there")


def _body(answer: httpx.Response, most_bytes: int) -> bytes:
    """The whole body; no more than `most_bytes` are ever read of it."""
    found = bytearray()
    for part in answer.iter_bytes():
        found += part
        if len(found) > most_bytes:
            raise Parked("The other system's response is too large.", "unreadable")
    return bytes(found)


def _parsed(body: bytes, most_bytes: int, list_name: str) -> Json:
    try:
        found = strict_json.parse(body, most_bytes)
    except DeliveryRefused:
        found = None
    if isinstance(found, list) and list_name:
        return {list_name: found}
    if not isinstance(found, dict):
        raise Parked("The other system's response can't be read.", "unreadable")
    return found
