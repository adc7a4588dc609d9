"""Where servers that tests start have their files: in memory, if there is room.

A disk takes half a second of a processor to write and remove a PostgreSQL's folder, and
everybody waits for it. None of it is looked at after a power cut.
"""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108
# Two workers have about ten servers of 40 MB and their logs.
ENOUGH_BYTES = 3_000_000_000


def in_memory() -> str | None:
    """For `dir` of tempfile's functions; None is its own choice."""
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    # Containers have little there, and often start no program from it.
    has_room = shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    starts_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return str(MEMORY) if has_room and starts_programs else None
