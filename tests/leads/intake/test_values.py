"""Single cells: dates, money, phones, names, words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.intake import synonyms as words
from leads.intake import values
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-22T14:09:00Z", datetime(2026, 7, 22, 14, 9, tzinfo=UTC)),
        ("2026-07-22T14:09:00.000-05:00", datetime(2026, 7, 22, 19, 9, tzinfo=UTC)),
        ("2026-07-22T14:09:00+0000", datetime(2026, 7, 22, 14, 9, tzinfo=UTC)),
        ("Jul 22 2026 02:09 PM", datetime(2026, 7, 22, 18, 9, tzinfo=UTC)),
        ("July 22, 2026", datetime(2026, 7, 22, 4, tzinfo=UTC)),
        ("7/22/2026", datetime(2026, 7, 22, 4, tzinfo=UTC)),
        ("1/22/26 13:05", datetime(2026, 1, 22, 18, 5, tzinfo=UTC)),
        ("2026-1-22", datetime(2026, 1, 22, 5, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_the_styles_people_use(text: str, moment: datetime) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert values.read_moment(text, NEW_YORK, now) == moment


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/12/2025", "isn't valid"),
        ("=cmd()", "isn't valid"),
        ("4550", "isn't valid"),
        ("99999", "isn't valid"),
        ("0001-01-01T00:00:00+14:00", "isn't valid"),
        ("2026-12-02", "future"),
        ("1988-04-02", "before the year 2000"),
    ],
)
def test_a_wrong_date_is_refused_without_being_quoted(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        values.read_moment(text, NEW_YORK, datetime(2026, 12, 1, tzinfo=UTC))
    assert text not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("$1,234.50", 123_450),
        ("1200", 120_000),
        ("1200 USD", 120_000),
        ("99.9", 9_990),
    ],
)
def test_money_is_read_when_it_is_clear(text: str, cents: int) -> None:
    assert values.read_cents(text) == cents


@pytest.mark.parametrize(
    "text", ["0", "-5", "1.234,50", "12,34", "Lips – New Lead", "9" * 40, "9" * 120]
)
def test_money_that_is_not_clear_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="amount") as refusal:
        values.read_cents(text)
    assert text not in str(refusal.value) or text == "0"


@pytest.mark.parametrize(
    ("text", "is_day_first", "day"),
    [
        ("12/3/2021", True, "2021-03-12"),
        ("12/3/2021", False, "2021-12-03"),
        ("12-3-2021", True, "2021-03-12"),
        ("12/3/21 14:00", True, "2021-03-12"),
        ("15.01.2025", False, "2025-01-15"),
        ("5.1.25", False, "2025-01-05"),
        ("45123", False, "2023-07-16"),
        ("45123.5", True, "2023-07-16"),
        ("2026-03-04", True, "2026-03-04"),
    ],
)
def test_the_order_of_day_and_month_is_told(
    text: str, is_day_first: bool, day: str
) -> None:
    read = values.read_moment(text, NEW_YORK, is_day_first=is_day_first)
    assert f"{read.astimezone(NEW_YORK):%Y-%m-%d}" == day


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Joy Smith <joy@example.com>", "joy@example.com"),
        ('"Joy S" <joy@example.com>', "joy@example.com"),
        ("<mailto:joy@example.com>", "joy@example.com"),
        ("a@example.com ::: b@example.com", "a@example.com"),
        ("joy@münchen.de", "joy@xn--mnchen-3ya.de"),
        ("joy@MÜNCHEN.de", "joy@xn--mnchen-3ya.de"),
        ("\u200bjoy@example.com\u00a0", "joy@example.com"),
    ],
)
def test_an_address_is_read_without_what_stands_around_it(
    text: str, address: str
) -> None:
    assert values.read_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "2125550123.0",
        "'+12125550123",
        "tel:+12125550123",
        "cell: 212-555-0123",
        "212 555 0123 (mobile)",
        "212-555-0123 / 212-555-0199",
        "212-555-0123, 212-555-0199",
    ],
)
def test_phones_are_read_as_people_and_programs_write_them(text: str) -> None:
    assert values.read_phone(text) == "+12125550123"


def test_a_phone_keeps_its_extension() -> None:
    assert values.read_phone("212-555-0123 ext. 9") == "+12125550123;ext=9"


@given(
    prefix=st.sampled_from(["", "+1", "1", "+1 ", "1-", "1."]),
    separators=st.tuples(*[st.sampled_from(["", " ", "-", ".", "–"])] * 2),
    in_brackets=st.booleans(),
    last=st.integers(100, 199),
)
def test_a_number_is_the_same_in_every_style(
    prefix: str, separators: tuple[str, str], in_brackets: bool, last: int
) -> None:
    area = "(212)" if in_brackets else "212"
    text = f"{prefix}{area}{separators[0]}555{separators[1]}0{last}"
    assert values.read_phone(text) == f"+12125550{last}"


@given(st.text(max_size=60))
def test_any_text_is_a_phone_or_a_sentence_that_does_not_quote_it(text: str) -> None:
    try:
        phone = values.read_phone(text)
    except ValueError as error:
        assert str(error) == values.contact.PHONE_SENTENCE
    else:
        assert phone == "" or phone.startswith("+")


def test_other_peoples_words_become_ours() -> None:
    assert words.source_of("Facebook Ads") == "facebook"
    assert words.source_of("Word-of-Mouth") == "referral"
    assert words.source_of("Organic Search") == "organic"
    assert words.source_of("a billboard") == "other"
    assert words.source_of("") == ""
    assert words.platform_of("ig") == "instagram"
    assert words.platform_of("a billboard") == ""


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"first_name": "Sarah Smith"}, "Sarah"),
        ({"first_name": "Mary Ann"}, "Mary Ann"),
        ({"full_name": "Sarah Jane Smith"}, "Sarah Jane"),
        ({"full_name": "sarah.smith@example.com"}, ""),
        ({"full_name": "Smith, Sarah"}, "Sarah"),
        ({"full_name": "Smith, Dr. Sarah"}, "Sarah"),
        ({"full_name": "Sarah Smith, MD"}, "Sarah"),
        ({"full_name": "Sarah, diabetic"}, ""),
        ({"first_name": "Smith, Sarah"}, ""),
        ({"full_name": "Dr. Sarah Smith"}, "Sarah"),
        ({"full_name": "Mrs Smith"}, ""),
        ({"first_name": "=cmd()", "full_name": "Sarah"}, "Sarah"),
    ],
)
def test_only_a_given_name_is_kept(cells: dict[str, str], name: str) -> None:
    row = IncomingLead.read({"phone": "2125550123", **cells})
    assert row.first_name == name


def test_what_is_not_allowed_is_forgotten_while_reading() -> None:
    row = IncomingLead.read({"email": "a@example.com", "full_name": "A Secret"})
    assert row.email == "a@example.com"
    assert "Secret" not in repr(row)
    assert "full_name" not in row.model_dump()


def test_a_row_nobody_could_recognise_again_is_refused() -> None:
    with pytest.raises(RowRefused, match="No email, phone or contact ID"):
        IncomingLead.read({"first_name": "Sarah"})


def test_a_reason_names_the_column_and_never_the_value() -> None:
    with pytest.raises(RowRefused) as refusal:
        IncomingLead.read({"email": "not-an-email", "phone": "+1 555"})
    assert "Email: " in str(refusal.value)
    assert "Phone: " in str(refusal.value)
    assert "not-an-email" not in str(refusal.value)
    assert "+1 555" not in str(refusal.value)
