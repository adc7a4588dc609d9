"""Authenticated encryption of single fields, and blind indexes to find them.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each value. The
associated data names the value's row and column, `table.column:row`, so a value copied
to another row or column no longer decrypts. Layout of an encrypted value, in bytes:
format version (1) · key id (4) · nonce (12) · ciphertext · tag (16).

A blind index is HMAC-SHA-256 of the column's name and the normalized value under a key
of its own, cut to 128 bits: equal values can be found, none can be read.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT_VERSION = b"\x01"
KEY_ID_LENGTH = 4
NONCE_LENGTH = 12
TAG_LENGTH = 16
HEADER_LENGTH = len(FORMAT_VERSION) + KEY_ID_LENGTH + NONCE_LENGTH
BLIND_INDEX_LENGTH = 16
# 32 random bytes have 30 distinct ones on average; fewer than 20 once in 10^9 keys.
LEAST_DISTINCT_BYTES = 20
URL_SAFE = str.maketrans("-_", "+/")


class DecryptionError(Exception):
    """The value has an unknown key, was moved to another row, or was tampered with."""


class KeyRing:
    """Keys as base64 strings of 32 bytes: the first encrypts, all of them decrypt.

    Raises ValueError when a key is not 32 bytes of base64 or there is none.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("At least one field encryption key is needed.")
        raw = [decode_key(key) for key in keys]
        self._ciphers = {_key_id(key): AESGCM(key) for key in raw}
        self.newest_key_id = _key_id(raw[0])

    def encrypt(self, text: str, associated_data: str) -> bytes:
        """`text` under the newest key, for one row's column (`table.column:row`)."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        body = self._ciphers[self.newest_key_id].encrypt(
            nonce, text.encode(), associated_data.encode()
        )
        return FORMAT_VERSION + self.newest_key_id + nonce + body

    def decrypt(self, encrypted: bytes, associated_data: str) -> str:
        """The text that `encrypt` was given; raises DecryptionError."""
        cipher = self._ciphers.get(key_id_of(encrypted))
        if cipher is None or encrypted[:1] != FORMAT_VERSION:
            raise DecryptionError("This value was encrypted with a key we don't have.")
        if len(encrypted) < HEADER_LENGTH + TAG_LENGTH:
            raise DecryptionError("This value is damaged or not at its place.")
        nonce = encrypted[len(FORMAT_VERSION) + KEY_ID_LENGTH : HEADER_LENGTH]
        try:
            return cipher.decrypt(
                nonce, encrypted[HEADER_LENGTH:], associated_data.encode()
            ).decode()
        except InvalidTag as error:
            raise DecryptionError(
                "This value is damaged or not at its place."
            ) from error


def key_id_of(encrypted: bytes) -> bytes:
    return encrypted[len(FORMAT_VERSION) : len(FORMAT_VERSION) + KEY_ID_LENGTH]


def blind_index(key: bytes, column: str, value: str) -> bytes:
    """16 bytes, equal for equal values of one column; empty for an empty value."""
    if not value:
        return b""
    digest = hmac.digest(key, f"{column}\0{value}".encode(), hashlib.sha256)
    return digest[:BLIND_INDEX_LENGTH]


@lru_cache
def decode_key(key: str) -> bytes:
    """The 32 bytes of a base64 key; raises ValueError."""
    try:
        raw = b64decode(key.strip().translate(URL_SAFE), validate=True)
    except (Base64Error, ValueError) as error:
        raise ValueError("A key must be 32 bytes in base64.") from error
    if len(raw) != 32:
        raise ValueError("A key must be 32 bytes in base64.")
    return raw


def check_keys(keys: Sequence[str], *others: str) -> None:
    """Raises ValueError with a sentence for keys that must not be used.

    None, one that is unreadable, one that is not random, or one that is there twice or
    among `others`, which have another purpose.
    """
    KeyRing(keys)
    raw = [decode_key(key) for key in keys]
    if any(len(set(key)) < LEAST_DISTINCT_BYTES for key in raw):
        raise ValueError("A key must be random; this one follows a pattern.")
    if len(set(raw)) < len(raw):
        raise ValueError("The same key appears twice.")
    if set(raw) & {decode_key(other) for other in others}:
        raise ValueError("This key has another purpose already.")


def key_id(key: str) -> bytes:
    """What the values that were encrypted with a base64 key carry in their header."""
    return _key_id(decode_key(key))


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:KEY_ID_LENGTH]
