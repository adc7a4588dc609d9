"""Signatures by which a changed, truncated or swapped file is noticed.

The private key stays with the site and signs what it stores. To check a signature the
public key is enough; it stands on the recovery sheet.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from safekeeping.backups.storage.config import BackupRefused


class Forged(BackupRefused):
    """Something in a destination is not what we stored there."""

    code = "forged"


def sign(key: str, message: bytes) -> str:
    return base64.b64encode(_private(key).sign(message)).decode()


def public_key(key: str) -> str:
    """The public half of a signing key, in base64."""
    return base64.b64encode(_private(key).public_key().public_bytes_raw()).decode()


def is_signed(public: str, message: bytes, signature: str) -> bool:
    try:
        verifier = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        verifier.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _private(key: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(key))
    except (ValueError, binascii.Error):
        raise BackupRefused(
            "BACKUP_SIGNING_KEY must be 32 random bytes in base64."
        ) from None
