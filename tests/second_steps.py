"""What people hold in their hands: authenticator apps and passkeys, made in Python."""

import hashlib
import json
import struct
from base64 import b32decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django_otp.oath import hotp

from medspa import clock
from medspa.accounts.second_factor import recovery
from medspa.accounts.second_factor.models import TotpDevice
from medspa.accounts.second_factor.totp import begin_set_up
from medspa.models import User

ORIGIN, HOST = "http://localhost", "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class App:
    """An authenticator app whose clock is `ahead` seconds ahead."""

    secret: str
    ahead: int = 0

    def code(self, later: int = 0) -> str:
        seconds = int(clock.now().timestamp()) + self.ahead + later
        return f"{hotp(b32decode(self.secret), seconds // 30):06}"


def add_app(person: User, codes: bool = True) -> App:
    """The person's app, set up long ago: no code of it was used yet."""
    device = begin_set_up(person)
    TotpDevice.objects.filter(pk=device.pk).update(confirmed_at=clock.now())
    if codes:
        recovery.make_codes(person)
    return App(device.secret)


@dataclass
class Key:
    """A passkey as a phone or computer keeps it (ES256)."""

    verifies: bool = True
    private: Any = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    pk: bytes = b"a passkey of a test, thirty-two b"
    count: int = 0
    origin: str = ORIGIN

    def create(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` answers."""
        numbers = self.private.public_key().public_numbers()
        public = cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )
        data = self._data(options["rp"]["id"], ATTESTED)
        data += bytes(16) + struct.pack(">H", len(self.pk)) + self.pk + public
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(
            clientDataJSON=_text(self._client_data("webauthn.create", options)),
            attestationObject=_text(cbor2.dumps(attestation)),
            transports=["internal"],
        )

    def get(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.get` answers."""
        self.count += 1
        client_data = self._client_data("webauthn.get", options)
        data = self._data(options["rpId"], 0)
        signed = data + hashlib.sha256(client_data).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=_text(client_data),
            authenticatorData=_text(data),
            signature=_text(signature),
        )

    def _data(self, host: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        found = hashlib.sha256(host.encode()).digest()
        return found + struct.pack(">BI", flags, self.count)

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
        }
        return json.dumps(said).encode()

    def _answer(self, **response: Any) -> str:
        name = _text(self.pk)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": response}
        )


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def asked(client: Client, purpose: str) -> dict[str, Any]:
    """What the server asks the browser for; fails if it refuses."""
    answer = client.post("/account/passkey/options/", {"purpose": purpose})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def add_key(client: Client, key: Key) -> Any:
    answer = key.create(asked(client, "add"))
    return client.post(
        "/account/two-step/passkey/", {"name": "My laptop", "passkey": answer}
    )
