"""The rows behind the forecast, page by page in a list of several pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from kpis.drill import MetricRef, find
from kpis.drill.sql import EXPECTED_ON
from kpis.metrics.definitions import Basis
from kpis.period import Period, Window
from leads.models import Opportunity, PipelineStage
from medspa.clinic_time import clinic_today, clinic_zone
from tests.factories import LeadFactory, OpportunityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# A page of 50 is worth 0.45 of a cent more than it would be rounded to by itself.
COUNT, CENTS, CHANCE_BPS = 60, 33_389, 10


@pytest.fixture(autouse=True)
def opportunities() -> None:
    """As many overdue, expected in 60 days, and without a date; a page has 50."""
    today = clinic_today()
    leads = [LeadFactory(admitted=True) for _ in range(3 * COUNT)]
    PipelineStage.objects.update(win_probability_bps=CHANCE_BPS)
    for number, lead in enumerate(leads):
        expected = (today, today + timedelta(days=60), None)[number % 3]
        OpportunityFactory(
            lead=lead, expected_date=expected, expected_value_cents=CENTS
        )
    Opportunity.objects.filter(expected_date=today).update(
        expected_date=today - timedelta(days=90),
        expected_date_set_on=today - timedelta(days=100),
    )


def test_the_planner_knows_how_many_are_expected_by_a_day() -> None:
    """Of an index of a part of a table it has no statistics."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_opportunity")
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT FROM leads_opportunity opportunity"
            f" WHERE {EXPECTED_ON} BETWEEN '2020-01-01' AND '9999-12-31'"
        )
        (plan,) = cursor.fetchone()
    assert plan[0]["Plan"]["Plan Rows"] == 2 * COUNT


@pytest.mark.parametrize(
    ("metric", "key", "count"),
    [
        ("overdue_count", "all", COUNT),
        ("open_count", None, COUNT),
        ("open_count", "all", 3 * COUNT),
        ("weighted_cents", None, COUNT),
        ("weighted_cents", "all", 3 * COUNT),
    ],
)
def test_each_page_goes_on_where_the_one_before_ended(
    metric: str, key: str | None, count: int
) -> None:
    today = clinic_today()
    window = Window(Period(today, today), clinic_zone(), datetime.now(UTC))
    asked = MetricRef(metric, by="forecast", key=key)
    page = find(asked, window, Basis.PERIOD)
    rows = page.rows
    while page.following and len(rows) < count:
        page = find(asked, window, Basis.PERIOD, page.following)
        rows += page.rows
    days = [row.at for row in rows if row.at]
    assert len({row.row_id for row in rows}) == len(rows) == count
    assert days == sorted(days, reverse=True)
    if metric == "weighted_cents":
        exact = CENTS * CHANCE_BPS * count / 10_000
        assert abs(sum(row.cents or 0 for row in rows) - exact) <= 0.5
