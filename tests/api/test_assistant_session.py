"""A whole session of a real MCP client against a server on this computer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from mcp import Client, MCPError
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
from pytest_django.live_server_helper import LiveServer

from leads.models import Activity
from tests.api.keys import key_of
from tests.factories import LeadFactory
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def address(committed: None) -> Iterator[str]:
    server = LiveServer("127.0.0.1:0")
    yield f"{server.url}{reverse('assistants')}"
    server.stop()


async def _session(address: str, key: str, lead_id: str, mode: Any) -> list[Any]:
    """Look around, find a lead, preview a call, confirm it twice."""
    headers = {"Authorization": f"Bearer {key}"}
    async with create_mcp_http_client(headers=headers) as http:
        transport = streamable_http_client(address, http_client=http)
        async with Client(transport, mode=mode) as client:
            tools = await client.list_tools()
            found = await client.call_tool("find_lead", {"query": "Zelda"})
            asked = {"lead_id": lead_id, "kind": "call", "outcome": "answered"}
            preview = await client.call_tool("log_outcome", asked)
            answers = [
                {tool.name: tool for tool in tools.tools},
                found.structured_content,
                preview.structured_content,
            ]
            asked["confirmation"] = answers[-1]["confirmation"]
            for _ in range(2):
                done = await client.call_tool("log_outcome", asked)
                answers.append(done.structured_content)
            return answers


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_finds_a_lead_and_logs_a_call(address: str, mode: str) -> None:
    lead = LeadFactory(admitted=True, first_name="Zelda")
    manager = make_person("manager", "Manager")
    shown = key_of(manager, ("assistant:write",))
    told = asyncio.run(_session(address, shown.secret.text, lead.pk, mode))
    tools, found, preview, *done = told
    assert tools["find_lead"].annotations.read_only_hint
    assert not tools["log_outcome"].annotations.read_only_hint
    assert [one["id"] for one in found["leads"]] == [lead.pk]
    assert preview["status"] == "previewed"
    assert [one["status"] for one in done] == ["done", "done"]
    call = Activity.objects.get(type="call")
    assert call.created_by == manager


def test_a_client_without_a_key_gets_no_session(address: str) -> None:
    with pytest.raises((MCPError, ExceptionGroup)):
        asyncio.run(_session(address, "msk_none", "", "auto"))
