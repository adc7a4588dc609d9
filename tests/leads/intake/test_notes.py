"""What people are told after an import besides the counts."""

from typing import Any

import pytest

from leads.intake.files.notes import Notes
from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames

CLINIC = ClinicNames(
    tags={"botox": "t1", "laser": "t2"}, campaigns={"springglow": "c1"}
)


def row(**cells: Any) -> IncomingLead:
    return IncomingLead(**{"email": "ana@example.com", "first_name": "Ana"} | cells)


def test_notes_count_cut_names_and_values_without_a_procedure() -> None:
    notes = Notes()
    for name in ("Sarah Smith", "Sarah", ""):
        notes.observe(row(first_name="Sarah"), {"first_name": name})
    notes.observe(row(first_name=""), {"first_name": "=cmd()"})
    notes.observe(row(), {})
    for _ in range(2):
        notes.observe(row(expected_value=100), {})
    notes.observe(row(expected_value=100, tags=("Botox",)), {})
    notes.observe(row(expected_value=None), {})
    assert (notes.cut_names, notes.values_without_procedure) == (1, 2)


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        ({"nothing_new": 1}, "1 row was already there, nothing new."),
        ({"nothing_new": 2_000}, "2,000 rows were already there, nothing new."),
        ({"test_rows": 1}, "1 test row was skipped."),
        ({"test_rows": 2}, "2 test rows were skipped."),
        (
            {"cut_names": 1},
            "1 name was cut to the first name; last names are not stored here.",
        ),
        (
            {"cut_names": 2},
            "2 names were cut to the first name; last names are not stored here.",
        ),
        (
            {"values_without_procedure": 1},
            "1 expected value was left out: a value needs a procedure that we know.",
        ),
        (
            {"values_without_procedure": 2},
            "2 expected values were left out: a value needs a procedure that we know.",
        ),
        ({"unknown_tags": {"vip": "VIP"}}, "1 tag is unknown here and left out: VIP."),
        (
            {"unknown_campaigns": {"a": "A"}},
            "1 campaign is unknown here and left out: A.",
        ),
        (
            {"unknown_tags": {"a": "A", "b": "B"}},
            "2 tags are unknown here and left out: A, B.",
        ),
        (
            {"unknown_campaigns": {"a": "A", "b": "B"}},
            "2 campaigns are unknown here and left out: A, B.",
        ),
    ],
)
def test_each_note_is_one_sentence(notes: dict[str, Any], sentence: str) -> None:
    assert Notes(**notes).sentences() == (sentence,)


def test_nothing_noted_is_nothing_said() -> None:
    assert Notes().sentences() == ()


def test_unknown_words_are_noted_once_in_their_first_spelling() -> None:
    notes = Notes()
    rows = [
        row(tags=("Vip", "Botox"), campaign_name="Summer"),
        row(tags=("VIP",), campaign_name="SUMMER"),
        row(campaign_name="Spring Glow"),
        row(),
    ]
    notes.compare(rows, CLINIC)
    assert notes.unknown_tags == {"vip": "Vip"}
    assert notes.unknown_campaigns == {"summer": "Summer"}


def test_twenty_unknown_words_are_listed_and_the_others_counted() -> None:
    names = {f"t{number}": f"tag {number}" for number in range(1_021)}
    [sentence] = Notes(unknown_tags=names).sentences()
    assert sentence.startswith("1,021 tags are unknown here and left out: tag 0, ")
    assert sentence.endswith("tag 19, 1,001 more.")
    [sentence] = Notes(unknown_tags=dict(list(names.items())[:20])).sentences()
    assert sentence.endswith("tag 18, tag 19.")


@pytest.mark.parametrize(
    ("name", "is_listed"),
    [
        ("a" * 60, True),
        ("a" * 61, False),
        ("ana@example.com", False),
        ("Spring 123456", True),
        ("Spring 1234567", False),
    ],
)
def test_what_strayed_into_the_column_is_counted_only(
    name: str, is_listed: bool
) -> None:
    [sentence] = Notes(unknown_tags={"t": name}).sentences()
    assert sentence.endswith(f"left out: {name}." if is_listed else "left out: 1 more.")
