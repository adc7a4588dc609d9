"""Who may send: GoHighLevel itself by its signature, workflows by a shared secret."""

import base64
import binascii
from collections.abc import Mapping
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from connections.door import Delivery
from connections.refusals import BadSignature, NotSigned

SIGNATURE_HEADER = "x-ghl-signature"
WORKFLOW_SECRET = "x-medspa-secret"  # noqa: S105
# What GoHighLevel writes where it has no signature.
NO_SIGNATURE = "N/A"
PEM_END = "-----END PUBLIC KEY-----"
# The key that GoHighLevel publishes for all its apps, where a connection has no other.
PUBLISHED_KEY = f"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
{PEM_END}"""


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    """Raises NotSigned or BadSignature. The old RSA header counts for nothing."""
    signature = delivery.headers.get(SIGNATURE_HEADER, "").strip()
    if signature and signature != NO_SIGNATURE:
        keys = _public_keys(secrets.get("app_public_keys", "") or PUBLISHED_KEY)
        _require_signed(delivery.body, signature, keys)
        return
    told = delivery.headers.get(WORKFLOW_SECRET, "").strip()
    if not told:
        raise NotSigned("The delivery has no signature and no secret.")
    secret = secrets.get("workflow_secret", "")
    if not secret or not compare_digest(told.encode(), secret.encode()):
        raise BadSignature("The delivery has another secret than this connection.")


def _require_signed(body: bytes, signature: str, keys: list[Ed25519PublicKey]) -> None:
    try:
        raw = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        raise BadSignature("The signature is not base64.") from None
    for key in keys:
        try:
            key.verify(raw, body)
        except InvalidSignature:
            continue
        return
    raise BadSignature("The signature doesn't match any of GoHighLevel's keys.")


def _public_keys(text: str) -> list[Ed25519PublicKey]:
    """The Ed25519 keys in PEM blocks; several while GoHighLevel changes its key."""
    keys = []
    for block in text.split(PEM_END)[:-1]:
        try:
            key = load_pem_public_key((block.strip() + "\n" + PEM_END).encode())
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            keys.append(key)
    return keys
