"""What changed is added to the sums before somebody looks."""

from datetime import UTC, date, datetime

import pytest

from kpis.period import Period, Window
from kpis.rollups import rebuild
from kpis.rollups.reading import is_behind
from kpis.tasks import fold_changes
from medspa.clinic_time import clinic_zone
from tests.factories import LeadFactory

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.django_db
def test_the_job_leaves_nothing_to_fold_for_the_next_page() -> None:
    rebuild(clinic_zone().key)
    window = Window(YEAR, clinic_zone(), datetime.now(UTC))
    assert not is_behind(window)
    LeadFactory()
    assert is_behind(window)
    fold_changes(timestamp=0)
    assert not is_behind(window)
