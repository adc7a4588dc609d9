"""An assistant for tests: calls tools as a client of 2025 does, in-process."""

import json
from typing import Any

from django.test import Client
from django.urls import reverse

from api.keys.making import ShownOnce


class Assistant:
    """Calls tools with a key; `last` is the last response."""

    def __init__(self, shown: ShownOnce) -> None:
        self.shown = shown
        self.client = Client(raise_request_exception=False)
        self.last: Any = None

    def ask(self, method: str, params: Any = None, **headers: str) -> Any:
        """The whole JSON-RPC answer."""
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        sent = {"Authorization": f"Bearer {self.shown.secret.text}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        self.last = self.client.post(
            reverse("assistants"),
            json.dumps(message),
            content_type="application/json",
            headers=sent,
        )
        return self.last.json()

    def call(self, tool: str, **arguments: Any) -> Any:
        """What the tool answers, or the sentence why it didn't."""
        told = self.ask("tools/call", {"name": tool, "arguments": arguments})
        if "error" in told:
            return told["error"]["message"]
        result = told["result"]
        if result["isError"]:
            return result["content"][0]["text"]
        return result["structuredContent"]

    @property
    def tools(self) -> set[str]:
        told = self.ask("tools/list")
        return {tool["name"] for tool in told["result"]["tools"]}
