"""Which touch is the first, and which is in time: to the microsecond."""

from datetime import date, timedelta

import pytest

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.period import Period
from kpis.queries import durations as pace
from kpis.queries import leads_by_hour as arrivals
from kpis.rollups import rebuild_rollups
from medspa.clinic_time import clinic_zone
from tests.kpis.edges import TICK, add_lead, add_touch, day, window

FIVE = timedelta(minutes=5)
AUTOMATED, PERSON = {"automated": True}, {"automated": False}
NOBODY = (0, 0, None)
# By day of March: the touches of the one lead of that day (when, type, payload, is it
# deleted), then contacted, within five minutes and seconds, of any touch and of a
# person's.
DAYS = {
    1: ([], NOBODY, NOBODY),
    2: ([(0 * TICK, "sms_sent", PERSON, False)], (1, 1, 0.0), (1, 1, 0.0)),
    3: ([(-TICK, "sms_sent", PERSON, False)], NOBODY, NOBODY),
    4: ([(FIVE, "email_sent", {}, False)], (1, 1, 300.0), (1, 1, 300.0)),
    5: ([(FIVE + 2 * TICK, "call", {}, False)], (1, 0, 300.000002), (1, 0, 300.000002)),
    6: ([(FIVE, "sms_sent", AUTOMATED, False)], (1, 1, 300.0), NOBODY),
    7: ([(FIVE, "email_sent", AUTOMATED, False)], (1, 1, 300.0), NOBODY),
    8: ([(FIVE, "sms_sent", PERSON, True)], NOBODY, NOBODY),
    9: ([(FIVE, "form_submit", {"form": "contact"}, False)], NOBODY, NOBODY),
    10: ([(FIVE, "stage_change", {"to_stage": "s1"}, False)], NOBODY, NOBODY),
    11: ([(FIVE, "tag_added", {"tag": "t1"}, False)], NOBODY, NOBODY),
    12: (
        [
            (3 * FIVE, "call", {}, False),
            (2 * FIVE, "sms_sent", PERSON, False),
            (FIVE, "sms_sent", AUTOMATED, False),
            (TICK, "sms_sent", PERSON, True),
        ],
        (1, 1, 300.0),
        (1, 0, 600.0),
    ),
}


@pytest.fixture(params=["made at once", "folded in"], autouse=True)
def clinic(request: pytest.FixtureRequest, db: None) -> None:
    if request.param == "folded in":
        rebuild_rollups(clinic_zone().key)
    for number, (touches, *_) in DAYS.items():
        add_lead(f"L{number}", day(number))
        for place, (after, kind, payload, is_gone) in enumerate(touches):
            at = day(number) + after
            name = f"A{number}x{place}"
            add_touch(name, f"L{number}", at, kind, is_gone, **payload)
    add_lead("gone", day(20), deleted_at=day(21))
    add_touch("AG", "gone", day(20))
    if request.param == "made at once":
        rebuild_rollups(clinic_zone().key)
    assert pace.reading.is_fresh(window())


def test_the_first_touch_at_or_after_creation_is_what_counts() -> None:
    for number in (*DAYS, 20):
        one = window(Period(date(2026, 3, number), date(2026, 3, number)))
        _, *plain = DAYS.get(number, ([], NOBODY, NOBODY))
        leads = int(number != 20)
        expected = {
            who: pace.Speed(leads, *counts)
            for who, counts in zip(pace.WHOSE, plain, strict=True)
        }
        assert pace.speeds_from_rollups(one) == expected, number
        assert pace.speeds_from_rows(one) == expected, number


def test_a_month_has_the_middle_of_all_waits() -> None:
    """Any: 0, 300 (four times), 300.000002; a person's: 0, 300, 300.000002, 600."""
    for ask in (pace.speeds_from_rollups, pace.speeds_from_rows):
        found = ask(window())
        assert found["any"] == pace.Speed(12, 6, 5, 300.0)
        assert found["human"].median_seconds == 300.000001
        assert (found["human"].contacted, found["human"].within_5min) == (4, 2)
        assert (found["any"].uncontacted, found["human"].uncontacted) == (6, 8)
    share = pace.in_time(window(), whose="any")
    assert share and (share.num, share.den) == (5, 12)


def test_the_hours_are_the_clinics_and_count_the_same_touches() -> None:
    """17:00 UTC is noon in New York, from 8 March on 1 pm. 1 March is a Sunday."""
    plain = [
        arrivals.LeadsOfHour(1, 12, 1, 1, 1),
        arrivals.LeadsOfHour(1, 13, 1, 0, 0),
        arrivals.LeadsOfHour(2, 12, 1, 0, 0),
        arrivals.LeadsOfHour(2, 13, 1, 0, 0),
        arrivals.LeadsOfHour(3, 12, 1, 1, 1),
        arrivals.LeadsOfHour(3, 13, 1, 0, 0),
        arrivals.LeadsOfHour(4, 12, 1, 1, 0),
        arrivals.LeadsOfHour(4, 13, 1, 1, 1),
        arrivals.LeadsOfHour(5, 12, 1, 1, 1),
        arrivals.LeadsOfHour(6, 12, 1, 1, 1),
        arrivals.LeadsOfHour(7, 12, 1, 0, 0),
        arrivals.LeadsOfHour(7, 13, 1, 0, 0),
    ]
    assert arrivals.arrivals_from_rollups(window()) == plain
    assert arrivals.arrivals_from_rows(window()) == plain
    assert arrivals.arrivals(window()) == plain


OPENED = (
    ("leads", "any", range(1, 13)),
    ("contacted", "any", (2, 4, 5, 6, 7, 12)),
    ("contacted", "human", (2, 4, 5, 12)),
    ("uncontacted", "any", (1, 3, 8, 9, 10, 11)),
    ("uncontacted", "human", (1, 3, 6, 7, 8, 9, 10, 11)),
    ("within_5min", "any", (2, 4, 6, 7, 12)),
    ("within_5min", "human", (2, 4)),
    ("median_seconds", "human", (2, 4, 5, 12)),
)


def test_a_number_of_the_waits_opens_exactly_its_leads() -> None:
    for metric, who, numbers in OPENED:
        found = find(MetricRef(metric, "speed", who), window(), Basis.PERIOD)
        ids = [row.row_id for row in found.rows]
        assert ids == [f"L{number}" for number in reversed(numbers)], (metric, who)
