"""The copy in the second destination, made by a job of its own.

However long the second one is away, backups and the log go on in the first.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import (
    Destination,
    ObjectMissing,
    first_of,
    second_of,
)
from safekeeping.backups.storage.sealing import CHUNK
from safekeeping.backups.storage.wal import PARTIAL
from safekeeping.backups.storage.wal import WAL_FOLDER as LOG


def copy_to_second(
    config: BackupConfig, heartbeat: Callable[[], object] = lambda: None
) -> list[str]:
    """Copy what the second destination lacks; the names of what was copied."""
    second = second_of(config)
    if second is None:
        return []
    first = first_of(config)
    copied = []
    for name in missing(first, second):
        heartbeat()
        try:
            _copy(config, first, second, name)
        except ObjectMissing:
            # The segment was completed since it was listed: the next copy takes that.
            if not name.endswith(PARTIAL):
                raise
        else:
            copied.append(name)
    return copied


def missing(first: Destination, second: Destination) -> list[str]:
    """In the order in which they may appear: files before the manifest that names them.

    A partial segment has changed since it was copied.
    """
    there = set(second.names(f"{manifests.FOLDER}/")) | set(second.names(f"{LOG}/"))
    log = [
        name
        for name in first.names(f"{LOG}/")
        if name not in there or name.endswith(PARTIAL)
    ]
    backups = []
    for label in manifests.labels_in(first):
        if f"{manifests.FOLDER}/{label}/{manifests.MANIFEST}" not in there:
            names = first.names(f"{manifests.FOLDER}/{label}/")
            backups += sorted(names, key=lambda name: name.endswith(manifests.MANIFEST))
    return backups + log


def _copy(
    config: BackupConfig, first: Destination, second: Destination, name: str
) -> None:
    config.work.mkdir(parents=True, exist_ok=True, mode=0o711)
    with tempfile.NamedTemporaryFile(dir=config.work, prefix="copy.") as file:
        with first.opened(name) as stored:
            while chunk := stored.read(CHUNK):
                file.write(chunk)
        file.flush()
        second.write(name, Path(file.name), locked=not name.endswith(PARTIAL))
    if name.startswith(f"{LOG}/") and not name.endswith(PARTIAL):
        second.delete(name + PARTIAL)
