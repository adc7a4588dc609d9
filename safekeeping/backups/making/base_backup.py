"""Making a full or an incremental backup, from the server to the first destination."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from safekeeping.backups.making import programs
from safekeeping.backups.making.programs import Heartbeat, nothing
from safekeeping.backups.making.server import (
    APPLICATION_NAME,
    Server,
    connected,
    end_abandoned,
    keep_log,
    prepare,
)
from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.config import BackupConfig, BackupRefused
from safekeeping.backups.storage.destinations import Destination, first_of
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.backups.storage.manifest import (
    FULL,
    INCREMENTAL,
    MANIFEST,
    SIGNATURE,
    Manifest,
    SealedFile,
)
from safekeeping.backups.storage.sealing import seal

SERVERS_MANIFEST = "backup_manifest"


class AlreadyRunning(BackupRefused):
    """Another process makes a backup in the same work folder."""

    code = "already_running"


@dataclass(frozen=True)
class About:
    """What a manifest says that the server doesn't know."""

    app_version: str = ""
    migrations: dict[str, str] = field(default_factory=dict)


def make_backup(
    config: BackupConfig,
    about: About,
    *,
    is_full: bool = False,
    heartbeat: Heartbeat = nothing,
) -> Manifest:
    """Back the server up; incrementally if the last backup allows it, and it may.

    Nothing can be restored from it before its manifest is stored, which comes last.
    """
    with alone(config), connected(config.role_url) as link:
        server = prepare(link)
        end_abandoned(link)
        keep_log(link)
        place = first_of(config)
        remove_rubbish(config, place)
        parent = None if is_full else last_backup(config, server)
        try:
            made = _make(config, server, parent, link, heartbeat, about)
        except programs.ProgramFailed:
            if parent is None:
                raise
            # The server has forgotten what changed: a full one can always be made.
            made = _make(config, server, None, link, heartbeat, about)
        store(config, place, made, heartbeat)
        _remember(config, made)
        shutil.rmtree(_staging(config), ignore_errors=True)
        return made


@contextmanager
def alone(config: BackupConfig) -> Iterator[None]:
    """One backup at a time; the lock of a killed process is released."""
    config.work.mkdir(parents=True, exist_ok=True, mode=0o711)
    lock = os.open(config.work / "backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise AlreadyRunning("Another backup is being made right now.") from None
    finally:
        os.close(lock)


def remove_rubbish(config: BackupConfig, place: Destination) -> None:
    """What interrupted backups left, here and in the destination."""
    shutil.rmtree(_staging(config), ignore_errors=True)
    if isinstance(place, FolderDestination):
        place.clean()
    complete = set(manifests.labels_in(place))
    for name in place.names(f"{manifests.FOLDER}/"):
        if name.split("/")[1] not in complete:
            place.delete(name)


def last_backup(config: BackupConfig, server: Server) -> dict[str, Any] | None:
    """The backup that an incremental one can stand on, and its server's manifest.

    The server can't open its old backups, so what it needs of the last one is kept
    here: names, sizes and checksums of files.
    """
    path = config.work / "last_backup.json"
    try:
        last: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    is_same = (last["system_id"], last["timeline"], last["server_version"]) == (
        server.system_id,
        server.timeline,
        server.major,
    )
    is_there = last["label"] in manifests.labels_in(first_of(config))
    return last if server.summarizes and is_same and is_there else None


def _make(
    config: BackupConfig,
    server: Server,
    parent: dict[str, Any] | None,
    link: Any,
    heartbeat: Heartbeat,
    about: About,
) -> Manifest:
    staging = _staging(config)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, mode=0o700)
    raw = staging / "raw"
    tools = programs.folder_of(server.major) / "bin"
    arguments: list[str | Path] = []
    if parent:
        (staging / "parent_manifest").write_text(parent["manifest"])
        arguments = [f"--incremental={staging / 'parent_manifest'}"]
    programs.run(
        tools / "pg_basebackup",
        f"--pgdata={raw}",
        "--format=tar",
        "--wal-method=stream",
        "--checkpoint=fast",
        "--manifest-checksums=SHA256",
        "--no-sync",
        "--no-password",
        *arguments,
        env=programs.environment(config.role_url) | {"PGAPPNAME": APPLICATION_NAME},
        heartbeat=heartbeat,
    )
    _verify(tools, raw, server, heartbeat)
    [finished_at] = link.execute("SELECT clock_timestamp()").fetchone()
    return _sealed(config, server, parent, staging, finished_at, about)


def _verify(tools: Path, raw: Path, server: Server, heartbeat: Heartbeat) -> None:
    """Every file against the server's checksums. Before 18 it reads no tar."""
    if server.major >= 18:
        arguments = ["--no-parse-wal", str(raw)]
        programs.run(tools / "pg_verifybackup", *arguments, heartbeat=heartbeat)
    if len(list(raw.glob("*.tar"))) > 2:
        raise BackupRefused(
            "Clusters with tablespaces of their own can't be backed up."
        )


def _sealed(
    config: BackupConfig,
    server: Server,
    parent: dict[str, Any] | None,
    staging: Path,
    finished_at: datetime,
    about: About,
) -> Manifest:
    files = []
    for path in sorted((staging / "raw").iterdir()):
        sealed = staging / f"{path.name}.zst.age"
        with path.open("rb") as source, sealed.open("wb") as target:
            size, digest = seal(source, target, config.recipients)
        files.append(SealedFile(name=sealed.name, size=size, sha256=digest))
        if path.name != SERVERS_MANIFEST:
            path.unlink()
    written = json.loads((staging / "raw" / SERVERS_MANIFEST).read_text())
    log = written["WAL-Ranges"][-1]
    kind = INCREMENTAL if parent else FULL
    return Manifest(
        label=label_of(server.now, kind),
        kind=kind,
        parent=parent["label"] if parent else "",
        system_id=server.system_id,
        timeline=log["Timeline"],
        start_lsn=log["Start-LSN"],
        stop_lsn=log["End-LSN"],
        started_at=server.now,
        finished_at=finished_at,
        server_version=server.major,
        database=programs.environment(config.role_url).get("PGDATABASE", ""),
        database_bytes=server.database_bytes,
        app_version=about.app_version,
        migrations=about.migrations,
        recipients=list(config.recipients),
        files=files,
    )


def label_of(moment: datetime, kind: str) -> str:
    """`20261127T042348-full`: sorted by name, they are sorted by time."""
    return f"{moment:%Y%m%dT%H%M%S}-{kind}"


def store(
    config: BackupConfig, place: Destination, made: Manifest, heartbeat: Heartbeat
) -> None:
    """The sealed files, then the signature, and the manifest as the last."""
    staging = _staging(config)
    text, signature = manifests.write(made, config.signing_key)
    (staging / MANIFEST).write_bytes(text)
    (staging / SIGNATURE).write_bytes(signature)
    for name in made.object_names:
        heartbeat()
        place.write(name, staging / name.rpartition("/")[2], locked=True)


def _remember(config: BackupConfig, made: Manifest) -> None:
    last = {
        "label": made.label,
        "system_id": made.system_id,
        "timeline": made.timeline,
        "server_version": made.server_version,
        "manifest": (_staging(config) / "raw" / SERVERS_MANIFEST).read_text(),
    }
    draft = config.work / "last_backup.json.new"
    draft.write_text(json.dumps(last))
    draft.replace(config.work / "last_backup.json")


def _staging(config: BackupConfig) -> Path:
    return config.work / "staging"
