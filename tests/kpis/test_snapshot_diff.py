"""Rows as they were at a moment, from their histories: to the microsecond."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kpis.models import KpiEvent
from kpis.restatements.causes import Comparison
from kpis.restatements.snapshot_diff import compare
from leads.models import Lead, LeadMerge
from tests.factories import CampaignFactory
from tests.kpis.edges import END, START, TICK, add_event, add_lead, day, window

SINCE = END + timedelta(days=5)
BEFORE, AFTER = SINCE - TICK, SINCE + TICK


def remember(row: Any, at: datetime, kind: str = "~", **fields: object) -> None:
    """A history row of `row` as it is but for `fields`."""
    past = type(row).history.model
    kept = {field.attname for field in past._meta.concrete_fields}
    names = kept & {field.attname for field in type(row)._meta.concrete_fields}
    values = {name: getattr(row, name) for name in names} | fields
    past.objects.create(**values, history_date=at, history_type=kind)


def lead(name: str) -> Lead:
    return Lead.all_objects.get(pk=name)


def event(name: str) -> KpiEvent:
    return KpiEvent.all_objects.get(pk=name)


def compared() -> Comparison:
    return compare(window(), SINCE)


@pytest.fixture(autouse=True)
def campaigns(db: None) -> None:
    for name in ("C1", "C2", "C3"):
        CampaignFactory(id=name, name=name)


def test_a_lead_is_what_its_last_history_row_up_to_then_says() -> None:
    add_lead("one", day(3), "C3")
    remember(lead("one"), BEFORE, "+", campaign_id=None)
    remember(lead("one"), SINCE, campaign_id="C1", first_name="Old")
    remember(lead("one"), AFTER, campaign_id="C2")
    found = compared()
    assert (found.then.leads["one"].campaign, found.then.leads["one"].name) == (
        "C1",
        "Old",
    )
    assert (found.now.leads["one"].campaign, found.now.leads["one"].name) == (
        "C3",
        "Ada",
    )


def test_of_two_rows_of_one_moment_the_later_one_counts() -> None:
    """Up to then, and after: then the earlier one, which is what came first."""
    add_lead("one", day(3), "C3")
    remember(lead("one"), SINCE, campaign_id="C1")
    remember(lead("one"), SINCE, campaign_id="C2")
    remember(lead("one"), AFTER)
    add_lead("same", day(3), "C3")
    remember(lead("same"), BEFORE, campaign_id="C1")
    remember(lead("same"), SINCE, campaign_id="C1")
    remember(lead("same"), SINCE)
    remember(lead("same"), AFTER)
    add_event("E", "one", "invoice_paid", day(4), 5)
    for at, cents in ((SINCE, 6), (SINCE, 7), (AFTER, 8)):
        remember(event("E"), at, value_cents=cents)
    found = compared()
    assert set(found.then.leads) == {"one"}
    assert found.then.leads["one"].campaign == "C2"
    assert found.then.events["E"].cents == 7


def test_an_event_is_what_its_last_history_row_up_to_then_says() -> None:
    add_lead("one", day(3))
    add_event("E", "one", "invoice_paid", day(4), 5)
    # Its history was written in another order.
    remember(event("E"), SINCE, value_cents=7)
    remember(event("E"), BEFORE, "+", value_cents=6)
    remember(event("E"), AFTER, value_cents=8)
    add_event("N", "one", "invoice_paid", day(4), 5)
    remember(event("N"), AFTER, "+")
    remember(event("N"), AFTER + TICK)
    found = compared()
    assert {name: one.cents for name, one in found.then.events.items()} == {"E": 7}
    assert {name: one.cents for name, one in found.now.events.items()} == {
        "E": 5,
        "N": 5,
    }


def test_who_changed_up_to_then_or_came_after_the_month_is_not_asked() -> None:
    add_lead("same", day(3), "C1")
    remember(lead("same"), SINCE, campaign_id="C2")
    add_lead("later", END, "C1")
    remember(lead("later"), BEFORE, campaign_id="C2")
    remember(lead("later"), AFTER, campaign_id="C1")
    add_lead("renamed", day(3), "C1")
    remember(lead("renamed"), BEFORE, "+", first_name="Old")
    remember(lead("renamed"), AFTER)
    add_lead("last", END - TICK, "C1")
    remember(lead("last"), BEFORE, campaign_id=None)
    remember(lead("last"), AFTER)
    assert set(compared().now.leads) == {"last"}


def test_moment_campaign_and_deletion_each_make_a_lead_another_one() -> None:
    for name, fields in (
        ("moment", {"created_at": day(2)}),
        ("campaign", {"campaign_id": "C2"}),
        ("deletion", {"deleted_at": SINCE}),
    ):
        add_lead(name, day(3), "C1")
        remember(lead(name), BEFORE, "+", **fields)
        remember(lead(name), AFTER)
    then = compared().then.leads
    assert set(then) == {"moment", "campaign", "deletion"}
    assert then["moment"].created_at == day(2)
    assert then["deletion"].is_deleted and not then["moment"].is_deleted


def test_who_came_later_or_was_removed_before_was_not_there() -> None:
    add_lead("new", day(3))
    remember(lead("new"), AFTER, "+")
    add_lead("gone", day(3))
    remember(lead("gone"), BEFORE, "+")
    remember(lead("gone"), AFTER, "-")
    add_lead("back", day(3))
    remember(lead("back"), BEFORE, "-", campaign_id="C1")
    remember(lead("back"), AFTER, "+")
    Lead.all_objects.filter(pk="gone")._raw_delete("default")
    found = compared()
    assert set(found.then.leads) == {"gone"}
    assert set(found.now.leads) == {"new", "back"}


def test_a_row_without_a_past_tells_by_its_deletion() -> None:
    for name, deleted_at in (("late", AFTER), ("then", SINCE), ("never", None)):
        add_lead(name, day(3), deleted_at=deleted_at)
        remember(lead(name), AFTER)
    then = compared().then.leads
    assert {name: one.is_deleted for name, one in then.items()} == {
        "late": False,
        "then": True,
        "never": False,
    }


@pytest.mark.parametrize(
    ("at", "recorded_at", "is_asked"),
    [
        (START, AFTER, True),
        (END - TICK, AFTER, True),
        (START - TICK, AFTER, False),
        (END, AFTER, False),
        (day(3), SINCE, False),
    ],
)
def test_events_without_history_are_asked_by_when_they_were_recorded(
    at: datetime, recorded_at: datetime, is_asked: bool
) -> None:
    add_lead("one", day(1))
    add_event("E", "one", "invoice_paid", at, 5)
    KpiEvent.all_objects.update(recorded_at=recorded_at)
    found = compared()
    assert ("E" in found.now.events) == ("one" in found.now.leads) == is_asked
    assert "E" not in found.then.events


def test_an_event_recorded_by_then_was_there_when_its_lead_is_asked() -> None:
    add_lead("one", day(1), "C1")
    remember(lead("one"), BEFORE, campaign_id=None)
    remember(lead("one"), AFTER)
    for name, recorded_at in (("old", SINCE), ("new", AFTER)):
        add_event(name, "one", "invoice_paid", day(3), 5)
        KpiEvent.all_objects.filter(pk=name).update(recorded_at=recorded_at)
    add_event("late", "one", "invoice_paid", END, 5)
    found = compared()
    assert set(found.then.events) == {"old"}
    assert set(found.now.events) == {"old", "new"}


def test_an_event_that_was_touched_is_asked_even_before_the_month() -> None:
    for name in ("one", "two", "three"):
        add_lead(name, day(1))
    add_event("early", "one", "invoice_paid", START - TICK, 5)
    remember(event("early"), BEFORE, "+", deleted_at=BEFORE)
    remember(event("early"), AFTER)
    add_event("still", "two", "invoice_paid", day(3), 5)
    remember(event("still"), SINCE, deleted_at=BEFORE)
    add_event("late", "three", "invoice_paid", END, 5)
    remember(event("late"), AFTER)
    KpiEvent.all_objects.update(recorded_at=BEFORE)
    found = compared()
    assert set(found.now.events) == {"early"}
    assert found.then.events["early"].is_voided
    assert not found.now.events["early"].is_voided
    assert found.now.events["early"].cents == 5


@pytest.mark.parametrize(
    ("merged_at", "undone_at", "is_merged", "unmerged"),
    [
        (SINCE, None, False, False),
        (AFTER, None, True, False),
        (AFTER, AFTER, False, True),
        (BEFORE, SINCE, False, False),
        (BEFORE, AFTER, False, True),
    ],
)
def test_merges_and_their_undoing_since_then(
    merged_at: datetime, undone_at: datetime | None, is_merged: bool, unmerged: bool
) -> None:
    add_lead("one", day(1))
    add_lead("two", day(1))
    LeadMerge.objects.bulk_create(
        [
            LeadMerge(
                survivor_id="one",
                merged_id="two",
                merged_at=merged_at,
                undone_at=undone_at,
            )
        ]
    )
    found = compared()
    assert ("two" in found.merged, "one" in found.survivors) == (is_merged, is_merged)
    assert ("two" in found.unmerged) == unmerged
    asked = {"one", "two"} if is_merged or unmerged else set()
    assert set(found.now.leads) == asked
    assert (found.start, found.end) == (START, END)
