"""Compressing and encrypting files to people who are not here, and opening them.

A sealed file is zstd inside age, so that without this program
`age --decrypt --identity owner.txt FILE | zstd --decompress` opens it.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import pyrage
import zstandard

from safekeeping.backups.storage.config import BackupRefused

COMPRESSION_LEVEL = 3
CHUNK = 1 << 20


class CantOpen(BackupRefused):
    """A sealed file is damaged, or was encrypted to other keys."""

    code = "cant_open"


class _Measured(io.RawIOBase):
    """Writes on, and knows size and SHA-256 of what went through."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.size, self.digest = target, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.target.write(data)
        self.size += len(data)
        self.digest.update(data)
        return len(data)


class _Asking(io.RawIOBase):
    """Reads on, and asks before each piece whether to go on."""

    def __init__(self, source: IO[bytes], heartbeat: Callable[[], object]) -> None:
        self.source, self.heartbeat = source, heartbeat

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        self.heartbeat()
        return self.source.read(size)


def recipients_of(keys: Sequence[str]) -> list[Any]:
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        raise BackupRefused(
            "BACKUP_RECIPIENTS must be age public keys (age1…), comma-separated."
        ) from None


def identities_in(text: str) -> list[Any]:
    """The identities of an age key file: lines that begin with AGE-SECRET-KEY-1."""
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BackupRefused(
            "That isn't an age identity: a line that begins with AGE-SECRET-KEY-1."
        )
    return found


def seal(
    source: IO[bytes],
    target: IO[bytes],
    recipients: Sequence[str],
    heartbeat: Callable[[], object] = lambda: None,
) -> tuple[int, str]:
    """Write `source` to `target`, sealed; its size and SHA-256 there.

    `heartbeat` may raise to end it.
    """
    measured = _Measured(target)
    asking: Any = _Asking(source, heartbeat)
    packed = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).stream_reader(asking)
    pyrage.encrypt_io(packed, measured, recipients_of(recipients))
    return measured.size, measured.digest.hexdigest()


def open_sealed(source: IO[bytes], target: IO[bytes], identities: list[Any]) -> None:
    """Write what `source` holds to `target`; CantOpen if nothing here opens it."""
    unpacked = zstandard.ZstdDecompressor().stream_writer(target, closefd=False)
    try:
        pyrage.decrypt_io(source, unpacked, identities)
        unpacked.flush()
    except (pyrage.DecryptError, zstandard.ZstdError) as error:
        raise CantOpen(
            "A file of the backup does not open: it is damaged, or encrypted to keys "
            "other than this one."
        ) from error


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
