"""The archived write-ahead log: names, positions, and what one object looks like.

An object begins with two lines: a JSON header, and the signature of that line. After
them `tail --lines=+3 OBJECT | age --decrypt … | zstd --decompress` is the segment.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import Destination, ObjectMissing
from safekeeping.backups.storage.sealing import open_sealed, seal
from safekeeping.backups.storage.signing import Forged, is_signed, sign

WAL_FOLDER = "wal"
SEGMENT_BYTES = 16 * 1024 * 1024
SEGMENTS_PER_ID = 0x1_0000_0000 // SEGMENT_BYTES
SEGMENT_NAME = re.compile(r"[0-9A-F]{24}")
PARTIAL = ".partial"
WAL_PURPOSE = b"medspa wal segment\0"
LONGEST_HEADER = 2_000


class WalGap(BackupRefused):
    """A segment is missing between two that are there."""

    code = "wal_gap"


class SegmentHeader(BaseModel):
    """`at`: everything committed before this moment is in it or in earlier ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    system_id: str
    at: datetime
    size: int
    sha256: str


@dataclass(frozen=True, order=True)
class Segment:
    """A segment by its timeline and number, as its name tells."""

    timeline: int
    number: int

    @classmethod
    def named(cls, name: str) -> "Segment":
        high, low = int(name[8:16], 16), int(name[16:24], 16)
        return cls(int(name[:8], 16), high * SEGMENTS_PER_ID + low)

    @classmethod
    def at(cls, timeline: int, lsn: str) -> "Segment":
        """The one that holds a position like `0/5000028`."""
        high, _, low = lsn.partition("/")
        return cls(timeline, ((int(high, 16) << 32) + int(low, 16)) // SEGMENT_BYTES)

    @property
    def following(self) -> "Segment":
        return Segment(self.timeline, self.number + 1)

    def __str__(self) -> str:
        high, low = divmod(self.number, SEGMENTS_PER_ID)
        return f"{self.timeline:08X}{high:08X}{low:08X}"


def object_name(system_id: str, name: str) -> str:
    return f"{WAL_FOLDER}/{system_id}/{name}"


def segments_in(place: Destination, system_id: str) -> dict[Segment, str]:
    """The names of all segments of a server's log. A complete one hides its partial."""
    prefix = object_name(system_id, "")
    found: dict[Segment, str] = {}
    for name in place.names(prefix):
        base = name.removeprefix(prefix)
        if SEGMENT_NAME.fullmatch(base.removesuffix(PARTIAL)):
            found.setdefault(Segment.named(base), name)
    return found


def write_object(
    source: bytes,
    target: Path,
    *,
    name: str,
    system_id: str,
    at: datetime,
    recipients: tuple[str, ...],
    signing_key: str,
) -> None:
    """Write a segment, sealed and signed, to the file `target`."""
    sealed = io.BytesIO()
    size, digest = seal(io.BytesIO(source), sealed, recipients)
    header = SegmentHeader(
        name=name, system_id=system_id, at=at, size=size, sha256=digest
    )
    line = json.dumps(header.model_dump(mode="json")).encode()
    with target.open("wb") as file:
        file.write(
            line + b"\n" + sign(signing_key, WAL_PURPOSE + line).encode() + b"\n"
        )
        file.write(sealed.getbuffer())


def read_header(file: IO[bytes], name: str, public_key: str) -> SegmentHeader:
    """The header of the object `name`; Forged if it isn't the one that we signed."""
    line = _line(file)
    signature = _line(file).decode("ascii", "replace")
    if not is_signed(public_key, WAL_PURPOSE + line, signature):
        raise Forged(f"Segment {name} of the archived log is not as it was signed.")
    try:
        header = SegmentHeader.model_validate_json(line)
    except ValidationError as error:
        raise Forged(f"Segment {name} of the archived log is not readable.") from error
    if object_name(header.system_id, header.name) != name:
        raise Forged(f"Segment {name} of the archived log holds {header.name}.")
    return header


@contextmanager
def opened_segment(
    place: Destination, name: str, public_key: str
) -> Iterator[tuple[SegmentHeader, IO[bytes]]]:
    """The header, and the file behind it. Raises Forged and ObjectMissing.

    For a partial segment that was completed since it was listed it is the complete one,
    as the header's name says.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(place.opened(name))
        except ObjectMissing:
            if not name.endswith(PARTIAL):
                raise
            name = name.removesuffix(PARTIAL)
            file = stack.enter_context(place.opened(name))
        yield read_header(file, name, public_key), file


def read_object(
    place: Destination, name: str, public_key: str, identities: list[Any]
) -> tuple[SegmentHeader, bytes]:
    """The header and the whole segment, checked."""
    with opened_segment(place, name, public_key) as (header, file):
        sealed = file.read()
    check_sealed(header, sealed, name)
    segment = io.BytesIO()
    open_sealed(io.BytesIO(sealed), segment, identities)
    return header, segment.getvalue()


def check_sealed(header: SegmentHeader, sealed: bytes, name: str) -> None:
    if hashlib.sha256(sealed).hexdigest() != header.sha256:
        raise Forged(f"Segment {name} of the archived log was changed or cut off.")


def _line(file: IO[bytes]) -> bytes:
    """S3's stream has no readline that we could limit."""
    found = bytearray()
    while (byte := file.read(1)) not in (b"", b"\n"):
        found += byte
        if len(found) > LONGEST_HEADER:
            break
    return bytes(found)
