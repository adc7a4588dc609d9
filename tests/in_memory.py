"""Where the servers of tests have their files: in memory, if there is room.

A disk takes half a second of a processor to write and remove a PostgreSQL's folder, and
everybody waits for it. None of it is looked at after a power cut.
"""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings

from medspa.postgres.embedded import EMBEDDED
from medspa.postgres.embedded.server import SETTINGS

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


def server_of_tests() -> None:
    """The embedded server of this process and of those that it forks is one of tests.

    A copy of the migrated database costs a processor 0.1 s in memory, half a second on
    a disk that isn't waited for, and 1.5 s on one that is. The data stays until
    `make clean` or until the computer is started again, so the next run finds that
    database.

    Tables are cleaned and never analyzed: tests take back what they write, so a table
    would be found empty, and a test of many rows would wait seconds for each join.
    """
    EMBEDDED.folder = folder_of_tests()
    SETTINGS.update(
        fsync="off", max_wal_size="512MB", autovacuum_analyze_threshold=str(2**31 - 1)
    )


def folder_of_tests() -> Path:
    """One for each checkout."""
    checkout = hashlib.sha256(os.fsencode(settings.BASE_DIR)).hexdigest()[:12]
    name = f"medspa-tests-{checkout}"
    # Where it is there already, another process of this run may be at work on it.
    is_in_memory = (MEMORY / name).exists() or in_memory()
    return (MEMORY if is_in_memory else settings.BASE_DIR / "var") / name


if __name__ == "__main__":
    print(folder_of_tests())  # noqa: T201
