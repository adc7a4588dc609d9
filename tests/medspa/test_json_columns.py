"""JSON with a schema: an unknown key is refused by its name, never by its value."""

from typing import Literal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError as SchemaError

from kpis.metadata import METADATA
from leads.payloads import PAYLOADS
from medspa.json_columns import Schema, parse_json


class Door(Schema):
    colour: Literal["red", "blue"] | None = None
    steps: int = 0


SHAPES = sorted({*PAYLOADS.values(), *METADATA.values()}, key=str)


def refusal(data: object) -> list[str]:
    with pytest.raises(ValidationError) as error:
        parse_json(Door, data, "details")
    assert set(error.value.message_dict) == {"details"}
    return error.value.message_dict["details"]


def test_what_fits_is_an_object_that_cannot_be_changed() -> None:
    door = parse_json(Door, {"colour": "red"}, "details")
    assert (door.colour, door.steps) == ("red", 0)
    with pytest.raises(SchemaError):
        door.colour = "blue"


def test_every_unknown_key_is_named_with_what_is_allowed() -> None:
    assert refusal({"lastName": "Smith", "dob": "1990-01-01"}) == [
        "“lastName” can't be stored here. Allowed: colour, steps.",
        "“dob” can't be stored here. Allowed: colour, steps.",
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"colour": "Smith"},
        {"steps": "Smith"},
        {"lastName": "Smith"},
        "Smith",
        ["Smith"],
    ],
    ids=str,
)
def test_a_refusal_never_repeats_a_value(data: object) -> None:
    said = refusal(data)
    assert said
    assert not any("Smith" in sentence for sentence in said)


@pytest.mark.parametrize("steps", ["1", 1.5, True, [1]], ids=repr)
def test_types_are_strict(steps: object) -> None:
    assert refusal({"steps": steps})[0].startswith("steps: ")


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@given(key=st.text(min_size=1), value=st.text())
def test_no_shape_of_ours_lets_an_unknown_key_in(
    shape: type[Schema], key: str, value: str
) -> None:
    if key in shape.model_fields:
        return
    with pytest.raises(ValidationError, match="be stored here"):
        parse_json(shape, {key: value}, "details")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize(
    "text", ["Sarah Smith", "has diabetes", "Ana", "1990-01-01 ", "ana@example.com"]
)
def test_no_field_of_ours_takes_free_text(shape: type[Schema], text: str) -> None:
    for field in shape.model_fields:
        if text == "Ana" and field in ID_LIKE:
            continue  # letters and digits, as ids are
        with pytest.raises(ValidationError):
            parse_json(shape, {"to_stage": "c1", "tag": "c1"} | {field: text}, "x")


ID_LIKE = {"from_stage", "to_stage", "tag", "stay", "booking", "click_id"}
