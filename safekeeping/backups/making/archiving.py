"""Bringing the log from the spool, where `pg_receivewal` writes it, to the archive.

A complete segment is archived and leaves the spool; the one being written is archived
again and again as `….partial`, so that little is lost however little is written.
Nothing here needs Django's database.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from safekeeping.backups.storage.config import BackupConfig, BackupRefused
from safekeeping.backups.storage.destinations import Destination, first_of
from safekeeping.backups.storage.signing import public_key
from safekeeping.backups.storage.wal import (
    PARTIAL,
    SEGMENT_NAME,
    object_name,
    opened_segment,
    write_object,
)

HISTORY = ".history"
# Of a segment to which nothing is added the archive says again how far it reaches.
SAID_AGAIN_AFTER = timedelta(seconds=30)
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Archiver:
    """Archives what is in the spool. `system_id`: of the server it comes from.

    `until`: the archive says that everything committed before it is archived.
    """

    config: BackupConfig
    system_id: str
    until: datetime | None = None
    # The end of what was archived of the segment being written, by its name.
    written: tuple[str, int] = ("", 0)

    def archive(self, at: datetime | None) -> list[str]:
        """Archive what is new; the names that were stored.

        `at` is a moment, by the server's clock, before which everything that was
        committed is in the spool; None if nobody knows. The last segment says so. One
        before it can't: what was committed just before `at` is in those that follow.
        """
        place, names = first_of(self.config), []
        paths = list(spooled(self.config.spool))
        if paths and self.until is None:
            self.until = self._archived_until(place, paths[0])
        last = _last_written(paths)
        for path in paths:
            until = (at if path == last else None) or self.until or UNKNOWN
            if self._one(place, path, until):
                names.append(path.name)
                self.until = until
        return names

    def _archived_until(self, place: Destination, path: Path) -> datetime | None:
        """What the archive says of a segment that was stored while it was written."""
        # A destination that is away is told of when it is written to.
        base = path.name.removesuffix(PARTIAL)
        name = object_name(self.system_id, base + PARTIAL)
        with suppress(BackupRefused):
            if place.size(name) is not None:
                key = public_key(self.config.signing_key)
                with opened_segment(place, name, key) as (header, _):
                    return header.at
        return None

    def _one(self, place: Destination, path: Path, until: datetime) -> bool:
        segment = path.read_bytes()
        is_partial = path.name.endswith(PARTIAL)
        # What isn't written yet is zeros.
        end = len(segment.rstrip(b"\0")) if is_partial else len(segment)
        if is_partial and (not end or self._is_said(path.name, end, until)):
            return False
        draft = self.config.work / f"segment.{os.getpid()}"
        write_object(
            segment,
            draft,
            name=path.name,
            system_id=self.system_id,
            at=until,
            recipients=self.config.recipients,
            signing_key=self.config.signing_key,
        )
        name = object_name(self.system_id, path.name)
        place.write(name, draft, locked=not is_partial)
        draft.unlink()
        if is_partial:
            self.written = (path.name, end)
        else:
            place.delete(name + PARTIAL)
            path.unlink()
        return True

    def _is_said(self, name: str, end: int, until: datetime) -> bool:
        """Is that archived, and does the archive reach near enough to the moment?"""
        if self.written != (name, end) or self.until is None:
            return False
        return until - self.until < SAID_AGAIN_AFTER


def _last_written(paths: list[Path]) -> Path | None:
    """The last segment with something in it; a new one is all zeros."""
    for path in reversed(paths):
        with path.open("rb") as file:
            if file.read(1) not in (b"", b"\0"):
                return path
    return None


def spooled(spool: Path) -> Iterator[Path]:
    """Segments in their order; the partial one, which is the last, at the end."""
    for path in sorted(spool.iterdir()):
        base = path.name.removesuffix(PARTIAL).removesuffix(HISTORY)
        if SEGMENT_NAME.fullmatch(base) or path.name.endswith(HISTORY):
            yield path
