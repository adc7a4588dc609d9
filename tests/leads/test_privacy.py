"""The guard on names: one given name gets in, everything else does not."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError
from hypothesis import given
from hypothesis import strategies as st

from leads.models import Lead
from leads.privacy import (
    DOUBLE_NAMES,
    MAX_NAME_LENGTH,
    is_given_name,
    keep_from_full_name,
    keep_given_name,
    require_given_name,
)
from medspa.reading.cleaning import clean_text
from tests.factories import LeadFactory

GIVEN_NAMES = [
    "Ana",
    "José",
    "Jose\u0301",  # an accent as a sign of its own
    "O'Brien",
    "O’Neil",
    "Jean-Luc",
    "Anne-Marie",
    "J.",
    "J.R.",
    "Mary Ann",
    "mary ann",
    "Zoë",
    "Łukasz",
    "Ngọc",
    "İpek",
    "Мария",
    "Μαρία",
    "محمد",
    "שרה",
    "山田",
    "민준",
    "प्रिया",
    "สมชาย",
    "X",
]
NOT_GIVEN_NAMES = [
    "",
    " ",
    "Sarah Smith",
    "Sarah  ",
    "Sarah\tSmith",
    "Sarah\u00a0Smith",
    "Sarah\nSmith",
    "Mary Ann Miller",
    "ana@example.com",
    "Ana2",
    "1990-01-01",
    "(212) 555-0123",
    "Ana, diabetic",
    "Ana/Bea",
    "-Ana",
    "'Ana",
    ".Ana",
    "\u0301Ana",
    "Ana\0",
    "<b>Ana</b>",
    "=cmd()",
    "Ana_Smith",
    "Ana.Smith",
    "J.Smith",
    "Ana²",
    "Anaª",
    "Ana\u3164Smith",
    "Ana\u3164",
    "Dr.",
    "mrs",
    "Prof",
    "A" * (MAX_NAME_LENGTH + 1),
]


@pytest.mark.parametrize("name", GIVEN_NAMES)
def test_a_given_name_of_any_script_is_let_in_and_kept(name: str) -> None:
    require_given_name(name)
    assert is_given_name(keep_given_name(name))


@pytest.mark.parametrize("text", NOT_GIVEN_NAMES)
def test_what_is_no_given_name_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        require_given_name(text)
    [sentence] = refusal.value.messages
    assert sentence.endswith(".")


def test_a_full_name_is_refused_with_what_to_enter_instead() -> None:
    with pytest.raises(ValidationError) as refusal:
        require_given_name("Mary Ann Miller")
    assert refusal.value.messages == [
        "Enter only the first name: “Mary Ann”. Last names aren't stored."
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Sarah Smith", "Sarah"),
        ("  Sarah   Jane  Smith ", "Sarah Jane"),
        ("Mary Ann", "Mary Ann"),
        ("Mary Ann Miller", "Mary Ann"),
        ("Mary Smith", "Mary"),
        ("Sarah\0Smith", "Sarah"),
        ("\0Sarah\0", "Sarah"),
        ("Sarah\u00a0Smith", "Sarah"),
        ("Sarah\r\nSmith", "Sarah"),
        ("Smith, Sarah", ""),
        ("ana@example.com", ""),
        ("ana@example.com Ana", ""),
        ("2125550123", ""),
        ("Dr. Ana Smith", "Ana"),
        ("Mrs. Smith", ""),
        ("Dr", ""),
        ("Mr. and Mrs. Smith", ""),
        ("sarah.smith", "sarah"),
        ("sarah_smith", "sarah"),
        ("Sarah²", "Sarah"),
        ("Sarahª", "Sarah"),
        ("SarahⅣ", "Sarah"),
        ("Sarah2", "Sarah"),
        ("UNKNOWN0", ""),
        ("Unknown.", ""),
        ("unknown-", ""),
        ("unknown.smith", ""),
        ("Sarah\u3164Smith", "Sarah"),
        ("Sarah\u200bSmith", "Sarah"),
        ("Sarah\u2800Smith", "Sarah"),
        ("J. Smith", "J."),
        ("None", ""),
        ("Nan", "Nan"),
        ("Jose\u0301 Garci\u0301a", "José"),
        ("", ""),
        ("\0", ""),
        ("A" * 41 + " Smith", ""),
    ],
)
def test_a_machine_door_keeps_the_given_name_only(text: str, kept: str) -> None:
    assert keep_given_name(text) == kept


@given(st.text())
def test_whatever_comes_only_a_given_name_is_kept(text: str) -> None:
    kept = keep_given_name(text)
    assert kept == "" or is_given_name(kept)
    assert keep_given_name(kept) == kept


@given(st.text(), st.text())
def test_a_last_name_never_gets_in(first: str, last: str) -> None:
    text = f"{first} {last}"
    kept = keep_given_name(text)
    assert " " not in kept or kept.casefold() in DOUBLE_NAMES.casefold()


@given(st.text(max_size=60))
def test_form_and_machine_agree_on_what_a_given_name_is(text: str) -> None:
    try:
        require_given_name(text)
    except ValidationError:
        assert not is_given_name(text)
    else:
        assert is_given_name(text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", GIVEN_NAMES)
def test_the_database_agrees_on_names(name: str) -> None:
    lead = LeadFactory(first_name=name)
    lead.full_clean()
    assert Lead.objects.get().first_name == clean_text(name)


@pytest.mark.parametrize("name", DOUBLE_NAMES.split("|"))
def test_every_double_name_on_the_list_is_two_words(name: str) -> None:
    assert len(name.split()) == 2
    assert keep_given_name(f"{name} Smith") == name


# At the edges ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["A" * 40, "É" * 40, "A" + "-" * 39, "山" * 40])
def test_forty_letters_are_a_name(name: str) -> None:
    assert MAX_NAME_LENGTH == len(name) == 40
    require_given_name(name)
    assert keep_given_name(f"{name} Smith") == name


@pytest.mark.django_db
def test_forty_letters_are_stored_and_one_more_is_not() -> None:
    lead = LeadFactory(first_name="A" * 40)
    assert Lead.objects.get().first_name == "A" * 40
    lead.first_name += "A"
    with pytest.raises(ValidationError) as refusal:
        lead.full_clean()
    assert list(refusal.value.message_dict) == ["first_name"]
    with pytest.raises(DataError):
        Lead.objects.filter(pk=lead.pk).update(first_name="A" * 41)


@pytest.mark.parametrize(
    "name", ["A'", "A’b", "A.b", "A-b", "A--b", "a", "Ana-", "Nǃxau".replace("ǃ", "x")]
)
def test_signs_inside_and_after_a_name_are_let_in(name: str) -> None:
    assert is_given_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "A`b",
        "A–b",
        "A_b",
        "A1",
        "1A",
        "A²",
        "AⅣ",
        "A½",
        "A\u200bb",
        "A,",
        "A\n",
        "Mary  Ann",
        "’A",
    ],
)
def test_any_other_sign_is_no_part_of_a_name(text: str) -> None:
    assert not is_given_name(text)


def test_each_refusal_has_its_code() -> None:
    for text, code in (
        ("Sarah Smith", "more_than_a_given_name"),
        ("Sarah  ", "not_a_given_name"),
        ("1 Sarah", "not_a_given_name"),
    ):
        with pytest.raises(ValidationError) as refusal:
            require_given_name(text)
        assert refusal.value.code == code


def test_two_names_on_the_list_are_one_in_any_case_and_no_others_are() -> None:
    assert keep_given_name("MARY ANN SMITH") == "MARY ANN"
    assert keep_given_name("jose\u0301 luis") == "josé luis"
    assert keep_given_name("Ann Mary") == "Ann"
    assert keep_given_name("xMary Ann") == "xMary"
    assert keep_given_name("Mary Anny") == "Mary"


@pytest.mark.parametrize(
    "title",
    ["Dr", "mr", "Mrs.", "Ms", "miss", "Mx", "Prof.", "Professor", "doctor", "Sir"],
)
def test_a_title_is_no_name_and_goes_before_one(title: str) -> None:
    assert not is_given_name(title)
    assert keep_given_name(f"{title} Miller") == ""
    assert keep_given_name(f"{title} Sarah Miller") == "Sarah"
    for between in ("and", "&"):
        assert keep_given_name(f"{title} {between} Mrs. Sarah Miller") == "Sarah"


@pytest.mark.parametrize(
    "suffix",
    [
        *("MD", "DO", "PhD", "RN", "NP", "PA", "DDS", "DMD", "Esq.", "Jr.", "Sr"),
        *("II", "III", "IV", "MBA", "FNP", "APRN", "BSN", "LPN", "CPA"),
    ],
)
def test_what_follows_a_name_after_a_comma_is_not_taken_for_one(suffix: str) -> None:
    assert keep_from_full_name(f"Sarah Miller, {suffix}") == "Sarah"
