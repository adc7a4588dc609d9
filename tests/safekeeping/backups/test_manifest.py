"""What a stored backup says of itself, signed, without a server."""

import base64
import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.checking import check_stored
from safekeeping.backups.storage.config import BackupConfig
from safekeeping.backups.storage.destinations import DestinationFailed
from safekeeping.backups.storage.folder import FolderDestination
from safekeeping.backups.storage.keeping import prune
from safekeeping.backups.storage.manifest import (
    INCREMENTAL,
    Manifest,
    SealedFile,
    chain_of,
)
from safekeeping.backups.storage.sealing import CantOpen, open_sealed, seal, sha256_of
from safekeeping.backups.storage.signing import Forged, is_signed, public_key, sign
from safekeeping.backups.storage.wal import Segment, object_name
from tests.safekeeping.backups.test_keeping import NOW, made

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
PUBLIC = public_key(KEY)
OTHER = base64.urlsafe_b64encode(bytes(32)).decode()
# Ed25519 is deterministic.
SIGNED_X = (
    "DKCkye2G8M2PqLA+EgH2gTAzXgI2/yOy0HqVPTCvNvZV"
    "FfgBYsMHgwnBgqOkmlEdeEydDnj80FOB4iCj+lCRAA=="
)
CONTENT = random.Random(1).randbytes(300_000)


@pytest.fixture
def place(tmp_path: Path) -> FolderDestination:
    return FolderDestination(tmp_path / "stored")


def store(place: FolderDestination, backup: Manifest, key: str = KEY) -> None:
    """The backup with one file, as the server stores it."""
    folder = place.folder / "backups" / backup.label
    folder.mkdir(parents=True)
    text, signature = manifests.write(backup, key)
    (folder / "base.age").write_bytes(CONTENT)
    (folder / manifests.SIGNATURE).write_bytes(signature)
    (folder / manifests.MANIFEST).write_bytes(text)


def with_file(backup: Manifest) -> Manifest:
    digest = "5d8c4f76d9f4b3b3c1b5ca0d7a26e1e4" * 2
    file = SealedFile(name="base.age", size=len(CONTENT), sha256=digest)
    return backup.model_copy(update={"files": [file]})


def test_a_manifest_is_read_as_it_was_written(place: FolderDestination) -> None:
    first, second = with_file(made(2)), with_file(made(1))
    for backup in (second, first):
        store(place, backup)
    assert list(manifests.read_all(place, PUBLIC)) == [first, second]
    assert first.size == len(CONTENT)


def test_a_backup_without_its_manifest_is_none(place: FolderDestination) -> None:
    backup = with_file(made(1))
    store(place, backup)
    assert backup.object_names[-1].endswith("/manifest.json")
    place.delete(backup.object_names[-1])
    assert manifests.labels_in(place) == []


def test_a_manifest_of_another_key_or_in_another_folder_is_forged(
    place: FolderDestination,
) -> None:
    ours, theirs = made(2), made(1)
    store(place, ours)
    store(place, theirs, OTHER)
    with pytest.raises(Forged, match="signed with another key"):
        manifests.read(place, theirs.label, PUBLIC)
    folder = place.folder / "backups"
    (folder / ours.label).rename(folder / "elsewhere")
    with pytest.raises(Forged, match=f"holds {ours.label}"):
        manifests.read(place, "elsewhere", PUBLIC)


def test_a_signature_is_for_its_purpose_alone() -> None:
    """Nobody passes off a signed segment as a manifest."""
    text, signature = manifests.write(made(1), KEY)
    assert is_signed(PUBLIC, manifests.MANIFEST_PURPOSE + text, signature.decode())
    assert not is_signed(PUBLIC, text, signature.decode())
    assert not is_signed(PUBLIC, text, sign(KEY, manifests.MANIFEST_PURPOSE + text))
    assert not is_signed(PUBLIC, text, "no base64")
    assert sign(KEY, b"x") == SIGNED_X


