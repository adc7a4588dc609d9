"""Sending one request to an address that somebody entered, and trusting nothing there.

Only https. The host is resolved, every address of it has to be public, and one of these
is connected to; the certificate must be the host's. No redirect, no proxy, ten seconds
for all of it, and a few kilobytes of the answer at most.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

import certifi
import httpcore
import httpx

from api.webhooks.addresses import is_loopback, is_public
from api.webhooks.attempts import Attempt, pause_of
from api.webhooks.delivery import SendProblem
from medspa import clock

SECONDS_FOR_ALL = 10
MOST_BYTES_READ = 4_096
ADDRESSES_TRIED = 3
MOST_CONNECTIONS, SECONDS_KEPT_OPEN = 100, 30
AGENT = "MedSpa-Growth-Hub-Webhooks/1"

Resolve = Callable[[str, int], Awaitable[list[str]]]


class NoSuchHost(Exception):
    """The name has no address."""


class PrivateAddress(Exception):
    """An address of the host isn't public."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host; raises NoSuchHost."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoSuchHost from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only, each time after resolving the host once."""

    def __init__(self, resolve: Resolve, *, allows_loopback: bool) -> None:
        self._resolve = resolve
        self._allows_loopback = allows_loopback
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, *args: Any, **kwargs: Any
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if not addresses:
            raise NoSuchHost
        if not all(self._is_allowed(address) for address in addresses):
            raise PrivateAddress
        *others, last = addresses[:ADDRESSES_TRIED]
        for address in others:
            try:
                return await self._network.connect_tcp(address, port, *args, **kwargs)
            except httpcore.ConnectError:
                continue
        return await self._network.connect_tcp(last, port, *args, **kwargs)

    def _is_allowed(self, address: str) -> bool:
        return is_public(address) or (self._allows_loopback and is_loopback(address))

    async def connect_unix_socket(
        self, path: str, *args: Any, **kwargs: Any
    ) -> httpcore.AsyncNetworkStream:
        raise PrivateAddress

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PublicTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over `PublicNetwork`."""

    def __init__(self, network: PublicNetwork, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        # httpx has no parameter for it; without this no address would be checked.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_CONNECTIONS,
            keepalive_expiry=SECONDS_KEPT_OPEN,
            network_backend=network,
        )


class WebhookSender:
    """Open while requests are sent, so that connections are used again.

    `authorities` is a file with the certificates that are trusted; `resolve` looks up
    hosts; `seconds` is how long an attempt may take. `allows_loopback` is for receivers
    on this computer.
    """

    def __init__(
        self,
        *,
        authorities: str = "",
        resolve: Resolve = resolve,
        allows_loopback: bool = False,
        seconds: float = SECONDS_FOR_ALL,
    ) -> None:
        self._seconds = seconds
        context = ssl.create_default_context(cafile=authorities or certifi.where())
        network = PublicNetwork(resolve, allows_loopback=allows_loopback)
        self._client = httpx.AsyncClient(
            transport=PublicTransport(network, context),
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Attempt:
        """One attempt; whatever goes wrong is in what it returns."""
        begun = time.monotonic()
        code, problem, retry_after = None, None, ""
        try:
            async with asyncio.timeout(self._seconds):
                code, retry_after = await self._post(url, headers, body)
        except Exception as error:  # noqa: BLE001  (it is somebody else's server)
            problem = _problem(error)
        took_ms = int((time.monotonic() - begun) * 1000)
        if code is None:
            return Attempt(None, problem, took_ms)
        return Attempt(code, None, took_ms, pause_of(code, retry_after, clock.now()))

    async def _post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str]:
        if not url.startswith("https://"):
            raise PrivateAddress
        sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
        async with self._client.stream("POST", url, headers=sent, content=body) as got:
            read = 0
            # Read to its end, the connection serves again; cut off, it is closed.
            async for part in got.aiter_raw(MOST_BYTES_READ):
                read += len(part)
                if read >= MOST_BYTES_READ:
                    break
            return got.status_code, got.headers.get("Retry-After", "")


def _problem(error: BaseException) -> SendProblem:
    for cause in _causes(error):
        match cause:
            case PrivateAddress():
                return SendProblem.PRIVATE_ADDRESS
            case NoSuchHost():
                return SendProblem.UNKNOWN_HOST
            case ssl.SSLCertVerificationError():
                return SendProblem.CERTIFICATE
            case TimeoutError() | httpx.TimeoutException():
                return SendProblem.TIMEOUT
            case httpx.ProtocolError() | httpcore.ProtocolError():
                return SendProblem.NO_HTTP
    return SendProblem.UNREACHABLE


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
