"""Delivering all the time, in a thread of the worker beside its jobs.

Each endpoint has rounds of its own: one that answers slowly holds up no other. Whatever
happens here, what was claimed is due again after its lease.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from api.webhooks.endpoint import WebhookEndpoint
from api.webhooks.outbox import relay
from api.webhooks.sender import WebhookSender
from api.webhooks.sending import SignedRequest, claim, endpoints_with_work, record
from medspa.clinic.current import clinic_scope

log = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_WITHOUT_ENDPOINTS = 5.0
SECONDS_TO_END = 3.0
DATABASE_ERRORS = (OperationalError, InterfaceError)

Found = TypeVar("Found")
MustEnd = Callable[[], bool]


def keep_delivering(must_end: MustEnd) -> None:
    """Until it must end."""
    asyncio.run(Dispatcher(must_end).run())


def look() -> list[str]:
    """Make events of what is new in history; the endpoints that have work."""
    relay()
    return endpoints_with_work()


class Dispatcher:
    """Relays history and starts rounds of endpoints that have work."""

    def __init__(self, must_end: MustEnd, sender: WebhookSender | None = None) -> None:
        self.must_end = must_end
        self.sender = sender or WebhookSender(allows_loopback=settings.WEBHOOK_LOOPBACK)
        # One thread, and so one connection to the database.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._rounds: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        async with self.sender:
            try:
                while not self.must_end():
                    await self._look()
                    await self._wait()
            finally:
                await self._end()

    async def work_off(self) -> None:
        """Until nothing is due; for tests and measuring."""
        async with self.sender:
            try:
                while due := await self._ask(look):
                    for endpoint_id in due:
                        await self._deliver(endpoint_id)
            finally:
                await self._end()

    async def _look(self) -> None:
        try:
            due = await self._ask(look)
        except DATABASE_ERRORS as error:
            log.warning("Webhooks wait for the database: %s", type(error).__name__)
            return
        for endpoint_id in due:
            if endpoint_id not in self._rounds:
                task = asyncio.create_task(self._deliver(endpoint_id))
                self._rounds[endpoint_id] = task
                task.add_done_callback(partial(self._ended, endpoint_id))

    def _ended(self, endpoint_id: str, task: asyncio.Task[None]) -> None:
        del self._rounds[endpoint_id]

    async def _wait(self) -> None:
        is_idle = not self._rounds and not await self._ask(_has_endpoints)
        left = SECONDS_WITHOUT_ENDPOINTS if is_idle else SECONDS_BETWEEN_LOOKS
        while left > 0 and not self.must_end():
            await asyncio.sleep(0.25)
            left -= 0.25

    async def _deliver(self, endpoint_id: str) -> None:
        """Rounds of one endpoint until nothing of it is due."""
        try:
            while not self.must_end():
                messages = await self._ask(lambda: claim(endpoint_id))
                if not messages:
                    return
                await self._round(endpoint_id, messages)
        except Exception:  # the other endpoints go on
            log.exception("Deliveries to the endpoint %s ended", endpoint_id)

    async def _round(self, endpoint_id: str, messages: list[SignedRequest]) -> None:
        sent = [self.sender.send(one.url, one.headers, one.body) for one in messages]
        attempts = dict(
            zip(
                (one.delivery_id for one in messages),
                await asyncio.gather(*sent),
                strict=True,
            )
        )
        tried = {one.delivery_id: one.attempts for one in messages}
        await self._ask(lambda: record(endpoint_id, attempts, tried))

    async def _ask(self, function: Callable[[], Found]) -> Found:
        """Ask the database."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _in_scope, function)

    async def _end(self) -> None:
        rounds = list(self._rounds.values())
        if rounds:
            await asyncio.wait(rounds, timeout=SECONDS_TO_END)
        for one in rounds:
            one.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)
        self._thread.shutdown()


def _in_scope(function: Callable[[], Any]) -> Any:
    close_old_connections()
    try:
        with clinic_scope():
            return function()
    finally:
        close_old_connections()


def _has_endpoints() -> bool:
    return WebhookEndpoint.objects.on().exists()
