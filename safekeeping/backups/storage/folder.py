"""A folder as a destination: a disk, or a mounted share."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from safekeeping.backups.storage.destinations import DestinationFailed, ObjectMissing

DRAFT = ".new-"
# A younger draft may be of another process, which archives the log or writes seals.
ABANDONED_AFTER = 3600


class FolderDestination:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def names(self, prefix: str) -> list[str]:
        with self._failing("read"):
            # Whole folders only: `wal/7312…/` and not `wal/73`.
            start = self.folder / prefix.rpartition("/")[0]
            names = (
                (Path(folder) / file).relative_to(self.folder).as_posix()
                for folder, _, files in os.walk(start, onerror=_raise_unless_gone)
                for file in files
                if not file.startswith(DRAFT)
            )
            return sorted(name for name in names if name.startswith(prefix))

    def write(self, name: str, source: Path, *, locked: bool = False) -> None:
        """Copied under another name, made durable, then renamed."""
        target = self.folder / name
        draft = target.with_name(f"{DRAFT}{secrets.token_hex(4)}-{target.name}")
        with self._failing("written"):
            # Nobody else on this computer has any business there.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with source.open("rb") as original, draft.open("xb") as copy:
                    os.fchmod(copy.fileno(), 0o600)
                    shutil.copyfileobj(original, copy, 1 << 20)
                    copy.flush()
                    os.fsync(copy.fileno())
                draft.replace(target)
            except OSError:
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
                raise
            sync_folder(target.parent)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self._failing("read"):
            file = (self.folder / name).open("rb")
        with file:
            yield file

    def size(self, name: str) -> int | None:
        try:
            return (self.folder / name).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from error

    def delete(self, name: str) -> None:
        with self._failing("written"):
            (self.folder / name).unlink(missing_ok=True)
            with suppress(OSError):  # not empty
                (self.folder / name).parent.rmdir()

    def locked_until(self, name: str) -> datetime | None:
        return None

    def clean(self) -> None:
        """Remove what a killed copy left behind."""
        with self._failing("written"):
            for draft in self.folder.rglob(f"{DRAFT}*"):
                with suppress(FileNotFoundError):
                    if draft.stat().st_mtime < time.time() - ABANDONED_AFTER:
                        draft.unlink()

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failed(verb, error) from error

    def _failed(self, verb: str, error: OSError) -> DestinationFailed:
        is_gone = isinstance(error, FileNotFoundError)
        kind = ObjectMissing if is_gone else DestinationFailed
        return kind(f"The backup folder {self.name} can't be {verb}: {error.strerror}.")


def _raise_unless_gone(error: OSError) -> None:
    """A folder may be removed, when its last file is, while others are listed."""
    if not isinstance(error, FileNotFoundError):
        raise error


def sync_folder(folder: Path) -> None:
    """So that a new name survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
