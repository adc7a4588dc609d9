"""An encrypted export by pg_dump, for managed databases whose files nobody may copy.

It brings back the moment it was made and none in between: keep the provider's own
point-in-time recovery switched on.
"""

import os
import shutil
import subprocess

from medspa import clock
from safekeeping.backups.making import programs
from safekeeping.backups.making.base_backup import (
    About,
    alone,
    label_of,
    remove_rubbish,
    store,
)
from safekeeping.backups.making.programs import Heartbeat, nothing
from safekeeping.backups.making.server import Server, connected, look_at
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.manifest import LOGICAL, Manifest, SealedFile
from safekeeping.backups.storage.sealing import seal

DUMP = "database.dump"


def make_export(
    config: BackupConfig, about: About, *, heartbeat: Heartbeat = nothing
) -> Manifest:
    """Export the database to the first destination. Raises BackupRefused."""
    with alone(config), connected(config.role_url) as link:
        server = look_at(link)
        place = first_of(config)
        remove_rubbish(config, place)
        file = _dump(config, server, heartbeat)
        made = Manifest(
            label=label_of(server.now, LOGICAL),
            kind=LOGICAL,
            system_id=server.system_id,
            timeline=server.timeline,
            start_lsn="",
            stop_lsn="",
            started_at=server.now,
            finished_at=clock.now(),
            server_version=server.major,
            database=programs.environment(config.role_url).get("PGDATABASE", ""),
            database_bytes=server.database_bytes,
            app_version=about.app_version,
            migrations=about.migrations,
            recipients=list(config.recipients),
            files=[file],
        )
        store(config, place, made, heartbeat)
    return made


def _dump(config: BackupConfig, server: Server, heartbeat: Heartbeat) -> SealedFile:
    """Through a pipe: the export is on no disk unencrypted."""
    staging = config.work / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    program = programs.folder_of(server.major) / "bin" / "pg_dump"
    reading, writing = os.pipe()
    process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
        [program, "--format=custom", "--compress=none", "--no-password"],
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C", **programs.environment(config.role_url)},
    )
    sealed = staging / f"{DUMP}.zst.age"
    os.close(writing)
    with process, os.fdopen(reading, "rb") as source, sealed.open("wb") as target:
        size, digest = seal(source, target, config.recipients, heartbeat)
    if process.returncode:
        raise programs.ProgramFailed("pg_dump failed: the export is not complete.")
    return SealedFile(name=sealed.name, size=size, sha256=digest)
