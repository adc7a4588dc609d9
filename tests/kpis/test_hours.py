"""The hours of the week as people see them, and the steps of a trend."""

from datetime import date, timedelta

import pytest

from kpis.page.heatmap import heatmap_of
from kpis.period import Period
from kpis.queries.leads_by_hour import LeadsOfHour
from kpis.queries.trend import TrendBar, _steps, step_name, totals
from kpis.rollups.reading import RollupRange
from tests.kpis.edges import MARCH, window

MONDAY = LeadsOfHour(1, 9, 7, 6, 5)
SUNDAY = LeadsOfHour(7, 23, 2, 1, 0)
NIGHT = LeadsOfHour(3, 0, 4, 4, 0)


def test_an_hour_has_a_key_and_a_name() -> None:
    assert [(one.key, one.name) for one in (MONDAY, SUNDAY, NIGHT)] == [
        ("1-09", "Mon, 9 AM – 10 AM"),
        ("7-23", "Sun, 11 PM – 12 AM"),
        ("3-00", "Wed, 12 AM – 1 AM"),
    ]
    share = MONDAY.within_5min_share
    assert share and (share.num, share.den) == (5, 7)
    assert LeadsOfHour(1, 1).within_5min_share is None


def test_the_busiest_hour_is_the_darkest_and_nobody_has_no_shade() -> None:
    heatmap = heatmap_of([MONDAY, NIGHT, SUNDAY, LeadsOfHour(2, 5, 1)], MARCH)
    assert len(heatmap.rows) == 24 and len(heatmap.weekdays) == 7
    found = {
        (line.hour, place): cell
        for line in heatmap.rows
        for place, cell in enumerate(line.cells, start=1)
    }
    assert len(found) == 24 * 7
    levels = {key: cell.level for key, cell in found.items() if cell.level}
    # 7, 4, 2 and 1 of 7 in quarters, each begun one counted.
    assert levels == {("9 AM", 2): 4, ("12 AM", 4): 3, ("11 PM", 1): 2, ("5 AM", 3): 1}
    assert found["9 AM", 2].leads.text == "7"
    assert found["9 AM", 2].in_time.text == "5 of 7"
    assert "by=arrivals&key=1-09&rows=leads" in found["9 AM", 2].leads.rows
    assert "basis=cohort" in found["9 AM", 2].leads.rows
    assert (found["10 AM", 2].leads.text, found["10 AM", 2].leads.rows) == ("", "")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], ""),
        (
            [MONDAY, NIGHT],
            "Most leads arrive Mon, 9 AM – 10 AM: 7. The most who were not contacted "
            "within five minutes: 4 of 4 created Wed, 12 AM – 1 AM.",
        ),
        (
            [LeadsOfHour(1, 9, 2, 2, 2)],
            "Most leads arrive Mon, 9 AM – 10 AM: 2. All were contacted within five "
            "minutes.",
        ),
    ],
)
def test_what_the_shades_show_is_said(hours: list[LeadsOfHour], words: str) -> None:
    assert heatmap_of(hours, MARCH).words == words


# Trend ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "name"),
    [(1, "day"), (45, "day"), (46, "week"), (400, "week"), (401, "month")],
)
def test_the_longer_the_range_the_longer_a_step(days: int, name: str) -> None:
    first = date(2026, 3, 4)
    assert step_name(Period(first, first + timedelta(days=days - 1))) == name


def row(day: date, leads: int, booked: int, cents: int) -> dict[str, object]:
    return {
        "day": day,
        "leads": leads,
        "booked_leads": booked,
        "net_revenue_cents": cents,
    }


def test_weeks_begin_on_monday_and_are_cut_off_at_the_ends() -> None:
    """4 March 2026 is a Wednesday; 46 days later is a Saturday."""
    period = Period(date(2026, 3, 4), date(2026, 4, 18))
    rows = [
        row(date(2026, 3, 4), 1, 2, 3),
        row(date(2026, 3, 8), 10, 20, 30),
        row(date(2026, 3, 9), 100, 200, -300),
        row(date(2026, 4, 18), 1000, 2000, 3000),
    ]
    steps = _steps(rows, window(period))
    assert steps[0] == TrendBar(Period(date(2026, 3, 4), date(2026, 3, 8)), 11, 22, 33)
    assert steps[1] == TrendBar(
        Period(date(2026, 3, 9), date(2026, 3, 15)), 100, 200, -300
    )
    assert steps[2] == TrendBar(Period(date(2026, 3, 16), date(2026, 3, 22)))
    last = TrendBar(Period(date(2026, 4, 13), date(2026, 4, 18)), 1000, 2000, 3000)
    assert (steps[-1], len(steps)) == (last, 7)
    assert totals(steps) == {
        "leads": 1111,
        "booked_leads": 2222,
        "net_revenue_cents": 2733,
    }


def test_months_of_a_trend_are_cut_off_at_the_ends_too() -> None:
    period = Period(date(2027, 1, 15), date(2028, 2, 29))
    rows = [row(date(2027, 1, 31), 1, 0, 0), row(date(2028, 2, 29), 2, 0, 0)]
    steps = _steps(rows, window(period))
    assert steps[0] == TrendBar(Period(date(2027, 1, 15), date(2027, 1, 31)), 1)
    assert steps[-1] == TrendBar(Period(date(2028, 2, 1), date(2028, 2, 29)), 2)
    assert len(steps) == 14


# Whole months of a range -----------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2028-02-01", "2028-02-29", ("2028-02-01", "2028-02-29")),
        ("2028-02-01", "2028-02-28", None),
        ("2028-02-02", "2028-02-29", None),
        ("2028-01-31", "2028-03-01", ("2028-02-01", "2028-02-29")),
        ("2028-01-31", "2028-02-28", None),
        ("2027-12-31", "2028-03-31", ("2028-01-01", "2028-03-31")),
        ("2027-12-01", "2027-12-31", ("2027-12-01", "2027-12-31")),
        ("2028-01-30", "2028-01-31", None),
    ],
)
def test_whole_months_of_a_range(
    first: str, last: str, months: tuple[str, str] | None
) -> None:
    parts = RollupRange.of(Period(date.fromisoformat(first), date.fromisoformat(last)))
    found = parts.months and (str(parts.months.first), str(parts.months.last))
    assert found == months
    assert parts.bound["dimension"] == "slice"
