"""Email addresses and phone numbers: one written form, one form for matching."""

import re
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from medspa.formats import clinic_formats
from medspa.reading.cleaning import clean_text

EMAIL_SENTENCE = "Enter an email address like name@example.com."
AMERICAN_EXAMPLE = "(212) 555-0123"
PHONE_SENTENCE = f"Enter a phone number with area code, like {AMERICAN_EXAMPLE}."
# A GoHighLevel contact id, for Python and for PostgreSQL.
CONTACT_ID_PATTERN = "[A-Za-z0-9]{20}"
CONTACT_ID = re.compile(CONTACT_ID_PATTERN)
CONTACT_ID_SENTENCE = "A GoHighLevel contact ID has 20 letters and digits."
# The most that E.164 allows, and with it every telephone network.
MAX_PHONE_DIGITS = 15
EXTENSION = ";ext="
MAX_EXTENSION_DIGITS = 5


def clean_email(text: str) -> str:
    """The address, its domain in lower case and in ASCII (`münchen.de` → `xn--…`).

    Raises ValidationError when it is no email address.
    """
    text = clean_text(text)
    return _address(text) if text else ""


# As with numbers, an address of a file is read, and read again when its lead is saved.
@lru_cache(maxsize=2048)
def _address(text: str) -> str:
    local, _, domain = text.rpartition("@")
    text = f"{local}@{_ascii_domain(domain)}"
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(EMAIL_SENTENCE, code="invalid_email") from error
    return text


def _ascii_domain(domain: str) -> str:
    """One form for both ways to write a domain; as it is, when it is none."""
    domain = domain.lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def clean_phone(text: str) -> str:
    """The number as E.164 (`+12125550123`), read as dialed in the clinic's country.

    An extension follows it: `+12125550123;ext=42`. A longer one than a telephone
    system has is dropped. Raises ValidationError when it is no valid number.
    """
    text = clean_text(text)
    return _e164(text, clinic_formats().country) if text else ""


# Numbers of a file are read, and read again when their leads are saved; of both times
# together the library takes a tenth of an import.
@lru_cache(maxsize=2048)
def _e164(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(phone_sentence(), code="invalid_phone") from error
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(number) or len(e164) > MAX_PHONE_DIGITS + 1:
        raise ValidationError(phone_sentence(), code="invalid_phone")
    extension = number.extension or ""
    has_extension = 0 < len(extension) <= MAX_EXTENSION_DIGITS
    return f"{e164}{EXTENSION}{extension}" if has_extension else e164


def phone_sentence() -> str:
    """`PHONE_SENTENCE` with a number of the clinic's country."""
    return PHONE_SENTENCE.replace(AMERICAN_EXAMPLE, _example(clinic_formats().country))


@lru_cache
def _example(country: str) -> str:
    number = None if country == "US" else phonenumbers.example_number(country)
    if number is None:
        return AMERICAN_EXAMPLE
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(number, national)


def email_key(email: str) -> str:
    """What two spellings of one address have in common."""
    local, at, domain = clean_text(email).rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}".casefold()


def phone_key(phone: str) -> str:
    """The number without its extension: a search finds whoever is behind it."""
    return phone.partition(EXTENSION)[0]


def last_four(phone: str) -> str:
    return phone_key(phone)[-4:]


def is_same_phone(one: str, other: str) -> bool:
    """One number; where both name an extension, the same one."""
    number, _, extension = one.partition(EXTENSION)
    its_number, _, its_extension = other.partition(EXTENSION)
    return number == its_number and (
        extension == its_extension or not extension or not its_extension
    )
