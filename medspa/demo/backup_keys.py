"""Keys for the backups of a trial on one computer, made once and stored with its data.

A real site's identities are never on its server; here they are, so that a trial can be
restored without any preparation.
"""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

KEY_NAMES = ("owner", "escrow")
PUBLIC_KEY_LINE = "# public key: "


def demo_backup_keys(folder: Path) -> dict[str, list[str]]:
    """The age keys and the signing key in `folder`/backup_keys; the first call's stay.

    Each file appears complete or not at all.
    """
    keys = folder / "backup_keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = [keys / f"{name}.txt" for name in KEY_NAMES]
    for path in files:
        if not path.exists():
            _write(path, _new_identity())
    signing = keys / "signing.txt"
    if not signing.exists():
        _write(signing, urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n")
    return {
        "identities": [str(path) for path in files],
        "recipients": [_public_key(path) for path in files],
        "signing_key": [signing.read_text().strip()],
    }


def _new_identity() -> str:
    import pyrage  # only the first start needs it

    identity = pyrage.x25519.Identity.generate()
    return f"{PUBLIC_KEY_LINE}{identity.to_public()}\n{identity}\n"


def _public_key(path: Path) -> str:
    [line] = [
        li for li in path.read_text().splitlines() if li.startswith(PUBLIC_KEY_LINE)
    ]
    return line.removeprefix(PUBLIC_KEY_LINE)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its keys count
    finally:
        draft.unlink()
