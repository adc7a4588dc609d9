"""From a destination to a data folder: fetch, check, decrypt, unpack, combine."""

import os
import tarfile
import threading
from pathlib import Path
from typing import IO, Any

from safekeeping.backups.making import programs
from safekeeping.backups.making.programs import Heartbeat
from safekeeping.backups.storage.checking import check_stored
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import Manifest, SealedFile
from safekeeping.backups.storage.sealing import CHUNK, open_sealed
from safekeeping.backups.storage.wal import read_object

BASE, LOG, SERVERS_MANIFEST = "base.tar", "pg_wal.tar", "backup_manifest"
SEALED = ".zst.age"


def fetch_chain(
    place: Destination,
    chain: list[Manifest],
    identities: list[Any],
    folder: Path,
    tools: Path,
    heartbeat: Heartbeat,
) -> Path:
    """The data folder, as `folder`/data, of a full backup and its increments."""
    parts = []
    for number, made in enumerate(chain):
        part = folder / f"part-{number}"
        part.mkdir(mode=0o700)
        for file in made.files:
            heartbeat()
            _fetch_file(place, made, file, identities, part)
        parts.append(part)
    data = folder / "data"
    if len(parts) == 1:
        parts[0].rename(data)
    else:
        arguments = [*map(str, parts), f"--output={data}", "--no-sync"]
        programs.run(tools / "pg_combinebackup", *arguments, heartbeat=heartbeat)
    arguments = ["--no-parse-wal", "--quiet", str(data)]
    programs.run(tools / "pg_verifybackup", *arguments, heartbeat=heartbeat)
    return data


def fetch_log(
    place: Destination,
    names: list[str],
    public_key: str,
    identities: list[Any],
    folder: Path,
    heartbeat: Heartbeat,
) -> None:
    """The segments, as the server asks for them: a partial one by its full name."""
    folder.mkdir(mode=0o700)
    for name in names:
        heartbeat()
        _, segment = read_object(place, name, public_key, identities)
        base = name.rpartition("/")[2].removesuffix(".partial")
        (folder / base).write_bytes(segment)


def _fetch_file(
    place: Destination,
    made: Manifest,
    file: SealedFile,
    identities: list[Any],
    part: Path,
) -> None:
    sealed = part.with_name("fetched")
    with sealed.open("w+b") as copy:
        check_stored(place, made, file, copy)
        copy.seek(0)
        match file.name.removesuffix(SEALED):
            case name if name == BASE:
                unpack(copy, identities, part)
            case name if name == LOG:
                unpack(copy, identities, part / "pg_wal")
            case name if name == SERVERS_MANIFEST:
                with (part / SERVERS_MANIFEST).open("wb") as target:
                    open_sealed(copy, target, identities)
            case name:
                raise BackupRefused(f"Backup {made.label} holds an unknown {name}.")
    sealed.unlink()


def _within(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
    """PostgreSQL archives files and folders, by names from the data folder on.

    Python's own filters look at the disk for every part of every name: half of the
    work of unpacking. Nobody else may write what is unpacked, as with theirs.
    """
    is_plain = member.isreg() or member.isdir()
    if not is_plain or member.name[:1] == "/" or ".." in member.name.split("/"):
        raise tarfile.OutsideDestinationError(member, member.name)
    return member.replace(mode=member.mode & 0o755, deep=False)


def unpack(sealed: IO[bytes], identities: list[Any], folder: Path) -> None:
    """Decrypted by a second thread, so that no file on the disk holds the archive."""
    reading, writing = os.pipe()
    failures: list[Exception] = []

    def decrypt() -> None:
        with os.fdopen(writing, "wb") as pipe:
            try:
                open_sealed(sealed, pipe, identities)
            except Exception as error:  # noqa: BLE001 (raised by the other thread)
                failures.append(error)

    thread = threading.Thread(target=decrypt)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as pipe:
            with tarfile.open(fileobj=pipe, mode="r|") as archive:
                archive.extractall(folder, filter=_within)  # noqa: S202
            while pipe.read(CHUNK):
                pass
    except (tarfile.TarError, OSError):
        if not failures:
            raise
    finally:
        thread.join()
    if failures:
        raise failures[0]
