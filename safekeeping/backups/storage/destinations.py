"""Where backups are stored: a folder, or a bucket of an S3-compatible store.

Objects have names like `wal/7312…/000000010000000000000005`. Each appears complete or
not at all.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from safekeeping.backups.storage.config import BackupConfig, BackupRefused

__all__ = [
    "Destination",
    "DestinationFailed",
    "ObjectMissing",
    "first_of",
    "second_of",
]


class DestinationFailed(BackupRefused):
    """The destination is full, gone, read-only or refuses us."""

    code = "destination_failed"


class ObjectMissing(DestinationFailed):
    """There is no such object; it may have been deleted since it was listed."""


class Destination(Protocol):
    """`name` is how people know it: its folder or bucket."""

    name: str

    def names(self, prefix: str) -> list[str]:
        """The names of all objects that begin with `prefix`, sorted."""
        ...

    def write(self, name: str, source: Path, *, locked: bool = False) -> None:
        """Store a file; `locked` where the store can keep it from being deleted."""
        ...

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """The object's bytes. Raises ObjectMissing."""
        ...

    def size(self, name: str) -> int | None:
        """In bytes; None when there is no such object."""
        ...

    def delete(self, name: str) -> None: ...

    def locked_until(self, name: str) -> datetime | None: ...


def first_of(config: BackupConfig) -> Destination:
    return _open(config.first, config)


def second_of(config: BackupConfig) -> Destination | None:
    return _open(config.second, config) if config.second else None


def every(config: BackupConfig) -> Iterator[Destination]:
    yield first_of(config)
    if second := second_of(config):
        yield second


def _open(address: str, config: BackupConfig) -> Destination:
    if address.startswith("s3://"):
        # Its library takes a third of a second to load.
        from safekeeping.backups.storage.s3 import S3Destination

        return S3Destination(
            address, config.second_endpoint, lock_days=config.second_lock_days
        )
    from safekeeping.backups.storage.folder import FolderDestination

    return FolderDestination(Path(address))
