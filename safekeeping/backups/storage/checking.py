"""Comparing a stored file with what its backup's manifest says of it."""

import hashlib
from typing import IO

from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import Manifest, SealedFile
from safekeeping.backups.storage.sealing import CHUNK
from safekeeping.backups.storage.signing import Forged


def check_stored(
    place: Destination, made: Manifest, file: SealedFile, target: IO[bytes]
) -> None:
    """Copy a stored file to `target`; Forged unless it is the one that was stored."""
    digest, size = hashlib.sha256(), 0
    with place.opened(made.object_name(file.name)) as stored:
        while chunk := stored.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    if (size, digest.hexdigest()) != (file.size, file.sha256):
        raise Forged(
            f"{file.name} of backup {made.label} in {place.name} was changed or cut "
            "off: it isn't the file that was stored."
        )
