"""Every file in cases/ is a clinic with figures that were worked out elsewhere.

A file needs none of the blocks; a block that nobody here compares fails.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpis.page.report import full_report
from kpis.period import Period
from medspa.months import last_day
from tests.kpis.reference_case import CASES, ReferenceCase
from tests.kpis.spend_case import compare_spend

CONTENTS = {path: json.loads(path.read_text()) for path in CASES}
# A file of spend is a list of cases; any other is one clinic.
CLINICS = [path for path, content in CONTENTS.items() if "cases" not in content]
SPEND_CASES = [
    case for content in CONTENTS.values() for case in content.get("cases", [])
]


def only(keys_of: Any, values: Any) -> Any:
    """`values` with the keys that the reference names; it may have fewer of them."""
    if isinstance(keys_of, list):
        return [only(*pair) for pair in zip(keys_of, values, strict=True)]
    return {key: values[key] for key in keys_of}


def compare_ranges(case: ReferenceCase, block: Mapping[str, Any]) -> None:
    assert block.keys() == {chosen["id"] for chosen in case.content["ranges"]}
    for range_id, expected in block.items():
        report = full_report(case.window(range_id))
        for section, figures in expected.items():
            found = report[section]
            if section == "by_campaign":
                found = only(figures, found)
            assert found == figures, (range_id, section)


def compare_pipeline(case: ReferenceCase, block: Mapping[str, Any]) -> None:
    """What is open now does not depend on the range."""
    window = case.window_of(Period(case.today, case.today))
    assert full_report(window)["pipeline"] == block


def compare_cohorts(case: ReferenceCase, block: Mapping[str, Any]) -> None:
    """Whole months, from the first that is named to the last."""
    first, *_, last = sorted([*block, *block])
    period = Period(
        date.fromisoformat(f"{first}-01"), last_day(date.fromisoformat(f"{last}-01"))
    )
    found = full_report(case.window_of(period))["cohorts_by_month"]
    assert {month: only(block[month], found[month]) for month in block} == block


BLOCKS: dict[str, Callable[[ReferenceCase, Mapping[str, Any]], None]] = {
    "ranges": compare_ranges,
    "pipeline": compare_pipeline,
    "cohorts_by_month": compare_cohorts,
}


def compare(case: ReferenceCase) -> None:
    for name, block in case.content.get("expected", {}).items():
        BLOCKS[name](case, block)


@pytest.mark.django_db
@pytest.mark.parametrize("path", CLINICS, ids=lambda path: path.stem)
def test_every_block_of_a_file_is_the_reference(path: Path) -> None:
    case = ReferenceCase.read(path)
    case.load()
    compare(case)


@pytest.mark.django_db
@pytest.mark.parametrize("case", SPEND_CASES, ids=lambda case: case["id"])
def test_spend_by_ranges_of_days_is_the_reference(case: dict[str, Any]) -> None:
    compare_spend(case)


@pytest.mark.django_db
def test_a_wrong_cent_or_day_of_spend_fails() -> None:
    case = SPEND_CASES[0]
    for key in ("expected_total_cents", "planned_days", "entered_days", "rumors"):
        asked = {**case["asked"][0], key: 1}
        with pytest.raises(AssertionError):
            compare_spend({**case, "asked": [asked]})


SMALL: dict[str, Any] = {
    "timezone": "America/New_York",
    "as_of": "2026-05-20T00:00:00Z",
    "data": {
        "leads": [
            {
                "id": "L1",
                "source": "other",
                "campaign": None,
                "created_at": "2026-03-31T12:00:00Z",
                "deleted_at": None,
            }
        ]
    },
    "expected": {
        "cohorts_by_month": {
            "2026-02": {"leads": 0, "net_revenue_cents": 0, "revenue_90_cents": 0},
            "2026-03": {
                "leads": 1,
                "revenue_30_cents": 0,
                "revenue_90_cents": {"so_far": 0},
                "mature_days": 48,
            },
            "2026-04": {"leads": 0, "revenue_30_cents": 0, "revenue_90_cents": 0},
        }
    },
}


@pytest.mark.django_db
def test_a_file_needs_no_block_and_no_kind_of_row() -> None:
    case = ReferenceCase(SMALL)
    case.load()
    compare(case)


@pytest.mark.django_db
def test_a_wrong_figure_in_any_block_fails() -> None:
    case = ReferenceCase(SMALL)
    case.load()
    for name, block in {
        "cohorts_by_month": {"2026-03": {"leads": 2}},
        "pipeline": {"open_count": 1},
        "ranges": {"R1": {}},
    }.items():
        with pytest.raises((AssertionError, KeyError)):
            compare(ReferenceCase({**SMALL, "expected": {name: block}}))


def test_a_block_that_nobody_compares_fails() -> None:
    with pytest.raises(KeyError, match="by_weather"):
        compare(ReferenceCase({**SMALL, "expected": {"by_weather": {}}}))
    for part in ("data", None):
        content = {**SMALL, part: {"rumors": []}} if part else {**SMALL, "rumors": []}
        with pytest.raises(AssertionError, match="rumors"):
            ReferenceCase(content)
