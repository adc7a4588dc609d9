"""The one cleaning step of text that comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medspa.reading.cleaning import clean_text, is_placeholder


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("ana@example.com", "ana@example.com"),
        (" Ana ", "Ana"),
        ("\u200bana@example.com", "ana@example.com"),
        ("ana\u00ad@example.com", "ana@example.com"),
        ("\u202a+1 212\u202c", "+1 212"),
        ("\ufeffAna", "Ana"),
        ("hana\u200d@example.com", "hana@example.com"),
        ("Ana\u00a0Maria", "Ana Maria"),
        ("Ana\u3164Smith", "Ana Smith"),
        ("Ana\u2800Smith", "Ana Smith"),
        ("Ana\ufe0f", "Ana"),
        ("Ana\0Smith", "Ana Smith"),
        ("two\nlines", "two\nlines"),
        ("Jose\u0301", "José"),
        ("ＡＮＡ", "ANA"),
        ("２１２", "212"),
        ("𝐀na", "Ana"),
        # Folded, a small letter would look like a part of the word.
        ("Sarah²", "Sarah²"),
        ("Sarahª", "Sarahª"),
        ("SarahⅣ", "SarahⅣ"),
        ("\ud800Ana", "Ana"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "N/A",
        "-",
        "--",
        "—",
        "none",
        "null",
        "NaN",
        "#N/A",
        "...",
        "000-000-0000",
        "(000) 000-0000",
        "0000000000",
        "unknown",
        "not provided",
        "?",
        "_",
        "TBD",
    ],
)
def test_a_word_for_nothing_is_nothing(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["0", "000", "000-0001", "Ana", "nobody", "a-", "100-000-0000", "x"]
)
def test_anything_else_is_something(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("text", "is_one"), [("Nan", False), ("Na", False), ("None", True), ("-", True)]
)
def test_some_words_for_nothing_are_names(text: str, is_one: bool) -> None:
    assert is_placeholder(text, for_a_name=True) is is_one
