"""Every file in cases/ is a clinic with figures that were worked out elsewhere."""

from typing import Any

import pytest

from kpis.page.report import full_report
from tests.kpis.reference_case import CASES, ReferenceCase

CHOICES = [
    pytest.param(path, chosen["id"], id=f"{path.stem}-{chosen['id']}")
    for path in CASES
    for chosen in ReferenceCase.read(path).content["ranges"]
]


@pytest.fixture
def case(request: pytest.FixtureRequest, db: None) -> ReferenceCase:
    case = ReferenceCase.read(request.param)
    case.load()
    return case


def only(keys_of: Any, values: Any) -> Any:
    """`values` with the keys that the reference names; it may have fewer of them."""
    if isinstance(keys_of, list):
        return [only(*pair) for pair in zip(keys_of, values, strict=True)]
    return {key: values[key] for key in keys_of}


@pytest.mark.parametrize(("case", "range_id"), CHOICES, indirect=["case"])
def test_every_figure_of_the_range_is_the_reference(
    case: ReferenceCase, range_id: str
) -> None:
    expected = case.content["expected"]["ranges"][range_id]
    report = full_report(case.window(range_id))
    report["by_campaign"] = [
        only(wanted, row)
        for wanted, row in zip(
            expected["by_campaign"], report["by_campaign"], strict=True
        )
    ]
    for section, figures in expected.items():
        assert report[section] == figures, section


@pytest.mark.parametrize("case", CASES, indirect=True, ids=lambda path: path.stem)
def test_the_pipeline_is_the_reference(case: ReferenceCase) -> None:
    window = case.window(case.content["ranges"][0]["id"])
    assert full_report(window)["pipeline"] == case.content["expected"]["pipeline"]
