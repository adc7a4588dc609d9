"""Which consults were due and who came: each condition from both sides."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpis.drill import MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.models import KpiEvent
from kpis.period import Period, Window
from kpis.queries import durations as pace
from kpis.queries.durations import Consults
from kpis.rollups import rebuild_rollups
from medspa.clinic_time import clinic_zone
from tests.clinics import ChangeClinic
from tests.kpis.edges import (
    AS_OF,
    END,
    HOUR,
    MARCH,
    START,
    TICK,
    ZONE,
    add_event,
    add_lead,
    day,
    window,
)


def book(name: str, at: datetime, lead: str = "one", is_void: bool = False) -> None:
    planned = {"scheduled_for": at.isoformat()}
    add_event(
        name, lead, "consult_booked", day(1), is_void=is_void, metadata_json=planned
    )


def show(
    name: str, booking: str | None, lead: str = "one", is_void: bool = False
) -> None:
    named = {"booking": booking} if booking else {}
    add_event(name, lead, "consult_show", day(1), is_void=is_void, metadata_json=named)


def load() -> None:
    add_lead("one", day(1))
    add_lead("two", day(1))
    add_lead("gone", day(1), deleted_at=AS_OF)
    book("before", START - TICK)
    book("first", START)
    book("last", END - TICK)
    book("after", END)
    book("void", day(5), is_void=True)
    book("gone", day(5), "gone")
    book("held", day(6))
    book("twice", day(7))
    book("wrong", day(8))
    book("unshown", day(9))
    book("noon", day(10), "two")
    add_event("undated", "one", "consult_booked", day(11), metadata_json={})
    show("S1", "held")
    show("S2", "twice")
    show("S3", "twice")
    show("S4", "wrong")
    KpiEvent.objects.filter(pk="S4").update(lead="two")  # as merging may leave it
    show("S5", "unshown", is_void=True)
    show("S6", None, "two")
    show("S7", "gone", "gone")
    show("S8", "after")


@pytest.fixture(params=["made at once", "folded in"])
def clinic(request: pytest.FixtureRequest, db: None) -> None:
    if request.param == "folded in":
        rebuild_rollups(clinic_zone().key)
    load()
    if request.param == "made at once":
        rebuild_rollups(clinic_zone().key)
    assert pace.reading.is_fresh(window())


def asked(seen: Window) -> list[Consults]:
    return [ask(seen) for ask in (pace.consults_from_rollups, pace.consults_from_rows)]


def test_consults_of_march_and_of_the_days_beside_it(clinic: None) -> None:
    """Held is what a living show of the same lead names."""
    assert asked(window()) == [Consults(7, 2)] * 2
    april = Period(date(2026, 4, 1), date(2026, 4, 1))
    assert asked(window(april)) == [Consults(1, 1)] * 2
    february = Period(date(2026, 2, 28), date(2026, 2, 28))
    assert asked(window(february)) == [Consults(1, 0)] * 2


def test_a_consult_is_due_when_its_moment_has_passed(clinic: None) -> None:
    """At 17:00 UTC on the 10th the consult of that moment has not been."""
    assert asked(window(as_of=day(10))) == [Consults(5, 2), Consults(5, 2)]
    assert asked(window(as_of=day(10) + TICK)) == [Consults(6, 2)] * 2
    assert asked(window(as_of=START)) == [Consults(0, 0)] * 2
    assert asked(window(as_of=START - HOUR)) == [Consults(0, 0)] * 2
    # On the 7th the consult of that day has been held.
    assert asked(window(as_of=day(7) + TICK)) == [Consults(3, 2)] * 2
    today = Period(date(2026, 3, 10), date(2026, 3, 10))
    assert asked(window(today, as_of=day(10) + TICK)) == [Consults(1, 0)] * 2


def test_no_shows_are_those_due_who_were_not_held(clinic: None) -> None:
    found = pace.consults(window())
    assert (found.no_show, found.show_rate, found.no_show_rate) == (
        5,
        pace.Ratio(2, 7),
        pace.Ratio(5, 7),
    )
    assert Consults(0, 0).show_rate is None


def test_each_number_of_the_consults_opens_exactly_its_rows(clinic: None) -> None:
    for metric, names in (
        ("due", ["last", "noon", "unshown", "wrong", "twice", "held", "first"]),
        ("held", ["twice", "held"]),
        ("no_show", ["last", "noon", "unshown", "wrong", "first"]),
    ):
        found = find(MetricRef(metric, "consults"), window(), Basis.PERIOD)
        assert [row.row_id for row in found.rows] == names
    found = find(MetricRef("due", "consults"), window(as_of=day(10)), Basis.PERIOD)
    ids = [row.row_id for row in found.rows]
    assert ids == ["unshown", "wrong", "twice", "held", "first"]


@pytest.mark.parametrize(
    ("clinic_is_in", "written_in"),
    [("Etc/GMT+12", "Pacific/Kiritimati"), ("Pacific/Kiritimati", "Etc/GMT+12")],
)
def test_a_moment_written_on_the_other_side_of_the_world_is_found(
    db: None, clinic_is: ChangeClinic, clinic_is_in: str, written_in: str
) -> None:
    """The index is by the text, whose date may be two days off."""
    clinic_is(time_zone=clinic_is_in)
    zone, other = ZoneInfo(clinic_is_in), ZoneInfo(written_in)
    seen = Window(MARCH, zone, AS_OF)
    add_lead("one", day(1))
    inside = (seen.start, seen.end - TICK)
    outside = (seen.start - TICK, seen.end)
    for number, at in enumerate((*inside, *outside)):
        book(f"B{number}", at.astimezone(other))
    assert pace.consults(seen) == Consults(2, 0)
    assert pace.consults_from_rows(seen) == Consults(2, 0)
    found = find(MetricRef("due", "consults"), seen, Basis.PERIOD)
    assert [row.at for row in found.rows] == [seen.end - TICK, seen.start]


def test_the_moment_of_now_is_not_due_in_the_list_either(db: None) -> None:
    add_lead("one", day(1))
    now = datetime(2026, 3, 10, 17, tzinfo=UTC)
    for minutes in (-1, 0, 1):
        book(f"B{minutes}", now + timedelta(minutes=minutes))
    seen = Window(MARCH, ZONE, now)
    found = find(MetricRef("due", "consults"), seen, Basis.PERIOD)
    assert [row.row_id for row in found.rows] == ["B-1"]
