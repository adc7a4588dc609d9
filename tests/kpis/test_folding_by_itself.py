"""What changed is added to the rollups before somebody looks."""

from datetime import UTC, date, datetime

import pytest

from kpis.period import Period, Window
from kpis.rollups import rebuild_rollups
from kpis.rollups.reading import is_behind, is_fresh
from kpis.tasks import refresh
from kpis.verify import check
from medspa.clinic_time import clinic_zone
from tests.factories import LeadFactory

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.django_db
def test_the_job_leaves_nothing_to_refresh_for_the_next_page() -> None:
    rebuild_rollups(clinic_zone().key)
    window = Window(YEAR, clinic_zone(), datetime.now(UTC))
    assert not is_behind(window)
    LeadFactory()
    assert is_behind(window)
    refresh(timestamp=0)
    assert not is_behind(window)


@pytest.mark.django_db
def test_the_job_builds_rollups_that_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after an upgrade of a clinic too large for the first page to do it."""
    monkeypatch.setattr("kpis.rollups.reading.SMALL_CLINIC", 0)
    LeadFactory()
    window = Window(YEAR, clinic_zone(), datetime.now(UTC))
    assert not is_fresh(window)
    refresh(timestamp=0)
    assert is_fresh(window)
    assert not any(one.wrong for one in check())
