"""A row may be minutes ahead of the database's clock, and not more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from kpis.models import KpiEvent
from leads.models import Activity, LeadStage
from tests.factories import LeadFactory, StageFactory

WRITTEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATEST = WRITTEN + timedelta(minutes=10)
TICK = timedelta(microseconds=1)


def event(at: datetime) -> None:
    lead = LeadFactory()
    row = KpiEvent(
        lead=lead, kind="consult_booked", occurred_at=at, recorded_at=WRITTEN
    )
    KpiEvent.objects.bulk_create([row])


def activity(at: datetime) -> None:
    row = Activity(
        lead=LeadFactory(),
        type="call",
        payload_json={"outcome": "answered"},
        created_at=at,
        recorded_at=WRITTEN,
    )
    Activity.objects.bulk_create([row])


def stage_period(at: datetime) -> None:
    row = LeadStage(
        lead=LeadFactory(), stage=StageFactory(), changed_at=at, recorded_at=WRITTEN
    )
    LeadStage.objects.bulk_create([row])


@pytest.mark.django_db
@pytest.mark.parametrize("write", [event, activity, stage_period])
def test_a_moment_may_be_ten_minutes_ahead_and_no_more(write: object) -> None:
    write(LATEST)  # type: ignore[operator]
    with pytest.raises(IntegrityError, match="not_in_the_future"):
        write(LATEST + TICK)  # type: ignore[operator]


@pytest.mark.django_db
def test_the_database_writes_when_a_row_was_made() -> None:
    """By the clock, not by the start of the transaction, which is the same for all."""
    made = [KpiEvent.objects.create(lead=LeadFactory(), kind="ad_click") for _ in "ab"]
    first, second = (KpiEvent.objects.get(pk=one.pk).recorded_at for one in made)
    assert first < second
    assert abs(datetime.now(UTC) - second) < timedelta(minutes=5)
