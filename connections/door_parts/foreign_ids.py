"""Ids of other systems, as they are stored: fingerprints that say nothing.

Whoever enters an id elsewhere may write a name, a date of birth or a diagnosis into it,
and no shape tells such an id from a harmless one. Ids are only compared, so an HMAC
does. GoHighLevel's stay as they are: it is asked for its objects by their ids.
"""

import hashlib
import hmac
import re
from base64 import b32encode

from medspa.encryption.derived_keys import derived_key

GOHIGHLEVEL = "gohighlevel"
# What systems call whom they have an id for.
ID_KINDS = frozenset(
    ("account", "client", "contact", "customer", "guest", "lead", "member", "patient")
)
FINGERPRINT_LENGTH = 26
# `row:` stands before the fingerprint of a file's row that has no id. A repeated row's
# number, and what was refunded, may follow.
FINGERPRINT = re.compile(r"(id|row):[A-Z2-7]{26}(:\d{1,5})?(:refunded:\d{1,12})?")


def fingerprint(text: str) -> str:
    """Equal for equal ids; empty for an empty one."""
    if not text:
        return ""
    key = derived_key(b"ids of other systems")
    digest = hmac.digest(key, text.encode(), hashlib.sha256)
    return f"id:{b32encode(digest).decode()[:FINGERPRINT_LENGTH]}"


def stored_id(text: str) -> str:
    """The fingerprint, also of what is one already."""
    return text if FINGERPRINT.fullmatch(text) else fingerprint(text)
