"""Putting other data in the place of the server's own; what was there is kept.

Killed at any moment, the server starts with the one or the other, never with nothing.
"""

import os
import shutil
from pathlib import Path

from medspa.postgres.embedded.errors import EmbeddedPostgresError
from medspa.postgres.embedded.home import Home, data_folder, outside_of

KEPT, DRAFT = "data.before-", "data.coming"


def bring(home: Home, data: Path) -> Path:
    """Move data beside the server's own, complete and durable: a rename is left."""
    draft = home.folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    shutil.move(data, draft)
    home.chown_all(draft)
    synced = home.run("initdb", f"--pgdata={draft}", "--sync-only")
    if synced.returncode:
        raise EmbeddedPostgresError(f"{draft} can't be written to the disk.")
    return draft


def swap(home: Home, draft: Path, name: str) -> Path | None:
    """Rename the two folders of a stopped server; where the old one is, if any."""
    # The data that comes may know another password: the next start gives it ours.
    (home.folder / "password.sha256").unlink(missing_ok=True)
    kept = home.folder / f"{KEPT}{name}" if home.data.is_dir() else None
    if kept:
        home.data.rename(kept)
    draft.rename(home.data)
    _sync(home.folder)
    return kept


def undo_interrupted(folder: Path, home_id: str) -> None:
    """After a kill between the two renames: what was there is there again."""
    if data_folder(folder, home_id) is None and (kept := kept_in(folder, home_id)):
        kept[-1].rename(kept[-1].with_name("data"))


def kept_in(folder: Path, home_id: str) -> list[Path]:
    """What was replaced, oldest first."""
    places = (folder, outside_of(home_id))
    return [path for place in places for path in sorted(place.glob(f"{KEPT}*"))]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
