"""Past boards from rollups: each day as the stage periods have it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.models import DirtySubject, RollupState
from kpis.period import Period
from kpis.queries.past_stages import stages_at, stages_from_rollups, stages_from_rows
from kpis.rollups import rebuild_rollups, refresh_rollups
from leads.board.past import count_past
from leads.board.past_figures import past_figures
from leads.models import Lead, LeadStage, Opportunity
from tests.factories import StageFactory
from tests.kpis import edges
from tests.kpis.edges import MARCH, add_lead, add_opportunity, add_stay, day, window

ZONE = edges.ZONE.key


@pytest.fixture(autouse=True)
def clinic(db: None) -> None:
    """Three leads that move between two stages, one back and forth within a day."""
    for name in ("here", "there"):
        StageFactory(id=name)
    for name, cents in (("ann", 100), ("bob", 20), ("cid", 3)):
        add_lead(name, day(2))
        add_opportunity(name, "FILLER", cents)
    add_stay("a1", "ann", "here", day(2), day(9, 3))
    add_stay("a2", "ann", "there", day(9, 3))
    add_stay("b1", "bob", "here", day(5), day(5, 18))
    add_stay("b2", "bob", "there", day(5, 18), day(5, 19))
    add_stay("b3", "bob", "here", day(5, 19))
    add_stay("c1", "cid", "there", day(20))
    rebuild_rollups(ZONE)


def wrong_days() -> list[Period]:
    """The days of March whose ends rollups and stage periods see differently."""
    assert refresh_rollups(ZONE)
    days = [MARCH.first + timedelta(days=offset) for offset in range(31)]
    return [
        one
        for one in (Period(day, day) for day in days)
        if stages_from_rollups(window(one)) != stages_from_rows(window(one))
    ]


def end_of(number: int) -> datetime:
    return window(Period(MARCH.first, day(number).date())).end


def test_every_day_is_as_its_stage_periods_say() -> None:
    assert stages_at(end_of(4)) == {"here": (1, 100)}
    # Ann moved at three in the morning UTC: in New York the day before.
    assert stages_at(end_of(8)) == {"here": (1, 20), "there": (1, 100)}
    assert stages_at(end_of(20)) == {"here": (1, 20), "there": (2, 103)}
    assert wrong_days() == []


def test_a_lead_that_was_deleted_since_was_there() -> None:
    Lead.all_objects.filter(pk="ann").update(deleted_at=day(15))
    assert wrong_days() == []
    assert stages_at(end_of(10)) == {"here": (1, 20), "there": (1, 100)}
    assert stages_at(end_of(16)) == {"here": (1, 20)}
    Lead.all_objects.filter(pk="ann").update(deleted_at=None)
    assert wrong_days() == []


def test_values_and_periods_that_change_later_change_past_days() -> None:
    Opportunity.objects.filter(lead="bob").update(expected_value_cents=70)
    LeadStage.objects.filter(pk="c1").update(changed_at=day(12))
    assert wrong_days() == []
    assert stages_at(end_of(12)) == {"here": (1, 70), "there": (2, 103)}
    LeadStage.objects.filter(pk="b2").delete()
    assert wrong_days() == []


def test_the_board_of_a_past_day_reads_no_stage_period_of_a_lead_that_is_there() -> (
    None
):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        columns = count_past(day(10).date())
    figures = {column.stage.pk: column.figures for column in columns if column.figures}
    assert {pk: found.count for pk, found in figures.items() if found.count} == {
        "here": 1,
        "there": 1,
    }
    assert any("kpis_stageflow" in query["sql"] for query in queries)
    assert not any("WITH changed" in query["sql"] for query in queries)


def test_without_fresh_totals_the_periods_are_asked() -> None:
    assert stages_at(end_of(4) + timedelta(hours=1)) is None  # no day begins then
    DirtySubject.objects.create(subject="ann")
    assert stages_from_rollups(window()) is None
    assert stages_at(window().end) == stages_from_rows(window())  # refreshed first
    RollupState.objects.update(zone="Europe/Paris")
    assert stages_at(window().end) is None
    found = {column.stage.pk: column.figures for column in count_past(MARCH.last)}
    counted = {pk: one.count for pk, one in found.items() if one and one.count}
    assert counted == {
        pk: leads for pk, (leads, _) in past_figures(window().end).items() if leads
    }
