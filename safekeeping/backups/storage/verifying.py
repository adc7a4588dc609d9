"""Comparing everything in a destination with what was signed. Needs no identity."""

import hashlib
import io
from collections.abc import Iterator

from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.checking import check_stored
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.sealing import CHUNK
from safekeeping.backups.storage.signing import Forged
from safekeeping.backups.storage.wal import WAL_FOLDER, opened_segment


class _Nowhere(io.RawIOBase):
    def write(self, data: object) -> int:
        return 0


def problems_in(place: Destination, public_key: str) -> Iterator[str]:
    """A sentence for each thing that is not as it was stored."""
    for label in manifests.labels_in(place):
        yield from _of_backup(place, label, public_key)
    for name in place.names(f"{WAL_FOLDER}/"):
        try:
            _check_segment(place, name, public_key)
        except BackupRefused as refusal:
            yield refusal.sentence


def _of_backup(place: Destination, label: str, public_key: str) -> Iterator[str]:
    try:
        made = manifests.read(place, label, public_key)
    except BackupRefused as refusal:
        if manifests.is_stored(place, label):
            yield refusal.sentence
        return
    for file in made.files:
        try:
            check_stored(place, made, file, _Nowhere())  # type: ignore[arg-type]
        except BackupRefused as refusal:
            if manifests.is_stored(place, label):
                yield refusal.sentence


def _check_segment(place: Destination, name: str, public_key: str) -> None:
    digest = hashlib.sha256()
    with opened_segment(place, name, public_key) as (header, file):
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != header.sha256:
        raise Forged(f"Segment {name} of the archived log was changed or cut off.")
