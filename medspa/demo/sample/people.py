"""Invented people: first names, example.com, phone numbers that nobody has.

555-0100 to 555-0199 are reserved for fiction in every area code (nationalnanpa.com),
example.com by RFC 2606.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from leads.contact import email_key, last_four, phone_key
from medspa.encryption.ciphers import KeyRing, blind_index

HERE = Path(__file__).parent
SAMPLE_NAMES = (HERE / "names.txt").read_text().split()
# Of the United States; those around New York are listed more than once.
AREA_CODES = (HERE / "area_codes.txt").read_text().split()


@dataclass(frozen=True, slots=True)
class Contact:
    """Empty text where the clinic doesn't know it."""

    first_name: str
    email: str
    phone: str


def invent_contact(number: int, rng: Random, *, calls: bool = False) -> Contact:
    """Person number `number`; who `calls` leaves a phone number and often no email."""
    name = SAMPLE_NAMES[int(rng.random() * len(SAMPLE_NAMES))]
    lacks = rng.random()
    no_email, no_phone = (0.45, 0.0) if calls else (0.06, 0.05)
    email = "" if lacks < no_email else f"{name.lower()}.{number}@example.com"
    if email and lacks > 1 - no_phone:
        return Contact(name, email, "")
    area = AREA_CODES[int(rng.random() * len(AREA_CODES))]
    return Contact(name, email, f"+1{area}55501{int(rng.random() * 100):02}")


@dataclass(frozen=True)
class ContactKeys:
    """The keys for contacts, and the names that bind values to the five columns."""

    field_keys: tuple[str, ...]
    index_key: bytes
    email: str
    email_index: str
    phone: str
    phone_index: str
    last_four_index: str


class ContactColumns:
    """A lead's five contact columns as COPY text."""

    def __init__(self, keys: ContactKeys) -> None:
        self._keys = keys
        self._ring = KeyRing(keys.field_keys)
        # There are fewer invented numbers than leads.
        self._phone_columns: dict[str, tuple[str, str]] = {}

    def of(self, lead_id: str, contact: Contact) -> tuple[str, str, str, str, str]:
        keys = self._keys
        return (
            self._encrypted(contact.email, f"{keys.email}:{lead_id}"),
            self._index(keys.email_index, email_key(contact.email)),
            self._encrypted(contact.phone, f"{keys.phone}:{lead_id}"),
            *self._phone_indexes(contact.phone),
        )

    def _encrypted(self, text: str, associated_data: str) -> str:
        return r"\\x" + (
            self._ring.encrypt(text, associated_data).hex() if text else ""
        )

    def _index(self, column: str, text: str) -> str:
        return r"\\x" + blind_index(self._keys.index_key, column, text).hex()

    def _phone_indexes(self, phone: str) -> tuple[str, str]:
        if phone not in self._phone_columns:
            self._phone_columns[phone] = (
                self._index(self._keys.phone_index, phone_key(phone)),
                self._index(self._keys.last_four_index, last_four(phone)),
            )
        return self._phone_columns[phone]
