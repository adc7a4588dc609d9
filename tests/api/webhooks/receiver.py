"""A receiver of webhooks: a real HTTPS server on this computer, with a CA of its own.

What it answers is chosen by the path.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ANSWERS = {
    "/ok": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
    "/broken": b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
    "/busy": b"HTTP/1.1 429 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
    "/redirect": b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n"
    b"Content-Length: 0\r\n\r\n",
    "/nonsense": b"hello\r\n\r\n",
    "/drip": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    "/huge": b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n",
}

# How many parts follow at most: half a minute, and 130 MB.
ANSWER_PARTS = {"/drip": 600, "/huge": 2_000}


@dataclass
class Receiver:
    """What was received: path, headers and body of each request."""

    port: int = 0
    authorities: str = ""
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    bytes_sent: int = 0

    def url(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.received]

    async def serve(self, reader: Any, writer: Any) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            while await self._answer(reader, writer):
                pass
        writer.close()

    async def _answer(self, reader: Any, writer: Any) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): text
            for name, _, text in (one.partition(": ") for one in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = first.split()[1]
        self.received.append((path, headers, body))
        writer.write(ANSWERS[path])
        await writer.drain()
        # Who is written to may be gone without a word; so both end by themselves.
        for _ in range(ANSWER_PARTS.get(path, 0)):
            if writer.is_closing() or reader.at_eof():
                return False
            writer.write(b"x" * (1 if path == "/drip" else 65_536))
            self.bytes_sent += 65_536
            await writer.drain()
            await asyncio.sleep(0.05 if path == "/drip" else 0)
        return path != "/nonsense"


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    receiver, begun = Receiver(), Event()
    receiver.authorities, own = certificates(folder)
    loop = asyncio.new_event_loop()

    async def run() -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
        receiver.port = server.sockets[0].getsockname()[1]
        begun.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    task = loop.create_task(run())
    loop.set_exception_handler(lambda *_: None)
    thread = Thread(target=loop.run_until_complete, args=(task,), daemon=True)
    thread.start()
    assert begun.wait(5)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(5)


def certificates(folder: Path) -> tuple[str, str]:
    """Files: an authority, and a certificate with its key for `localhost`."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tests")])
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    is_authority = x509.BasicConstraints(ca=True, path_length=None)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    files = []
    for name, subject, public, extension in (
        ("authority", authority, authority_key.public_key(), is_authority),
        ("own", own, key.public_key(), names),
    ):
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        path = folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files.append(path)
    with files[1].open("ab") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return str(files[0]), str(files[1])