def test_a_chain_goes_from_the_full_one_to_the_last() -> None:
    full = made(3)
    second = made(2, INCREMENTAL, full.label)
    last = made(1, INCREMENTAL, second.label)
    known = {one.label: one for one in (last, full, second)}
    assert chain_of(last.label, known) == [full, second, last]
    del known[second.label]
    with pytest.raises(Forged, match=f"Backup {second.label} is missing"):
        chain_of(last.label, known)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"x",
        lambda data: data[:-1],
        lambda data: b"A" + data[1:],
        lambda data: b"",
    ],
    ids=["longer", "shorter", "changed", "empty"],
)
def test_a_stored_file_is_the_one_that_was_stored_or_forged(
    change: Callable[[bytes], bytes], place: FolderDestination, tmp_path: Path
) -> None:
    original = tmp_path / "base.age"
    original.write_bytes(CONTENT)
    file = SealedFile(name="base.age", size=len(CONTENT), sha256=sha256_of(original))
    backup = made(1)
    store(place, backup)
    copied = io.BytesIO()
    check_stored(place, backup, file, copied)
    assert copied.getvalue() == CONTENT
    stored = place.folder / backup.object_name("base.age")
    stored.write_bytes(change(CONTENT))
    with pytest.raises(Forged, match=r"base\.age of backup"):
        check_stored(place, backup, file, io.BytesIO())


def test_a_sealed_file_opens_for_each_of_its_people_and_nobody_else(
    tmp_path: Path,
) -> None:
    owner, escrow, stranger = (pyrage.x25519.Identity.generate() for _ in range(3))
    keys = [str(identity.to_public()) for identity in (owner, escrow)]
    target = tmp_path / "sealed"
    with target.open("wb") as file:
        size, digest = seal(io.BytesIO(CONTENT), file, keys)
    assert (size, digest) == (target.stat().st_size, sha256_of(target))
    assert CONTENT not in target.read_bytes()
    for identity in (owner, escrow):
        opened = io.BytesIO()
        open_sealed(io.BytesIO(target.read_bytes()), opened, [identity])
        assert opened.getvalue() == CONTENT
    with pytest.raises(CantOpen):
        open_sealed(io.BytesIO(target.read_bytes()), io.BytesIO(), [stranger])


# Pruning --------------------------------------------------------------------


class Locking(FolderDestination):
    """A store that keeps what it has for an hour."""

    def locked_until(self, name: str) -> datetime | None:
        return NOW + timedelta(hours=1)


def config_of(place: FolderDestination) -> BackupConfig:
    return BackupConfig(
        first=str(place.folder),
        recipients=(),
        signing_key=KEY,
        work=place.folder,
        database_url="",
        keep="7 days",
    )


def labels(ages: list[int]) -> list[str]:
    return [made(age).label for age in ages]


def test_what_the_rule_does_not_keep_is_deleted_and_nothing_else(
    place: FolderDestination,
) -> None:
    for age in (30, 20, 8, 2):
        store(place, with_file(made(age)))
    assert prune(config_of(place), place, NOW) == labels([20, 30])
    assert manifests.labels_in(place) == labels([8, 2])
    assert len(place.names("backups/")) == 6


def test_what_a_store_has_locked_stays(place: FolderDestination) -> None:
    for age in (30, 8, 2):
        store(place, with_file(made(age)))
    locking = Locking(place.folder)
    assert prune(config_of(place), locking, NOW) == []
    assert prune(config_of(place), locking, NOW + timedelta(hours=1)) == labels([30])


def test_a_backup_that_is_deleted_halfway_is_no_backup_any_more(
    place: FolderDestination,
) -> None:
    class Failing(FolderDestination):
        def delete(self, name: str) -> None:
            super().delete(name)
            raise DestinationFailed("the disk went away")

    for age in (30, 8, 2):
        store(place, with_file(made(age)))
    with pytest.raises(DestinationFailed):
        prune(config_of(place), Failing(place.folder), NOW)
    assert manifests.labels_in(place) == labels([8, 2])


@pytest.fixture
def log(place: FolderDestination) -> list[str]:
    """Segments from before and after the backup of eight days ago, in order; the last
    is of another server."""
    for age, number in ((20, 40), (8, 50), (2, 60)):
        lsn = f"0/{number * 16 * 1024 * 1024:X}"
        store(place, made(age).model_copy(update={"start_lsn": lsn}))
    numbers = (3, 40, 49, 50, 51)
    names = [object_name("1", str(Segment(1, number))) for number in numbers]
    names.append(object_name("2", str(Segment(1, 3))))
    for name in names:
        (place.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / name).write_bytes(b"")
    return names


def test_the_log_from_the_last_backup_before_the_days_on_stays(
    place: FolderDestination, log: list[str]
) -> None:
    config = replace(config_of(place), keep="7 days, 5 weeks")
    assert prune(config, place, NOW) == []
    assert place.names("wal/") == log[3:]


def test_locked_segments_stay(place: FolderDestination, log: list[str]) -> None:
    prune(config_of(place), Locking(place.folder), NOW)
    assert place.names("wal/") == log
