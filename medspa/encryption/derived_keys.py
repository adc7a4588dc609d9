"""Keys that are derived from SAFEKEEPING_KEY, which is never changed.

What they are for could not be made anew with another key: the original isn't stored.
"""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

from medspa.encryption.ciphers import decode_key


def derived_key(purpose: bytes) -> bytes:
    """32 bytes for one purpose: HMAC-SHA-256 of its name."""
    return _derived(settings.SAFEKEEPING_KEY, purpose)


# An import asks for each contact of its rows.
@lru_cache
def _derived(key: str, purpose: bytes) -> bytes:
    return hmac.digest(decode_key(key), b"medspa/" + purpose, hashlib.sha256)
