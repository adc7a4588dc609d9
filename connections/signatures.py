"""Signatures over raw bytes, as several systems make them. Pure.

They are compared in constant time, and an empty secret never fits.
"""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from connections.door import Delivery
from connections.refusals import BadSignature, NotSigned, TooOld

CLOCK_TOLERANCE = timedelta(minutes=5)
NO_SECRET = "This connection has no secret yet."  # noqa: S105
MISSING_SIGNATURES = "The delivery is not signed."
WRONG_SIGNATURE = "The signature is wrong."
OLD = "The signature is older than 5 minutes, or the clocks differ."
# What senders write into the header when they have no key.
NO_SIGNATURE = frozenset({"", "n/a", "none", "null", "undefined"})
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, sha256).digest()


def check(given: str, expected: str) -> None:
    """Compare in constant time; raises BadSignature."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadSignature(WRONG_SIGNATURE)


def check_moment(seconds: str, now: datetime) -> None:
    """The moment that was signed is near; raises TooOld."""
    try:
        age = abs(now.timestamp() - int(seconds))
    except (ValueError, OverflowError):
        raise BadSignature(WRONG_SIGNATURE) from None
    if age > CLOCK_TOLERANCE.total_seconds():
        raise TooOld(OLD)


def standard_webhook_key(secret: str) -> bytes:
    """The key in `whsec_…`."""
    try:
        return b64decode(secret.removeprefix("whsec_"), validate=True)
    except (NotBase64, ValueError):
        raise NotSigned(NO_SECRET) from None


def sign_standard_webhook(
    secret: str, webhook_id: str, seconds: str, body: bytes
) -> str:
    """The `webhook-signature` of a body by the Standard Webhooks specification."""
    message = f"{webhook_id}.{seconds}.".encode() + body
    signature = hmac_sha256(standard_webhook_key(secret), message)
    return f"v1,{b64encode(signature).decode()}"


def header(delivery: Delivery, name: str) -> str:
    """The signature in this header."""
    return present(delivery.headers.get(name, ""))


def present(text: str) -> str:
    """The signature, unless it says that there is none."""
    text = text.strip()
    if text.casefold() in NO_SIGNATURE:
        raise NotSigned(MISSING_SIGNATURES)
    return text


def digest(secret: str, message: bytes) -> bytes:
    return hmac_sha256(secret.encode(), message)


def require_hex(secret: str, message: bytes, *signatures: str) -> None:
    """One of the signatures is the digest in hexadecimal."""
    expected = digest(secret, message)
    if not secret or not any(_is_same(expected, _unhex(one)) for one in signatures):
        raise BadSignature(WRONG_SIGNATURE)


def require_base64(secret: str, message: bytes, signature: str) -> None:
    if not secret or not _is_same(digest(secret, message), _unbase64(signature)):
        raise BadSignature(WRONG_SIGNATURE)


def require_timed(secret: str, delivery: Delivery, name: str) -> None:
    """`t=1700000000,v1=<hex>` over `<t>.<body>`, as Stripe and Calendly sign.

    While a key is replaced there is one `v1` for each.
    """
    parts = list(_pairs(header(delivery, name)))
    moments = [value for key, value in parts if key == "t"]
    signatures = [value for key, value in parts if key == "v1"]
    if not signatures or len(moments) != 1 or not _SECONDS.fullmatch(moments[0]):
        raise BadSignature(WRONG_SIGNATURE)
    message = moments[0].encode() + b"." + delivery.body
    require_hex(secret, message, *signatures)
    check_moment(moments[0], delivery.received_at)


def timed(secret: str, delivery: Delivery) -> str:
    """The header that `require_timed` accepts, signed when it was received."""
    seconds = str(int(delivery.received_at.timestamp()))
    message = seconds.encode() + b"." + delivery.body
    return f"t={seconds},v1={digest(secret, message).hex()}"


def base64_of(secret: str, message: bytes) -> str:
    """The signature that `require_base64` accepts."""
    return b64encode(digest(secret, message)).decode()


def basic(user: str, password: str) -> str:
    """An `Authorization` header of HTTP Basic."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def require_secret(secret: str, given: str) -> None:
    """The word that was sent is the secret."""
    given = present(given)
    if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
        raise BadSignature(WRONG_SIGNATURE)


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
        return b64decode(text.strip().encode("ascii"), validate=True)
    except ValueError:
        return b""
