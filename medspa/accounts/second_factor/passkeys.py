"""Passkeys: what the browser is asked, and checking what it answers.

The protocol (WebAuthn) is py_webauthn's. A passkey belongs to the host name at which it
was added; browsers offer it nowhere else.

Whoever needs this imports it where it is called: py_webauthn and what it stands on take
6 MB and 0.15 s, which the worker and commands have no use for.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from medspa import clock
from medspa.accounts.models import User
from medspa.accounts.second_factor.challenges import (
    Purpose,
    give_challenge,
    take_challenge,
)
from medspa.accounts.second_factor.models import (
    LONGEST_PASSKEY_NAME,
    Passkey,
    lock_owner,
)
from medspa.accounts.second_factor.passkey_site import Site
from medspa.reading.cleaning import clean_text
from medspa.refusals import Refused

MOST_PASSKEYS = 10
LONGEST_ANSWER = 20_000
TIMEOUT_MILLISECONDS = 5 * 60 * 1000
# What a library may raise that reads what a browser sent.
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
UNKNOWN_PASSKEY = "That passkey isn't known here. It may have been removed."


class PasskeyRefused(Refused):
    """The passkey was not added, or proves nothing."""

    code = "passkey_refused"


def ask_to_add(session: Any, person: User, site: Site) -> str:
    """What `navigator.credentials.create` is called with, as JSON."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.clinic,
        user_name=person.email or person.username,
        user_id=person.pk.encode(),
        user_display_name=person.get_full_name() or person.username,
        challenge=give_challenge(session, Purpose.ADD),
        timeout=TIMEOUT_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(person),
    )
    return options_to_json(options)


def ask_for(session: Any, purpose: Purpose, person: User | None, site: Site) -> str:
    """What `navigator.credentials.get` is called with, as JSON.

    Without a person the browser offers every passkey that it has for the site.
    """
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=give_challenge(session, purpose),
        timeout=TIMEOUT_MILLISECONDS,
        allow_credentials=_descriptors(person) if person else None,
        user_verification=_verification(purpose, person),
    )
    return options_to_json(options)


def _verification(purpose: Purpose, person: User | None) -> UserVerificationRequirement:
    """Alone, a passkey must have asked for a finger, a face or a PIN."""
    is_alone = person is None or purpose is Purpose.PROVE
    kinds = UserVerificationRequirement
    return kinds.REQUIRED if is_alone else kinds.PREFERRED


def _descriptors(person: User) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=bytes(passkey.credential_id),
            transports=[
                AuthenticatorTransport(name)
                for name in passkey.transports.split(",")
                if name
            ],
        )
        for passkey in Passkey.objects.filter(person=person)
    ]


def keep_passkey(
    session: Any, person: User, name: str, answer: str, site: Site
) -> Passkey:
    """Keep the passkey that the browser made. Raises Refused.

    Called within a transaction.
    """
    try:
        said = parse_registration_credential_json(_limited(answer))
        challenge = _answered(session, Purpose.ADD, said)
        made = verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except UNREADABLE as error:
        raise PasskeyRefused("The passkey couldn't be read. Try again.") from error
    passkey = Passkey(
        person=person,
        name=clean_text(name)[:LONGEST_PASSKEY_NAME] or "Passkey",
        credential_id=made.credential_id,
        credential_hash=hash_of(made.credential_id),
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(said.response.transports or ()),
        is_synced=made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        created_at=clock.now(),
    )
    lock_owner(person)
    if Passkey.objects.filter(person=person).count() >= MOST_PASSKEYS:
        raise PasskeyRefused(f"You have {MOST_PASSKEYS} passkeys. Remove one first.")
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    except IntegrityError:
        raise PasskeyRefused("This passkey was already added.") from None
    return passkey


def check_passkey(
    session: Any, purpose: Purpose, person: User | None, answer: str, site: Site
) -> Passkey:
    """The passkey that the browser proved; raises Refused.

    With a person it must be one of theirs. Without, its owner is who signs in.
    """
    verification = _verification(purpose, person)
    try:
        said = parse_authentication_credential_json(_limited(answer))
        challenge = _answered(session, purpose, said)
        with transaction.atomic():
            passkey = _known(said.raw_id, person)
            proved = verify_authentication_response(
                credential=said,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=(
                    verification is UserVerificationRequirement.REQUIRED
                ),
            )
            passkey.sign_count = proved.new_sign_count
            passkey.is_synced = (
                proved.credential_device_type == CredentialDeviceType.MULTI_DEVICE
            )
            passkey.last_used_at = clock.now()
            passkey.save(update_fields=["is_synced", "last_used_at", "sign_count"])
    except UNREADABLE as error:
        raise PasskeyRefused("The passkey couldn't be checked. Try again.") from error
    return passkey


def _known(credential_id: bytes, person: User | None) -> Passkey:
    """Locked: a counter of its own tells a copied key from the true one."""
    rows = Passkey.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("person").filter(credential_hash=hash_of(credential_id))
    passkey = (rows.filter(person=person) if person else rows).first()
    if passkey is None:
        raise PasskeyRefused(UNKNOWN_PASSKEY)
    return passkey


def _answered(session: Any, purpose: Purpose, said: Any) -> bytes:
    client_data = parse_client_data_json(said.response.client_data_json)
    return take_challenge(session, purpose, client_data.challenge)


def _limited(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("an answer of a browser is short")
    read: dict[str, Any] = json.loads(answer)
    return read


def _transports(kinds: Sequence[AuthenticatorTransport]) -> str:
    return ",".join(kind.value for kind in kinds)


def hash_of(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
