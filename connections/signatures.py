"""Signatures over the bytes of a delivery, compared in constant time.

Each function raises a DeliveryRefused. An empty secret never fits.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import timedelta

from connections.door import Delivery
from connections.refusals import BadSignature, NotSigned, TooOld

# How far the clock of the sender, or ours, may be off.
TOLERANCE = timedelta(minutes=5)
NOT_SIGNED = "The delivery has no signature."
BAD_SIGNATURE = "The signature doesn't fit the delivery."
TOO_OLD = "The delivery was signed more than 5 minutes ago, or in the future."
# What senders write into the header when they have no key.
NO_SIGNATURE = frozenset({"", "n/a", "none", "null", "undefined"})
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)


def header(delivery: Delivery, name: str) -> str:
    """The signature in this header."""
    return present(delivery.headers.get(name, ""))


def present(text: str) -> str:
    """The signature, unless it says that there is none."""
    text = text.strip()
    if text.casefold() in NO_SIGNATURE:
        raise NotSigned(NOT_SIGNED)
    return text


def digest(secret: str, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def require_hex(secret: str, message: bytes, *signatures: str) -> None:
    """One of the signatures is the digest in hexadecimal."""
    expected = digest(secret, message)
    if not secret or not any(_is_same(expected, _unhex(one)) for one in signatures):
        raise BadSignature(BAD_SIGNATURE)


def require_base64(secret: str, message: bytes, signature: str) -> None:
    if not secret or not _is_same(digest(secret, message), _unbase64(signature)):
        raise BadSignature(BAD_SIGNATURE)


def require_timed(secret: str, delivery: Delivery, name: str) -> None:
    """`t=1700000000,v1=<hex>` over `<t>.<body>`, as Stripe and Calendly sign.

    While a key is replaced there is one `v1` for each.
    """
    parts = list(_pairs(header(delivery, name)))
    moments = [value for key, value in parts if key == "t"]
    signatures = [value for key, value in parts if key == "v1"]
    if not signatures or len(moments) != 1 or not _SECONDS.fullmatch(moments[0]):
        raise BadSignature(BAD_SIGNATURE)
    message = moments[0].encode() + b"." + delivery.body
    require_hex(secret, message, *signatures)
    age = delivery.received_at.timestamp() - int(moments[0])
    if abs(age) > TOLERANCE.total_seconds():
        raise TooOld(TOO_OLD)


def timed(secret: str, delivery: Delivery) -> str:
    """The header that `require_timed` accepts, signed when it was received."""
    seconds = str(int(delivery.received_at.timestamp()))
    message = seconds.encode() + b"." + delivery.body
    return f"t={seconds},v1={digest(secret, message).hex()}"


def base64_of(secret: str, message: bytes) -> str:
    """The signature that `require_base64` accepts."""
    return base64.b64encode(digest(secret, message)).decode()


def basic(user: str, password: str) -> str:
    """An `Authorization` header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def require_secret(secret: str, given: str) -> None:
    """The word that was sent is the secret."""
    given = present(given)
    if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
        raise BadSignature(BAD_SIGNATURE)


def _is_same(expected: bytes, given: bytes) -> bool:
    return hmac.compare_digest(expected, given)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        key, _, value = part.strip().partition("=")
        yield key, value


def _unhex(text: str) -> bytes:
    try:
        return binascii.unhexlify(text.strip().encode("ascii"))
    except ValueError:
        return b""


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip().encode("ascii"), validate=True)
    except ValueError:
        return b""
