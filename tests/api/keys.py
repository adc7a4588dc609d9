"""Keys for tests, and a client that sends one."""

import json
from collections.abc import Mapping
from typing import Any

from django.test import Client

from api.keys.making import NewKey, ShownOnce, make_key
from api.keys.scopes import SCOPES
from medspa.models import User

ALL_SCOPES = SCOPES
# The email of the lead of `api_rows`.
SECRET = "zelda@example.com"


def key_of(
    person: User, scopes: tuple[str, ...] = ALL_SCOPES, **more: Any
) -> ShownOnce:
    """A key that acts for the person."""
    return make_key(NewKey("Test", person, scopes, **more), person)


class ApiClient:
    """Sends JSON with a key; `last` is the last response, `etag` that of a read."""

    def __init__(self, shown: ShownOnce, client: Client | None = None) -> None:
        self.shown = shown
        self.client = client or Client(raise_request_exception=False)
        self.last: Any = None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The parsed answer."""
        sent = {"Authorization": f"Bearer {self.shown.secret.text}"} | dict(
            headers or {}
        )
        more = {}
        if method != "get":
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent_body = b"" if body is None else text
            more = {"data": sent_body, "content_type": "application/json"}
        self.last = getattr(self.client, method)(f"/api/v1{path}", headers=sent, **more)
        return self.last.json() if self.last.content else None

    @property
    def status(self) -> int:
        return int(self.last.status_code)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, headers=_named(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("post", path, body, _named(headers))

    def write(self, method: str, path: str, body: Any = None, etag: str = "") -> Any:
        """With the ETag of what is at the path now, or the one given."""
        if not etag:
            self.get(path)
            etag = self.last.headers["ETag"]
        return self.ask(method, path, body, {"If-Match": etag})


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): text for name, text in headers.items()}
