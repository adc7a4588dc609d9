"""Signatures over raw bytes, as several systems make them. Pure."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta
from hashlib import sha256

from connections.refusals import BadSignature, NotSigned, TooOld

TOLERANCE = timedelta(minutes=5)
NO_SECRET = "This connection has no secret yet."  # noqa: S105
MISSING = "The delivery is not signed."
WRONG = "The signature is wrong."
OLD = "The signature is older than 5 minutes, or the clocks differ."


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, sha256).digest()


def check(given: str, expected: str) -> None:
    """Compare in constant time; raises BadSignature."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadSignature(WRONG)


def check_moment(seconds: str, now: datetime) -> None:
    """The moment that was signed is near; raises TooOld."""
    try:
        age = abs(now.timestamp() - int(seconds))
    except (ValueError, OverflowError):
        raise BadSignature(WRONG) from None
    if age > TOLERANCE.total_seconds():
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
