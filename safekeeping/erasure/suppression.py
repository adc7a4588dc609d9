"""Do not contact: contacts that must not come in again, known by their HMAC alone."""

import hashlib
import hmac
from collections.abc import Collection, Iterable

from leads.contact import CONTACT_ID, clean_email, clean_phone, email_key, phone_key
from medspa.postgres.written_query import array_of, prepared_cursor
from medspa.reading.cleaning import clean_text
from safekeeping.erasure.models import SuppressedContact
from safekeeping.erasure.person import PersonIdentity
from safekeeping.keys import suppression_key

FIND_SUPPRESSED = """
    SELECT digest FROM safekeeping_suppressedcontact WHERE digest = ANY(%s)
"""


def digest_of(kind: str, contact: str) -> str:
    """HMAC-SHA-256 of a normalized email, phone or contact id, in hexadecimal."""
    text = f"{kind}\0{contact}".encode()
    return hmac.digest(suppression_key(), text, hashlib.sha256).hex()


def suppress(identity: PersonIdentity) -> int:
    """Keep these contacts out from now on; how many they are."""
    digests = {digest_of("email", email) for email in identity.emails}
    digests |= {digest_of("phone", phone) for phone in identity.phones}
    digests |= {digest_of("id", external) for external in identity.external_ids}
    rows = [SuppressedContact(digest=digest) for digest in sorted(digests)]
    SuppressedContact.objects.bulk_create(rows, ignore_conflicts=True)
    return len(digests)


def suppressed_contacts(contacts: Collection[str]) -> set[str]:
    """Those of the emails, phones and contact ids that somebody had who was erased."""
    digests = {_digest(contact): contact for contact in contacts if contact}
    if not digests:
        return set()
    # Asked for each lead that comes in; by the ORM it took 9 % of the CPU of one.
    with prepared_cursor() as cursor:
        cursor.execute(FIND_SUPPRESSED, [array_of(digests)])
        return {digests[digest] for (digest,) in cursor.fetchall()}


def contact_in(typed: str) -> str:
    """The email, phone or contact id that somebody typed, as it was kept out.

    Raises ValidationError for what is none of them.
    """
    text = clean_text(typed)
    if "@" in text:
        return clean_email(text)
    return text if CONTACT_ID.fullmatch(text) else clean_phone(text)


def allow_again(contacts: Iterable[str]) -> int:
    """Let contacts in again, because the person came back; how many were kept out."""
    digests = [_digest(contact) for contact in contacts if contact]
    return SuppressedContact.objects.filter(digest__in=digests).delete()[0]


def _digest(contact: str) -> str:
    if "@" in contact:
        return digest_of("email", email_key(contact))
    if contact.startswith("+"):
        return digest_of("phone", phone_key(contact))
    return digest_of("id", contact)
