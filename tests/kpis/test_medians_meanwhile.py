"""A median's rows change after its sums were read: then all of it is counted anew."""

from datetime import UTC, datetime, timedelta

import pytest

from kpis.period import Period, Window
from kpis.queries.drop_off import drop_off_steps, steps_from_rollups, steps_from_rows
from kpis.queries.durations import (
    ended_from_rollups,
    ended_from_rows,
    ended_stage_periods,
)
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.medians import ValuesChanged
from kpis.rollups.reading import freshness
from leads.models import Lead, PipelineStage
from medspa.clinic_time import clinic_zone
from tests.factories import (
    KpiEventFactory,
    LeadFactory,
    LeadStageFactory,
    StageFactory,
)
from tests.locks import at_statement

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
# Lengths, and of drop-off when the last steps were.
MIDDLE_VALUES = "SELECT asked.key, found.seconds"


@pytest.fixture
def stage() -> PipelineStage:
    return StageFactory()


@pytest.fixture
def leads(stage: PipelineStage) -> list[Lead]:
    """Two leads who left a stage after ten minutes and booked, and got no further."""
    made = [LeadFactory(created_at=NOON) for _ in range(2)]
    for lead in made:
        left_at = NOON + timedelta(minutes=10)
        LeadStageFactory(lead=lead, stage=stage, changed_at=NOON, left_at=left_at)
        KpiEventFactory(lead=lead, occurred_at=left_at)
    rebuild_rollups(clinic_zone().key)
    return made


@pytest.fixture
def window(leads: list[Lead]) -> Window:
    """With sums that can answer."""
    day = NOON.date()
    window = Window(Period(day, day), clinic_zone(), datetime.now(UTC))
    assert freshness(window).for_cohort
    return window


def test_a_lead_deleted_before_the_lengths_are_read_counts_in_no_part_of_them(
    leads: list[Lead], stage: PipelineStage, window: Window
) -> None:
    fresh = freshness(window)
    with at_statement(MIDDLE_VALUES, leads[0].delete) as seen:
        [found] = ended_stage_periods(window, [stage.pk], fresh)
    assert seen
    assert (found.n, found.median_seconds, found.mean_seconds) == (1, 600, 600)
    assert [found] == ended_from_rows(window, [stage.pk])
    with pytest.raises(ValuesChanged):  # the sums are those of before
        ended_from_rollups(window, [stage.pk])


def test_a_refresh_before_the_waits_are_read_changes_all_steps_alike(
    leads: list[Lead], window: Window
) -> None:
    def refresh() -> None:
        if leads[0].deleted_at is None:
            leads[0].delete()
            assert refresh_rollups(clinic_zone().key)

    fresh = freshness(window)
    with at_statement(MIDDLE_VALUES, refresh) as seen:
        found = drop_off_steps(window, freshness=fresh)
    assert seen
    assert found == steps_from_rows(window) == steps_from_rollups(window)
    [booked] = [step for step in found if step.step == "booked"]
    assert (booked.reached, booked.lost) == (1, 1)
