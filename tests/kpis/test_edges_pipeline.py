"""Stays, what is still open, and where people get lost: each condition, both sides."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from kpis.drill import DrillRow, MetricRef, find
from kpis.metrics.definitions import Basis
from kpis.queries import drop_off as drop_off_steps
from kpis.queries import durations as pace
from kpis.queries import forecast
from kpis.queries.drop_off import DropOffStep
from kpis.queries.forecast import Expected
from leads.models import PipelineStage
from tests.factories import CampaignFactory
from tests.kpis.edges import (
    AS_OF,
    END,
    HOUR,
    START,
    TICK,
    add_event,
    add_lead,
    add_opportunity,
    add_stay,
    day,
    make_stages,
    window,
)


def rows(
    metric: str, by: str, key: str | None, as_of: object = AS_OF
) -> list[DrillRow]:
    return find(MetricRef(metric, by, key), window(as_of=as_of), Basis.PERIOD).rows


def ids(metric: str, by: str, key: str | None) -> list[str]:
    return [row.row_id for row in rows(metric, by, key)]


@pytest.fixture
def stages(db: None) -> None:
    PipelineStage.all_objects.all()._raw_delete("default")
    make_stages()


def test_a_stay_counts_where_it_ends(stages: None) -> None:
    for name in ("one", "two", "three", "four"):
        add_lead(name, START - 90 * HOUR)
    add_lead("gone", START, deleted_at=AS_OF)
    add_stay("before", "one", "new", START - 10 * HOUR, START - TICK)
    add_stay("first", "two", "new", START - 10 * HOUR, START)
    add_stay("last", "three", "new", END - TICK - 20 * HOUR, END - TICK)
    add_stay("after", "four", "new", END - 10 * HOUR, END)
    add_stay("third", "one", "new", day(5), day(5) + 3 * HOUR)
    add_stay("gone", "gone", "new", day(5), day(6))
    add_stay("retired", "two", "old", day(5), day(5) + HOUR)
    add_stay("lost", "two", "lost", day(6), day(6) + 2 * HOUR)
    add_stay("open", "two", "new", day(7))
    new, lost, old = pace.ended_stage_periods(window())
    assert (new.place, new.n) == ((False, 201, "new"), 3)
    assert new.mean_seconds == 11 * 3600
    assert new.median_seconds == 10 * 3600
    assert (lost.place, lost.n) == ((False, 204, "lost"), 1)
    assert old.place == (True, 200, "old")
    assert old.stage.endswith(" (archived)") and not new.stage.endswith("(archived)")
    assert [one.place[2] for one in pace.ended_stage_periods(window(), ["lost"])] == [
        "lost"
    ]
    assert ids("n", "stages", "new") == ["last", "third", "first"]
    lengths = [row.length for row in rows("n", "stages", "new")]
    assert lengths == [20 * HOUR, 3 * HOUR, 10 * HOUR]


def test_what_is_still_in_an_open_stage_ages_until_as_of(stages: None) -> None:
    for number in range(5):
        add_lead(f"L{number}", START)
    add_lead("gone", START, deleted_at=AS_OF)
    add_stay("S0", "L0", "new", AS_OF - 10 * HOUR)
    add_stay("S1", "L1", "new", AS_OF - 4 * HOUR)
    add_stay("S2", "L2", "next", AS_OF - 3 * HOUR)
    add_stay("S3", "L3", "won", AS_OF - 3 * HOUR)
    add_stay("S4", "L4", "new", AS_OF - 3 * HOUR, AS_OF - 2 * HOUR)
    add_stay("SG", "gone", "new", AS_OF - 3 * HOUR)
    new, following = pace.open_stage_periods(window())
    assert (new.place[2], new.n, new.median_seconds) == ("new", 2, 7 * 3600)
    assert new.mean_seconds is None
    assert following.place == (False, 202, "next")
    assert (following.n, following.median_seconds) == (1, 3 * 3600)
    assert [one.place[2] for one in pace.open_stage_periods(window(), ["next"])] == [
        "next"
    ]
    assert pace.open_stage_periods(window(), ["won"]) == []
    assert ids("ageing", "stages", "new") == ["S1", "S0"]
    lengths = [row.length for row in rows("ageing", "stages", "new")]
    assert lengths == [4 * HOUR, 10 * HOUR]


def test_what_open_opportunities_may_bring(stages: None) -> None:
    """Today is 1 July: what was expected for the day before is overdue."""
    today = date(2026, 7, 1)
    for number, (stage, expected, cents) in enumerate(
        (
            ("new", today, 101),
            ("new", today - timedelta(days=1), 203),
            ("next", date(2026, 7, 31), 407),
            ("new", None, 811),
            ("won", today, 1601),
            ("lost", today, 3203),
        )
    ):
        add_lead(f"L{number}", START)
        add_stay(f"S{number}", f"L{number}", stage, day(2))
        add_opportunity(f"L{number}", "FILLER", cents, expected_date=expected)
    add_lead("gone", START, deleted_at=AS_OF)
    add_stay("SG", "gone", "new", day(2))
    add_opportunity("gone", "FILLER", 6400, expected_date=today)
    add_lead("left", START)
    add_stay("SL", "left", "new", day(2), day(3))
    add_opportunity("left", "FILLER", 12_800, expected_date=today)
    add_lead("out", START)
    add_stay("SO", "out", "new", day(2))
    add_opportunity("out", "FILLER", 25_600, expected_date=today, deleted_at=AS_OF)
    found = forecast.forecast(window())
    assert found == [
        Expected(date(2026, 6, 1), 1, 203, Fraction(203, 10), 1),
        Expected(date(2026, 7, 1), 2, 508, Fraction(101, 10) + Fraction(407, 2), 0),
        Expected(None, 1, 811, Fraction(811, 10), 0),
    ]
    # 20.3 + 10.1 + 203.5 + 81.1
    assert [one.weighted_cents for one in found] == [20, 214, 81]
    everything = forecast.all_months(found)
    assert everything == Expected(None, 4, 1522, Fraction(315), 1)
    for key, names in (
        ("2026-06", ["OL1"]),
        ("2026-07", ["OL2", "OL0"]),
        (None, ["OL3"]),
        ("all", ["OL2", "OL0", "OL1", "OL3"]),
    ):
        assert ids("open_count", "forecast", key) == names
    assert ids("overdue_count", "forecast", "all") == ["OL1"]
    assert [row.cents for row in rows("open_count", "forecast", "2026-07")] == [
        407,
        101,
    ]
    assert rows("open_count", "forecast", "2026-06")[0].kind.endswith(", 10%")


def load_leaks() -> None:
    """Five leads of March, each at another step, and three that are not of it."""
    booked, show, paid = "consult_booked", "consult_show", "invoice_paid"
    for name, at in (
        ("only", START),
        ("booked", END - TICK),
        ("shown", day(3)),
        ("paid", day(4)),
        ("other", day(5)),
        ("late", END),
        ("early", START - TICK),
    ):
        add_lead(name, at)
        add_opportunity(name, "FILLER", {"booked": 7, "only": 11}.get(name, 100))
    add_lead("gone", day(6), deleted_at=AS_OF)
    add_event("G", "gone", booked, day(7))
    add_event("B1", "booked", booked, END + 5 * HOUR)
    add_event("B1b", "booked", booked, END + 9 * HOUR)
    add_event("B1v", "booked", show, END + 6 * HOUR, is_void=True)
    add_event("B1n", "booked", paid, AS_OF + TICK, 5)
    add_event("B2", "shown", booked, day(3) + 2 * HOUR)
    add_event("S2", "shown", show, AS_OF)
    add_event("B3", "paid", booked, day(4) + 4 * HOUR)
    add_event("S3", "paid", show, day(4) + 10 * HOUR)
    add_event("P3", "paid", paid, day(4) + 13 * HOUR, 5)
    add_event("P3b", "paid", paid, day(4) + 14 * HOUR, 5)
    # Who pays before anything else, and comes to a consult a day later.
    add_event("P4", "other", paid, day(5) + HOUR, 5)
    add_event("S4", "other", show, day(6) + HOUR)
    add_event("A4", "only", "ad_click", day(5))
    add_opportunity("gone", "FILLER", 1000)
    for name, stage in (("only", "lost"), ("booked", "new"), ("shown", "lost")):
        add_stay(f"Y{name}", name, stage, END)
    add_stay("Yold", "booked", "lost", day(1), day(2))


def test_everybody_is_lost_at_the_last_step_they_got_to(stages: None) -> None:
    load_leaks()
    seconds = 3600.0
    first, second, third = drop_off_steps.drop_off_steps(window())
    # Waits of those who went on: from END - TICK, and after 2, 4 and 1 hours.
    assert first == DropOffStep(
        "leads",
        reached=5,
        went_on=4,
        given_up=1,
        lost_cents=11,
        median_seconds=3 * seconds,
        lost_median_seconds=(AS_OF - START).total_seconds(),
    )
    assert second == DropOffStep(
        "booked",
        reached=3,
        went_on=2,
        given_up=0,
        lost_cents=7,
        median_seconds=(6 * seconds + (AS_OF - day(3) - 2 * HOUR).total_seconds()) / 2,
        lost_median_seconds=(AS_OF - END - 5 * HOUR).total_seconds(),
    )
    # Who paid before the show waited for no time at all.
    assert third == DropOffStep(
        "shown",
        reached=3,
        went_on=2,
        given_up=1,
        lost_cents=100,
        median_seconds=1.5 * seconds,
        lost_median_seconds=0.0,
    )
    assert (first.lost, second.lost, third.lost) == (1, 1, 1)
    # What isn't asked for stays as if there were nobody.
    assert drop_off_steps.drop_off_steps(window(), ["given_up"])[0] == DropOffStep(
        "leads", 0, 0, 1, 0
    )
    assert drop_off_steps.drop_off_steps(window(), ["lost_cents"])[1] == DropOffStep(
        "booked", 0, 0, 0, 7
    )


def test_each_number_of_the_leaks_opens_exactly_its_leads(stages: None) -> None:
    load_leaks()
    everybody = ["booked", "other", "paid", "shown", "only"]
    for step, metric, names in (
        ("leads", "reached", everybody),
        ("leads", "went_on", everybody[:4]),
        ("leads", "lost", ["only"]),
        ("leads", "given_up", ["only"]),
        ("booked", "reached", ["booked", "paid", "shown"]),
        ("booked", "went_on", ["paid", "shown"]),
        ("booked", "lost", ["booked"]),
        ("booked", "given_up", []),
        ("shown", "reached", ["other", "paid", "shown"]),
        ("shown", "went_on", ["other", "paid"]),
        ("shown", "lost_cents", ["shown"]),
        ("all", "reached", everybody),
        ("all", "went_on", ["other", "paid"]),
        ("all", "lost", ["booked", "shown", "only"]),
    ):
        assert ids(metric, "leaks", step) == names, (step, metric)
    lengths = {row.row_id: row.length for row in rows("reached", "leaks", "shown")}
    assert lengths == {"other": 0 * HOUR, "paid": 3 * HOUR, "shown": 0 * HOUR}
    # To the first later step, whichever that is; else up to now.
    lengths = {row.row_id: row.length for row in rows("reached", "leaks", "booked")}
    assert lengths == {
        "booked": AS_OF - END - 5 * HOUR,
        "paid": 6 * HOUR,
        "shown": AS_OF - day(3) - 2 * HOUR,
    }
    lengths = {row.row_id: row.length for row in rows("reached", "leaks", "leads")}
    assert lengths == {
        "booked": 5 * HOUR + TICK,
        "other": HOUR,
        "paid": 4 * HOUR,
        "shown": 2 * HOUR,
        "only": AS_OF - START,
    }


def test_a_lost_lead_without_an_opportunity_has_no_value_to_lose(stages: None) -> None:
    add_lead("one", START)
    add_lead("two", START)
    add_opportunity("two", "FILLER", 9, deleted_at=AS_OF)
    assert drop_off_steps.drop_off_steps(window())[0].lost_cents == 0
    assert ids("lost_cents", "leaks", "leads") == []


def test_names_of_rows_are_the_leads_and_their_campaigns(db: None) -> None:
    CampaignFactory(id="C1", name="Glow", monthly_spend_cents=0)
    add_lead("one", START, "C1", "walk_in")
    add_event("N", None, "ad_click", START + TICK, campaign_id="C1")
    (row,) = find(MetricRef("leads"), window(), Basis.PERIOD).rows
    assert (row.name, row.source, row.campaign) == ("Ada", "Walk-in", "Glow")
    (row,) = find(MetricRef("ad_clicks"), window(), Basis.PERIOD).rows
    assert (row.lead_id, row.name, row.source, row.campaign) == (None, "", "", "")
    assert (row.kind, row.cents, row.length) == ("Ad click", None, None)
