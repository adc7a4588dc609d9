"""The age identities that open backups: given by a person, or for drills by a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safekeeping.backups.storage.config import (
    RECIPIENT_NAMES,
    BackupConfig,
    BackupRefused,
)
from safekeeping.backups.storage.sealing import identities_in


def read_identities(path: Path) -> list[Any]:
    try:
        return identities_in(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"The identity file {path} can't be read.") from error


def drill_identities(config: BackupConfig, name: str) -> list[Any] | None:
    """Those of the file named for drills; None if it isn't on this computer."""
    path = config.identity_file(name)
    return read_identities(path) if path and path.exists() else None


def name_of(identities: list[Any], recipients: Sequence[str]) -> str:
    """Whose key opens what is encrypted to these recipients; refused if nobody's."""
    public = {str(identity.to_public()) for identity in identities}
    names = (*RECIPIENT_NAMES, *(f"recipient {n}" for n in range(3, 100)))
    for name, recipient in zip(names, recipients, strict=False):
        if recipient in public:
            return name
    raise BackupRefused(
        "This identity opens none of these backups: they are encrypted to other keys. "
        "The owner's and the escrow's public keys are on the recovery sheet."
    )
