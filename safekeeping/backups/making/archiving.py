"""Bringing the log from the spool, where `pg_receivewal` writes it, to the archive.

A complete segment is archived and leaves the spool; the one being written is archived
again and again as `….partial`, so that little is lost however little is written.
Nothing here needs Django's database.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import Destination, first_of
from safekeeping.backups.storage.wal import (
    PARTIAL,
    SEGMENT_NAME,
    object_name,
    write_object,
)

HISTORY = ".history"


@dataclass
class Archiver:
    """Archives what is in the spool. `system_id`: of the server it comes from."""

    config: BackupConfig
    system_id: str
    # The end of what was archived of the segment being written, by its name.
    written: tuple[str, int] = ("", 0)

    def archive(self, at: datetime | None) -> list[str]:
        """Archive what is new; the names that were stored.

        `at` is a moment, by the server's clock, before which everything that was
        committed is in the spool. None if nobody knows: then it is when the file was
        last written.
        """
        place = first_of(self.config)
        return [
            path.name
            for path in spooled(self.config.spool)
            if self._one(place, path, at or _written_at(path))
        ]

    def _one(self, place: Destination, path: Path, at: datetime) -> bool:
        segment = path.read_bytes()
        is_partial = path.name.endswith(PARTIAL)
        # What isn't written yet is zeros.
        end = len(segment.rstrip(b"\0")) if is_partial else len(segment)
        if is_partial and (not end or self.written == (path.name, end)):
            return False
        draft = self.config.work / f"segment.{os.getpid()}"
        write_object(
            segment,
            draft,
            name=path.name,
            system_id=self.system_id,
            at=at,
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


def spooled(spool: Path) -> Iterator[Path]:
    """Segments in their order; the partial one, which is the last, at the end."""
    for path in sorted(spool.iterdir()):
        base = path.name.removesuffix(PARTIAL).removesuffix(HISTORY)
        if SEGMENT_NAME.fullmatch(base) or path.name.endswith(HISTORY):
            yield path


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
