"""Emails and phones: one written form, one form for matching, one for people."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from leads.contact import (
    EMAIL_SENTENCE,
    PHONE_SENTENCE,
    clean_email,
    clean_phone,
    email_key,
    is_same_phone,
    last_four,
    phone_key,
)
from medspa.formats.phones import format_phone
from tests.clinics import ChangeClinic


@pytest.mark.parametrize(
    "typed",
    [
        "(212) 555-0123",
        "212-555-0123",
        "212.555.0123",
        "212 555 0123",
        "2125550123",
        "1 212 555 0123",
        "+1 212 555 0123",
        "+12125550123",
        "001 212 555 0123".replace("001", "011 1"),
        " (212)555-0123 ",
        "tel:+1-212-555-0123",
        "(212) 555‑0123",
        "２１２５５５０１２３",
    ],
)
def test_a_phone_in_any_style_is_one_number(typed: str) -> None:
    assert clean_phone(typed) == "+12125550123"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("+44 20 7946 0958", "+442079460958"), ("+55 11 91234-5678", "+5511912345678")],
)
def test_a_number_from_abroad_keeps_its_country(typed: str, number: str) -> None:
    assert clean_phone(typed) == number


def test_numbers_are_read_as_dialled_in_the_clinics_country(
    clinic_is: ChangeClinic,
) -> None:
    clinic_is(country="GB")
    assert clean_phone("020 7946 0958") == "+442079460958"
    assert format_phone("+442079460958") == "020 7946 0958"
    assert format_phone("+12125550123") == "+1 212-555-0123"


@pytest.mark.parametrize(
    "typed",
    [
        "+1 555",
        "555-0123",
        "12",
        "abc",
        "+999 123456789",
        "212555012",
        "٣",
        "+",
        "0" * 40,
    ],
)
def test_what_is_no_phone_is_refused_with_the_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_phone(typed)
    assert refusal.value.messages == [PHONE_SENTENCE]


def test_the_sentence_shows_a_number_of_the_clinics_country(
    clinic_is: ChangeClinic,
) -> None:
    clinic_is(country="GB")
    with pytest.raises(ValidationError) as refusal:
        clean_phone("(212) 555-0123")
    [sentence] = refusal.value.messages
    assert sentence == "Enter a phone number with area code, like 0121 234 5678."


@pytest.mark.parametrize(
    "typed",
    [
        "not-an-email",
        "@example.com",
        "ana@",
        "ana@example",
        "a b@example.com",
        "a@@b.com",
    ],
)
def test_what_is_no_email_is_refused_with_the_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_email(typed)
    assert refusal.value.messages == [EMAIL_SENTENCE]


def test_an_email_keeps_its_name_and_lowers_its_domain() -> None:
    assert clean_email("  Ana.B@Example.COM ") == "Ana.B@example.com"


@pytest.mark.parametrize("clean", [clean_email, clean_phone])
def test_empty_stays_empty(clean: object) -> None:
    assert clean("") == clean("   ") == ""


def test_emails_match_however_they_are_cased() -> None:
    assert email_key(" ANA@Example.com") == email_key("ana@example.COM")


@given(st.from_regex(r"\A[2-9]1[02-9][2-9][0-9]{6}\Z"))
def test_cleaning_a_clean_phone_changes_nothing(digits: str) -> None:
    try:
        number = clean_phone(digits)
    except ValidationError:
        return
    assert clean_phone(number) == clean_phone(format_phone(number)) == number
    assert last_four(number) == digits[-4:]


@given(st.text())
def test_whatever_is_typed_is_cleaned_or_refused(text: str) -> None:
    for clean in (clean_email, clean_phone):
        try:
            assert clean(clean(text)) == clean(text)
        except ValidationError as refusal:
            assert len(refusal.messages) == 1


def test_phones_are_shown_as_people_write_them() -> None:
    assert format_phone("+12125550123") == "(212) 555-0123"
    assert format_phone("+442079460958") == "+44 20 7946 0958"
    assert format_phone("") == ""


@given(
    area=st.integers(200, 999),
    exchange=st.integers(200, 999),
    line=st.integers(0, 9999),
)
def test_home_numbers_are_written_as_the_library_writes_them(
    area: int, exchange: int, line: int
) -> None:
    phone = f"+1{area}{exchange}{line:04}"
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    written = phonenumbers.format_number(phonenumbers.parse(phone, None), national)
    assert format_phone(phone) == written


# At the edges ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number", "shown"),
    [
        ("+290 22158", "+29022158", "+290 22158"),
        ("+683 4002", "+6834002", "+683 4002"),
        ("+1 242 365 1234", "+12423651234", "(242) 365-1234"),
    ],
)
def test_short_numbers_and_those_of_islands_are_read(
    typed: str, number: str, shown: str
) -> None:
    assert clean_phone(typed) == clean_phone(number) == number
    assert clean_phone(f"  {typed}  ") == number
    assert format_phone(number) == shown


def test_a_number_of_fifteen_digits_is_read() -> None:
    longest = "+43155541111111" + "1"
    assert len(longest) == 16
    assert clean_phone(longest) == longest
    for typed in (longest + "1", "+1212555012", "+121255501234"):
        with pytest.raises(ValidationError):
            clean_phone(typed)


def test_what_is_refused_has_a_code() -> None:
    for clean, text, code in (
        (clean_email, "x", "invalid_email"),
        (clean_phone, "x", "invalid_phone"),
        (clean_phone, "+1 555", "invalid_phone"),
    ):
        with pytest.raises(ValidationError) as refusal:
            clean(text)
        assert refusal.value.code == code


def test_an_address_has_at_most_320_characters() -> None:
    local, domain = "a" * 64, ".".join(["b" * 63] * 3 + ["com"])
    assert clean_email(f"{local}@{domain}") == f"{local}@{domain}"
    with pytest.raises(ValidationError):
        clean_email(f"{local}@{'.'.join(['b' * 63] * 4)}.com")


def test_the_last_of_several_at_signs_parts_an_address() -> None:
    assert clean_email('"A@B"@Example.COM') == '"A@B"@example.com'


def test_one_address_has_one_key() -> None:
    assert email_key(" Ana@Example.COM ") == "ana@example.com"
    assert email_key("STRASSE@b.de") == email_key("straße@b.de")
    assert email_key("") == ""


def test_a_phone_is_its_own_key_and_ends_in_four_digits() -> None:
    assert phone_key("+12125550123") == "+12125550123"
    assert last_four("+12125550123") == "0123"
    assert last_four("") == ""


def test_no_phone_is_shown_as_nothing() -> None:
    assert format_phone("") == ""


@pytest.mark.parametrize("country", ["US", "CA"])
def test_numbers_of_north_america_are_shown_alike(
    country: str, clinic_is: ChangeClinic
) -> None:
    clinic_is(country=country)
    assert format_phone("+12125550123") == "(212) 555-0123"
    assert format_phone("+442079460958") == "+44 20 7946 0958"


def test_a_phone_of_more_than_fifteen_digits_is_none() -> None:
    """German numbers of sixteen digits pass the library's patterns."""
    with pytest.raises(ValidationError):
        clean_phone("+4929832112002665")
    assert clean_phone("+49 30 901820") == "+4930901820"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("212-555-0123 x12", "+12125550123;ext=12"),
        ("(212) 555-0123 ext. 7", "+12125550123;ext=7"),
        ("+12125550123;ext=12", "+12125550123;ext=12"),
        # A date of birth is no extension.
        ("212-555-0123 ext 19900102", "+12125550123"),
    ],
)
def test_an_extension_stays_with_its_phone(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept
    assert phone_key(kept) == "+12125550123"
    assert last_four(kept) == "0123"


def test_an_extension_is_shown() -> None:
    assert format_phone("+12125550123;ext=12") == "(212) 555-0123 ext. 12"


def test_two_extensions_are_two_phones() -> None:
    plain, seven, eight = (f"+12125550123{end}" for end in ("", ";ext=7", ";ext=8"))
    assert is_same_phone(plain, seven)
    assert is_same_phone(seven, seven)
    assert not is_same_phone(seven, eight)
    assert not is_same_phone(plain, "+12125550124")
