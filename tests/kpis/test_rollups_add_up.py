"""What is refreshed later is added to what was there, and what went is taken away."""

from datetime import UTC, datetime, timedelta

import pytest

from kpis.models import Fact, Repeat, StagePeriodSum, WaitSum
from kpis.rollups import rebuild_rollups
from kpis.rollups.refresh import refresh_rollups
from kpis.verify import check
from leads.models import Lead
from medspa.clinic_time import clinic_zone
from tests.factories import (
    ActivityFactory,
    KpiEventFactory,
    LeadFactory,
    LeadStageFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.fixture
def leads() -> list[Lead]:
    """Two alike: each answered after a minute, each paid twice."""
    zone = clinic_zone().key
    rebuild_rollups(zone)
    found = []
    for _ in range(2):
        lead = LeadFactory(created_at=NOON, campaign=None, source="google")
        ActivityFactory(lead=lead, type="call", created_at=NOON + timedelta(minutes=1))
        for days in (1, 3):
            at = NOON + timedelta(days=days)
            KpiEventFactory(lead=lead, paid=True, occurred_at=at)
        assert refresh_rollups(zone)
        found.append(lead)
    return found


def sums_are_right() -> bool:
    return not any(one.wrong for one in check())


def test_two_leads_refreshed_one_after_the_other_are_two(leads: list[Lead]) -> None:
    assert set(WaitSum.objects.values_list("n", flat=True)) == {2}
    assert set(Repeat.objects.values_list("n", flat=True)) == {2}
    assert sums_are_right()


def test_the_length_of_a_stage_period_stays_when_something_else_changes(
    leads: list[Lead],
) -> None:
    left_at = NOON + timedelta(hours=1)
    LeadStageFactory(lead=leads[0], changed_at=NOON, left_at=left_at)
    for source in ("walk_in", "referral"):
        Lead.objects.filter(pk=leads[0].pk).update(source=source)
        assert refresh_rollups(clinic_zone().key)
        lengths = StagePeriodSum.objects.values_list("n", "microseconds")
        assert set(lengths) == {(1, 3_600_000_000)}


def test_a_lead_that_is_deleted_leaves_no_fact_and_comes_back_with_one(
    leads: list[Lead],
) -> None:
    gone, stays = leads
    gone.delete()
    assert refresh_rollups(clinic_zone().key)
    assert list(Fact.objects.values_list("subject", flat=True)) == [stays.pk]
    assert sums_are_right()
    gone.restore()
    assert refresh_rollups(clinic_zone().key)
    assert Fact.objects.count() == 2
    assert sums_are_right()
