"""Medians from wide and narrow buckets: those of the rows, however they lie."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.plans import queries_of
from kpis.period import Period, Window
from kpis.queries.durations import (
    StageDurations,
    ended_from_rollups,
    ended_from_rows,
)
from kpis.rollups import rebuild_rollups
from kpis.rollups.medians import LENGTHS, ValuesChanged, between, middle
from leads.models import Lead, PipelineStage
from medspa.clinic_time import clinic_zone
from tests.factories import LeadFactory, LeadStageFactory, StageFactory

NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
# Seconds, by what is special about where the middle ones are.
CASES = {
    "one": [1234.5],
    "two in one narrow bucket": [12_340, 12_349.25],
    "two in two narrow buckets": [12_340, 12_350],
    "two in two wide buckets": [1_999.999999, 2_000],
    "far apart": [0, 3, 86_400, 1_000_000],
    "many alike": [60] * 5 + [61] * 4,
    "ends of buckets": [9, 10, 99, 100, 999, 1_000, 9_999, 10_000],
    "later in a wide bucket": [1_000, 1_100, 1_200, 1_300, 1_400],
    "two later in a wide bucket": [1_000, 1_100, 1_204.5, 1_209, 1_300, 1_400],
    "two apart in a wide bucket": [1_000, 1_100, 1_101, 1_250, 1_260, 1_270],
    "within a minute": [0, 0.5, 0.75, 59.999999],
}


def spent(seconds: list[float]) -> tuple[PipelineStage, Window]:
    """The stage that leads left after so many seconds each, and the day they did."""
    stage = StageFactory()
    for length in seconds:
        begun = NOON - timedelta(seconds=length)
        lead = LeadFactory(created_at=begun)
        LeadStageFactory(lead=lead, stage=stage, changed_at=begun, left_at=NOON)
    day = Period(NOON.date(), NOON.date())
    return stage, Window(day, clinic_zone(), datetime.now(UTC))


@pytest.mark.parametrize("seconds", CASES.values(), ids=CASES)
@pytest.mark.django_db
def test_a_median_is_that_of_the_rows(seconds: list[float]) -> None:
    stage, window = spent(seconds)
    rebuild_rollups(clinic_zone().key)
    [found] = ended_from_rollups(window, [stage.pk])
    assert [found] == ended_from_rows(window, [stage.pk])
    assert found.n == len(seconds)


@pytest.mark.django_db
def test_what_a_deleted_lead_spent_is_in_no_median() -> None:
    stage, window = spent([12_340, 12_341, 12_342, 12_343])
    Lead.objects.latest("created_at").delete()
    rebuild_rollups(clinic_zone().key)
    [found] = ended_from_rollups(window, [stage.pk])
    assert (found.n, found.median_seconds) == (3, 12_342)


@pytest.mark.django_db
def test_without_a_median_none_is_read() -> None:
    stage, window = spent([60, 61, 63])
    rebuild_rollups(clinic_zone().key)
    [known] = ended_from_rollups(window, [stage.pk])
    found: list[StageDurations] = []
    seen = queries_of(
        lambda: found.extend(ended_from_rollups(window, [stage.pk], has_median=False))
    )
    assert found == [replace(known, median_seconds=None)]
    assert len(seen) == 1


@given(st.lists(st.integers(0, 50), max_size=30))
def test_the_middle_is_found_among_buckets(values: list[int]) -> None:
    buckets = sorted(set(values))
    counted = [(bucket, values.count(bucket)) for bucket in buckets]
    places = middle(counted)
    found = [float(bucket) for bucket, _, many in places for _ in range(many)]
    ordered = sorted(values)
    count = len(values)
    assert found == [float(v) for v in ordered[(count - 1) // 2 : count // 2 + 1]]
    for bucket, skip, _ in places:
        assert ordered[ordered.index(bucket) + skip] == bucket
    if not count:
        assert between([], counted) is None
        return
    half = sum(found) / len(found)
    assert between(found, counted) == pytest.approx(half)
    with pytest.raises(ValuesChanged):
        between(found[1:], counted)


def test_a_wide_bucket_ends_where_the_next_begins() -> None:
    ends = {7: 8, 10: 20, 90: 100, 1_000: 2_000, 900_000: 1_000_000}
    assert {low: LENGTHS.wide_end(low) for low in ends} == ends
