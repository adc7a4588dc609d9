"""Signed certificates: what was removed or erased, when, and how many rows.

The signature is HMAC-SHA-256 of the content as canonical JSON, under a key of its own.
A certificate holds counts and hashes, no name and no contact.
"""

import hashlib
import hmac
import json
from typing import Any

from medspa.ids import new_id
from safekeeping.certificates.models import Certificate, CertificateKind
from safekeeping.keys import signing_key

CERTIFICATE_VERSION = 1


def issue(kind: CertificateKind, content: dict[str, Any]) -> Certificate:
    """Sign and store a certificate, in the caller's transaction."""
    key = new_id()
    full = {"v": CERTIFICATE_VERSION, "id": key, "kind": kind.value, **content}
    return Certificate.objects.create(
        id=key, kind=kind, content_json=full, signature=signature_of(full)
    )


def signature_of(content: dict[str, Any]) -> str:
    return hmac.new(signing_key(), canonical(content), hashlib.sha256).hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """The same bytes for the same content, whoever wrote it down."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return text.encode()


def is_genuine(content: dict[str, Any], signature: str) -> bool:
    """Whether this content was signed here and not changed since."""
    return hmac.compare_digest(signature_of(content).encode(), signature.encode())


def as_file(certificate: Certificate) -> str:
    """The certificate to hand out: `is_genuine` of its parts checks it."""
    parts = {
        "certificate": certificate.content_json,
        "signature": certificate.signature,
    }
    return json.dumps(parts, indent=2, sort_keys=True) + "\n"
