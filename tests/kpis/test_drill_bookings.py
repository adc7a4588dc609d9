"""Consults are looked for in the last days first: every page is that of the range."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from tests.factories import KpiEventFactory

AS_OF = datetime(2026, 4, 1, 15, tzinfo=UTC)
AGES = (0, 1, 1, 2, 3, 4, 9, 10, 29, 30, 31, 31, 45, 59, 60)


@pytest.mark.parametrize("offset", [0, 20, 200])
def test_pages_of_consults_follow_each_other_through_the_range(
    db: None, monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    monkeypatch.setattr("kpis.drill.rows.PAGE_SIZE", 2)
    zone = ZoneInfo("America/New_York")
    planned = [AS_OF - timedelta(days=age, minutes=age) for age in AGES]
    for at in [*planned, AS_OF + timedelta(days=1)]:
        KpiEventFactory(
            kind="consult_booked", metadata_json={"scheduled_for": at.isoformat()}
        )
    last = AS_OF.date() + timedelta(days=offset)
    window = Window(Period(AS_OF.date() - timedelta(days=59), last), zone, AS_OF)
    asked, found = MetricRef("due", "consults"), []
    page = find(asked, window, Basis.PERIOD)
    found += page.rows
    while page.following:
        page = find(asked, window, Basis.PERIOD, page.following)
        found += page.rows
    due = [at for at in planned if window.start <= at < AS_OF]
    assert [row.at for row in found] == sorted(due, reverse=True)
    assert len({row.row_id for row in found}) == len(due)
