"""How a connection reaches GoHighLevel: its client, and the `fetch` of translations."""

from collections.abc import Mapping
from typing import cast

import httpx
from django.conf import settings as django_settings

from connections.door import Fetch, no_fetch
from connections.gohighlevel.api.breaker import StoredBreaker
from connections.gohighlevel.api.client import (
    MOST_REQUEST_ATTEMPTS,
    Client,
    open_http,
)
from connections.gohighlevel.api.errors import RequestRefused, TokenRefused, Unavailable
from connections.gohighlevel.settings import GoHighLevelSettings
from connections.models import Connection
from connections.refusals import Parked, RetryLater
from connections.strict_json import JSON
from medspa.json_columns import parse_json


def settings_of(connection: Connection) -> GoHighLevelSettings:
    found = parse_json(GoHighLevelSettings, connection.settings_json, "settings_json")
    return cast(GoHighLevelSettings, found)


def client_of(
    connection: Connection,
    *,
    is_urgent: bool = True,
    most_attempts: int = MOST_REQUEST_ATTEMPTS,
    http: httpx.Client | None = None,
) -> Client:
    """Raises Parked without a token. Somebody who waits for a page gets one attempt."""
    token = connection.secret_values.get("token", "")
    if not token:
        raise Parked("This connection has no token for GoHighLevel.", "no_access")
    return Client(
        token=token,
        location=connection.account,
        http=http or open_http(django_settings.GOHIGHLEVEL_URL),
        versions=settings_of(connection).versions,
        is_urgent=is_urgent,
        most_attempts=most_attempts,
        breaker_store=StoredBreaker(connection, is_ignored=most_attempts == 1),
    )


def open_fetch(secrets: Mapping[str, str], account: str) -> Fetch:
    """Of a connection; without a token one that raises Parked."""
    if not (token := secrets.get("token", "")):
        return no_fetch
    return fetch_by(Client(token, account, open_http(django_settings.GOHIGHLEVEL_URL)))


def fetch_by(client: Client) -> Fetch:
    """Raises RetryLater, Parked when token or request was refused, NotThere."""

    def fetch(path: str) -> Mapping[str, JSON]:
        try:
            return client.get(path)
        except (TokenRefused, RequestRefused) as refusal:
            raise Parked(str(refusal), refusal.code) from refusal
        except Unavailable as refusal:
            raise RetryLater(str(refusal)) from refusal

    return fetch
