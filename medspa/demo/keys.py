"""Encryption keys for a trial on one computer, made once and stored with its data."""

import os
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path


def demo_keys(folder: Path) -> dict[str, str]:
    """The keys in `folder`/demo_keys.env, written at the first call.

    Without the file the trial's emails and phones are unreadable, so it is stored
    next to the embedded database and never overwritten. Two first calls at once get
    the same keys: the file appears complete or not at all.
    """
    path = folder / "demo_keys.env"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".demo_keys.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(
                f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
                f"FIELD_ENCRYPTION_KEYS={_random_key()}\n"
                f"BLIND_INDEX_KEY={_random_key()}\n"
                f"SAFEKEEPING_KEY={_random_key()}\n"
            )
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its keys count
        finally:
            draft.unlink()
    pairs = (line.partition("=") for line in path.read_text().splitlines())
    keys = {name: value for name, _, value in pairs}
    if "SAFEKEEPING_KEY" not in keys:  # a trial from before there was this key
        made = sha256(keys["BLIND_INDEX_KEY"].encode()).digest()
        keys["SAFEKEEPING_KEY"] = urlsafe_b64encode(made).decode()
    return keys


def _random_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()
