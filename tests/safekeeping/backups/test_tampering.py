"""Nothing in a destination can be changed without being noticed."""

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from safekeeping.backups.making.programs import nothing
from safekeeping.backups.restoring.fetching import fetch_log, unpack
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import first_of
from safekeeping.backups.storage.sealing import seal
from safekeeping.backups.storage.verifying import problems_in
from tests.safekeeping.backups.cluster import OWNER, PUBLIC_KEY, Cluster

Tamper = Callable[[Path], object]
SEALED = ("base.tar.zst.age", "pg_wal.tar.zst.age", "backup_manifest.zst.age")
KINDS = (*SEALED, "manifest.json", "manifest.sig", "segment")


@pytest.fixture(scope="module")
def stored(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two backups and some segments, in a folder that is copied for each test."""
    folder = tmp_path_factory.mktemp("stored")
    own = cluster.with_first(folder)
    for is_full in (True, False):
        own.write()
        own.back_up(is_full=is_full)
        own.run("SELECT pg_switch_wal()")
        own.archive()
    return folder


def files(folder: Path, kind: str) -> list[Path]:
    if kind == "segment":
        return sorted(path for path in (folder / "wal").rglob("*") if path.is_file())
    return sorted(folder.rglob(kind))


def flip(path: Path) -> None:
    """One bit in the middle of the file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def swap(first: Path, second: Path) -> None:
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)


def problems(folder: Path, cluster: Cluster) -> list[str]:
    return list(problems_in(first_of(cluster.with_first(folder).config), PUBLIC_KEY))


TAMPERINGS: dict[str, Tamper] = {
    f"{act.__name__} {kind}": lambda folder, act=act, kind=kind: act(  # type: ignore[misc]
        files(folder, kind)[0]
    )
    for act in (flip, cut, lengthen)
    for kind in KINDS
    # Whether a signature ends in a further byte changes nothing that it signs.
    if (act, kind) != (lengthen, "manifest.sig")
}
TAMPERINGS |= {
    f"swap {kind}": lambda folder, kind=kind: swap(*files(folder, kind)[:2])  # type: ignore[misc]
    for kind in (*SEALED, "manifest.json", "segment")
}
TAMPERINGS["swap backups"] = lambda folder: [
    swap(*pair)
    for pair in zip(
        *(sorted(p.iterdir()) for p in sorted((folder / "backups").iterdir())),
        strict=True,
    )
]
TAMPERINGS["file gone"] = lambda folder: files(folder, SEALED[0])[0].unlink()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_noticed(
    name: str, stored: Path, cluster: Cluster, tmp_path: Path
) -> None:
    folder = tmp_path / "stored"
    shutil.copytree(stored, folder)
    TAMPERINGS[name](folder)
    assert problems(folder, cluster)


def test_what_was_stored_is_as_it_was_signed(stored: Path, cluster: Cluster) -> None:
    assert len(TAMPERINGS) >= 20
    assert problems(stored, cluster) == []


def test_a_changed_segment_is_not_replayed(
    stored: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """The restore itself checks what it reads; nobody has to look before."""
    folder = tmp_path / "stored"
    shutil.copytree(stored, folder)
    own = cluster.with_first(folder)
    name = own.archive_of.plan(None).segments[-1]
    flip(folder / name)
    with pytest.raises(BackupRefused, match=r"changed or cut off|not as it was signed"):
        fetch_log(
            first_of(own.config), [name], PUBLIC_KEY, [OWNER], tmp_path / "log", nothing
        )


def sealed_archive(*members: tarfile.TarInfo) -> io.BytesIO:
    archive, sealed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as made:
        for member in members:
            made.addfile(member)
    archive.seek(0)
    seal(archive, sealed, [str(OWNER.to_public())])
    sealed.seek(0)
    return sealed


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../beside", tarfile.REGTYPE),
        ("base/../../beside", tarfile.REGTYPE),
        ("/beside", tarfile.REGTYPE),
        ("beside", tarfile.SYMTYPE),
        ("beside", tarfile.LNKTYPE),
    ],
)
def test_nothing_is_unpacked_beside_the_data_folder(
    name: str, kind: bytes, tmp_path: Path
) -> None:
    """Nor through a link, of which a server without tablespaces has none."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc"
    sealed = sealed_archive(tarfile.TarInfo("PG_VERSION"), member)
    with pytest.raises(tarfile.OutsideDestinationError):
        unpack(sealed, [OWNER], tmp_path / "data")
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "PG_VERSION"]


def test_what_is_unpacked_is_its_owners_to_write(tmp_path: Path) -> None:
    member = tarfile.TarInfo("PG_VERSION")
    member.mode = 0o6777
    unpack(sealed_archive(member), [OWNER], tmp_path)
    assert (tmp_path / "PG_VERSION").stat().st_mode & 0o7777 == 0o755
