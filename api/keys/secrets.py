"""The text of a key: `msk_<prefix>_<secret>`, with 256 random bits in the secret.

Nothing slow is needed to hash it: nobody can try 2²⁵⁶ secrets.
"""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from medspa.ids import DIGITS

MARK = "msk"
KEY_SECRET_BYTES = 32
KEY_SHAPE = re.compile(rf"{MARK}_([0-9a-z]{{8}})_[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True)
class KeyText:
    """A whole key as a program sends it; its text is in no `repr`."""

    prefix: str
    text: str = field(repr=False)

    @classmethod
    def new(cls, prefix: str = "") -> Self:
        prefix = prefix or "".join(secrets.choice(DIGITS) for _ in range(8))
        return cls(prefix, f"{MARK}_{prefix}_{secrets.token_urlsafe(KEY_SECRET_BYTES)}")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The key in a header; None for what can be no key."""
        match = KEY_SHAPE.fullmatch(text)
        return cls(match[1], text) if match else None

    @property
    def digest(self) -> bytes:
        return sha256(self.text.encode()).digest()
