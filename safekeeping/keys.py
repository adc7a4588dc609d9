"""The two keys that are derived from SAFEKEEPING_KEY.

One signs certificates, the other makes fingerprints of contacts that must not come in
again. Neither is derived from a key that is changed now and then: old certificates
could not be checked any more, and everybody who asked not to be contacted would be
forgotten.
"""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings

from medspa.encryption.ciphers import decode_key


def signing_key() -> bytes:
    return _derived(settings.SAFEKEEPING_KEY, b"certificates")


def suppression_key() -> bytes:
    return _derived(settings.SAFEKEEPING_KEY, b"suppressed contacts")


# An import asks for each contact of its rows.
@lru_cache
def _derived(key: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose: HMAC-SHA-256 of its name."""
    return hmac.digest(decode_key(key), b"medspa/" + purpose, hashlib.sha256)
