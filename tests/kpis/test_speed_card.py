"""The card counts touches by people; automatic texts are its second line."""

from datetime import timedelta

import pytest

from kpis import drill
from kpis.metrics.definitions import Basis
from kpis.page.data import _contacted_card
from kpis.page.tables import speed
from kpis.queries import durations
from kpis.queries.numbers import KpiData
from kpis.rollups import rebuild_rollups
from leads.models import Lead
from medspa.clinic_time import clinic_zone
from tests.kpis.edges import MARCH, add_lead, add_touch, day, window

pytestmark = pytest.mark.django_db


@pytest.fixture
def march() -> None:
    """One answered by a machine, one by a person, one imported long after."""
    for number, name in enumerate(("machine", "person", "later"), start=1):
        add_lead(name, day(number), is_backfilled=name == "later")
    add_touch("t1", "machine", day(1) + timedelta(seconds=10), automated=True)
    add_touch("t2", "machine", day(1) + timedelta(hours=2))
    add_touch("t3", "person", day(2) + timedelta(minutes=4))
    add_touch("t4", "later", day(3) + timedelta(days=20))


def test_the_card_says_how_soon_a_person_answered(march: None) -> None:
    card = _contacted_card(KpiData(window()), None)
    assert card.value.text == "1 of 2"
    assert card.note == "median 1\u00a0h"
    assert (
        card.second_line == "2 of 2 with automatic texts; 1 imported lead not counted"
    )
    assert "key=human" in card.rows


def test_rollups_rows_and_drill_down_leave_out_who_was_imported_later(
    march: None,
) -> None:
    rebuild_rollups(clinic_zone().key)
    expected = durations.speeds_from_rows(window())
    assert durations.speeds_from_rollups(window()) == expected
    human = expected["human"]
    assert (human.leads, human.contacted, human.within_5min, human.not_counted) == (
        2,
        2,
        1,
        1,
    )
    for metric, leads in (
        ("leads", 2),
        ("contacted", 2),
        ("uncontacted", 0),
        ("within_5min", 1),
    ):
        ref = drill.MetricRef(metric, "speed", "human")
        assert len(drill.find(ref, window(), Basis.PERIOD).rows) == leads, metric
    note = speed(KpiData(window())).note
    assert note.startswith("1 imported lead is not counted")


def test_a_mark_that_is_changed_reaches_the_rollups(march: None) -> None:
    rebuild_rollups(clinic_zone().key)
    Lead.objects.filter(pk="later").update(is_backfilled=False)
    speeds = durations.speeds(window())
    assert (speeds["any"].leads, speeds["any"].not_counted) == (3, 0)
    assert window().period == MARCH
