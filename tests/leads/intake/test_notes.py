"""What people are told after an import besides the counts."""

from typing import Any

import pytest

from leads.intake.files.notes import NOTE_SENTENCES, Noted, Notes, listed_rows
from leads.intake.incoming import IncomingLead
from leads.intake.planning import ClinicNames, LeadPlan, Remark

CLINIC = ClinicNames(
    tags={"botox": "t1", "laser": "t2"},
    campaigns={"springglow": "c1"},
    stages={"new": "s1"},
    people={"pat": "u1"},
    procedures={"botox": "BTX"},
)


def row(**cells: Any) -> IncomingLead:
    return IncomingLead(**{"email": "ana@example.com", "first_name": "Ana"} | cells)


def counted(notes: Notes) -> dict[str, int]:
    return {kind: noted.count for kind, noted in notes.noted.items()}


def test_notes_count_cut_names_and_values_without_a_procedure() -> None:
    notes = Notes()
    for name in ("Sarah Smith", "Sarah", ""):
        notes.observe(2, row(first_name="Sarah"), {"first_name": (name,)})
    notes.observe(2, row(first_name=""), {"first_name": ("=cmd()",)})
    notes.observe(2, row(), {})
    rows = [
        row(expected_value=100),
        row(expected_value=100, procedure="cough"),
        row(expected_value=100, tags=("Botox",)),
        row(expected_value=None),
    ]
    notes.compare(dict(enumerate(rows)), CLINIC, lambda word: False)
    del notes.noted["unknown_procedure"]
    assert counted(notes) == {"cut_names": 1, "values_without_procedure": 2}


def test_what_could_not_be_read_or_kept_is_noted_by_row() -> None:
    notes = Notes()
    notes.observe(7, row(unreadable=frozenset({"phone", "created_at"})), {})
    notes.observe(9, row(unreadable=frozenset({"phone"})), {})
    assert notes.noted["phone"].rows == (7, 9)
    assert notes.noted["created_at"].rows == (7,)


@pytest.mark.parametrize("kind", NOTE_SENTENCES)
@pytest.mark.parametrize("count", [1, 2_000])
def test_each_kind_of_note_is_one_sentence(kind: str, count: int) -> None:
    [sentence] = Notes(noted={kind: Noted(count=count, rows=(4,))}).sentences()
    assert sentence.startswith(f"{count:,} ")
    assert sentence.endswith(".")
    assert ".." not in sentence


@pytest.mark.parametrize(
    ("numbers", "count", "words"),
    [
        ((4,), 1, "row 4"),
        ((4, 1_009), 2, "rows 4, 1,009"),
        (tuple(range(8)), 8, "rows 0, 1, 2, 3, 4, 5, 6, 7"),
        (tuple(range(8)), 10, "rows 0, 1, 2, 3, 4, 5, 6, 7 and 2 more"),
    ],
)
def test_rows_are_listed_up_to_eight(
    numbers: tuple[int, ...], count: int, words: str
) -> None:
    assert listed_rows(numbers, count) == words


def test_nothing_noted_is_nothing_said() -> None:
    assert Notes().sentences() == ()


def test_a_plan_with_nothing_to_write_and_its_remarks_are_noted() -> None:
    notes = Notes()
    notes.results({3: LeadPlan("x", remarks=frozenset({Remark.OTHER_NAME}))})
    assert counted(notes) == {"other_name": 1, "nothing_new": 1}


def test_what_the_clinic_does_not_have_is_counted() -> None:
    notes = Notes()
    rows = {
        2: row(tags=("hydrafacial", "Botox", "allergic"), campaign_name="Summer"),
        3: row(tags=("HydraFacial",), campaign_name="SUMMER", stage="Gone"),
        4: row(campaign_name="Spring Glow", stage="NEW", assigned_to="Pat"),
        5: row(assigned_to="Kim", procedure="Lip filler 1 ml"),
        6: row(procedure="lip filler, 1 ml"),
        7: row(procedure="botox"),
    }
    notes.compare(rows, CLINIC)
    assert notes.unknown_tags == {"Hydrafacial": 2, "": 1}
    assert notes.unknown_campaigns == {"Summer": 2}
    assert notes.unknown_procedures == {"Lip filler 1 ml": 2}
    assert counted(notes) == {
        "unknown_stage": 1,
        "unknown_person": 1,
        "unknown_procedure": 2,
    }
    assert notes.sentences()[3:] == (
        "Unknown tags, waiting under Suggested tags: Hydrafacial (2).",
        "1 row has other unknown tags, skipped.",
        "1 campaign is unknown here and skipped: Summer.",
        "Unknown procedures, waiting under Procedures: “Lip filler 1 ml” (2).",
    )


@pytest.mark.parametrize(
    ("name", "rows", "is_listed"),
    [
        ("a" * 60, 2, True),
        ("a" * 61, 2, False),
        ("allergic to latex", 1, False),
        ("ana@example.com", 2, False),
        ("Spring 1234", 2, True),
        ("Spring 12345", 2, False),
        ("born 1/2/90", 2, False),
    ],
)
def test_what_strayed_into_the_column_is_counted_only(
    name: str, rows: int, is_listed: bool
) -> None:
    [sentence] = Notes(unknown_campaigns={name: rows}).sentences()
    assert sentence.endswith(f"skipped: {name}." if is_listed else "skipped.")


def test_parts_add_up_to_the_whole() -> None:
    whole = Notes()
    for number in (3, 4):
        part = Notes()
        part.note("phone", number)
        part.compare({number: row(campaign_name="Glow", tags=("VIP",))}, CLINIC)
        whole.add(part)
    assert whole.noted["phone"] == Noted(count=2, rows=(3, 4))
    assert (whole.unknown_campaigns, whole.unknown_tags) == ({"Glow": 2}, {"VIP": 2})
    assert Notes.model_validate_json(whole.model_dump_json()) == whole
