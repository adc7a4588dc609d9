"""A backup's manifest: what it holds, of which server and moment, signed."""

import json
from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from safekeeping.backups.storage.destinations import Destination, ObjectMissing
from safekeeping.backups.storage.signing import Forged, is_signed, sign

FOLDER = "backups"
FULL, INCREMENTAL, LOGICAL = "full", "incremental", "logical"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MANIFEST_PURPOSE = b"medspa backup manifest\0"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SealedFile(Frozen):
    """An encrypted file of the backup: its size and SHA-256 as it is stored."""

    name: str
    size: int
    sha256: str


class Manifest(Frozen):
    """`parent`: the backup on which an incremental one stands, else empty.

    `finished_at`: by the server's clock; the earliest moment it can be restored to.
    """

    label: str
    kind: str
    parent: str = ""
    system_id: str
    timeline: int
    start_lsn: str
    stop_lsn: str
    started_at: datetime
    finished_at: datetime
    server_version: int
    database: str
    database_bytes: int
    app_version: str
    migrations: dict[str, str]
    recipients: list[str]
    files: list[SealedFile]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def object_name(self, name: str) -> str:
        return f"{FOLDER}/{self.label}/{name}"

    @property
    def object_names(self) -> list[str]:
        """In the order in which they are stored: without a manifest there is none."""
        names = [*(file.name for file in self.files), SIGNATURE, MANIFEST]
        return [self.object_name(name) for name in names]


def write(manifest: Manifest, signing_key: str) -> tuple[bytes, bytes]:
    """The texts of manifest and signature."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=1).encode()
    return text, sign(signing_key, MANIFEST_PURPOSE + text).encode()


def labels_in(place: Destination) -> list[str]:
    """Of complete backups, oldest first."""
    parts = [name.split("/") for name in place.names(f"{FOLDER}/")]
    return sorted(p[1] for p in parts if len(p) == 3 and p[2] == MANIFEST)


def read(place: Destination, label: str, public_key: str) -> Manifest:
    """The manifest of a backup; Forged if it isn't the one that we signed."""
    folder = f"{FOLDER}/{label}"
    with place.opened(f"{folder}/{MANIFEST}") as file:
        text = file.read()
    with place.opened(f"{folder}/{SIGNATURE}") as file:
        signature = file.read().decode("ascii", "replace")
    if not is_signed(public_key, MANIFEST_PURPOSE + text, signature):
        raise Forged(
            f"The manifest of backup {label} in {place.name} is not the one that was "
            "signed: it was changed, or signed with another key."
        )
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Forged(f"The manifest of backup {label} is not readable.") from error
    if manifest.label != label:
        raise Forged(f"The folder of backup {label} holds {manifest.label}.")
    return manifest


def read_all(place: Destination, public_key: str) -> Iterator[Manifest]:
    """Every complete backup, oldest first, but for one that is deleted meanwhile."""
    for label in labels_in(place):
        try:
            yield read(place, label, public_key)
        except ObjectMissing:
            if is_stored(place, label):
                raise


def is_stored(place: Destination, label: str) -> bool:
    """Of a backup that is deleted the manifest goes first."""
    return place.size(f"{FOLDER}/{label}/{MANIFEST}") is not None


def chain_of(label: str, known: dict[str, Manifest]) -> list[Manifest]:
    """The full backup and the incremental ones up to `label`; Forged for a gap."""
    chain: list[Manifest] = []
    while label:
        if label not in known:
            raise Forged(f"Backup {label} is missing, and others are based on it.")
        chain.append(known[label])
        label = known[label].parent
    return chain[::-1]
