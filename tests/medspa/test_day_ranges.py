"""Ranges of days: their parts, gaps and words."""

from datetime import date

from medspa.months import DayRange

YEAR = 2026


def days(first: str, last: str = "") -> DayRange:
    return DayRange(date.fromisoformat(first), date.fromisoformat(last or first))


SEPTEMBER = days("2026-09-01", "2026-09-30")


def test_a_range_knows_its_days_its_month_and_its_parts() -> None:
    assert DayRange.of_month(date(2028, 2, 11)) == days("2028-02-01", "2028-02-29")
    assert SEPTEMBER.is_month
    for part in (days("2026-09-01", "2026-09-29"), days("2026-09-02", "2026-09-30")):
        assert not part.is_month
        assert part.days == 29
        assert SEPTEMBER.covers(part) and not part.covers(SEPTEMBER)
    assert not days("2026-09-01", "2026-10-31").is_month
    assert list(days("2026-08-31", "2026-10-01").by_month()) == [
        days("2026-08-31"),
        SEPTEMBER,
        days("2026-10-01"),
    ]


def test_ranges_overlap_when_they_share_a_day() -> None:
    assert SEPTEMBER.overlaps(days("2026-08-01", "2026-09-01"))
    assert SEPTEMBER.overlaps(days("2026-09-30", "2026-10-05"))
    assert not SEPTEMBER.overlaps(days("2026-08-01", "2026-08-31"))
    assert not SEPTEMBER.overlaps(days("2026-10-01"))


def test_what_others_leave_of_a_range() -> None:
    others = [
        days("2026-10-02", "2026-10-09"),
        days("2026-09-29", "2026-10-01"),
        days("2026-09-03"),
        days("2026-08-20", "2026-09-01"),
    ]
    assert list(SEPTEMBER.without(others)) == [
        days("2026-09-02"),
        days("2026-09-04", "2026-09-28"),
    ]
    assert list(SEPTEMBER.without([])) == [SEPTEMBER]
    assert list(SEPTEMBER.without([days("2026-08-01", "2026-10-31")])) == []
