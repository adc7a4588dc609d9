"""The recovery sheet: what somebody with a bare machine and an age identity needs.

It can be printed and kept anywhere: keys stand on it only wrapped for the owner and the
escrow.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

import pyrage
import segno
from django.conf import settings

from medspa import clock
from safekeeping.backups.storage.config import RECIPIENT_NAMES, BackupConfig
from safekeeping.backups.storage.sealing import recipients_of
from safekeeping.backups.storage.signing import public_key


@dataclass(frozen=True)
class WrappedKey:
    """A setting, encrypted with age to the recipients: as text and as a QR code."""

    name: str
    fingerprint: str
    text: str
    svg: str


@dataclass(frozen=True)
class RecoverySheet:
    made_at: datetime
    first: str
    second: str
    recipients: list[tuple[str, str]]
    signature_key: str
    keys: list[WrappedKey]


def recovery_sheet(config: BackupConfig) -> RecoverySheet:
    secrets = {
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        "SAFEKEEPING_KEY": settings.SAFEKEEPING_KEY,
        "BACKUP_SIGNING_KEY": config.signing_key,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    return RecoverySheet(
        clock.now(),
        config.first,
        config.second,
        list(zip(RECIPIENT_NAMES, config.recipients, strict=False)),
        public_key(config.signing_key),
        [_wrapped(config, name, secret) for name, secret in secrets.items()],
    )


def _wrapped(config: BackupConfig, name: str, secret: str) -> WrappedKey:
    line = f"{name}={secret}\n".encode()
    sealed = pyrage.encrypt(line, recipients_of(config.recipients))
    text = base64.b64encode(sealed).decode()
    code = segno.make(text, error="l", micro=False)
    # Tells whether two sheets hold the same key, and nothing more.
    fingerprint = hashlib.sha256(line).hexdigest()[:12]
    return WrappedKey(name, fingerprint, text, code.svg_inline(scale=2, omitsize=True))
