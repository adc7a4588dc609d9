"""E-mails and phones: one written form, one form for matching, one for people."""

import phonenumbers
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from leads.contact import (
    EMAIL_SENTENCE,
    PHONE_SENTENCE,
    clean_email,
    clean_phone,
    email_key,
    format_phone,
    last_four,
)


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
    settings: Settings,
) -> None:
    settings.CLINIC_COUNTRY = "GB"
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
