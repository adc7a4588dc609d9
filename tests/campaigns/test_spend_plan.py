"""What writing spend would change, and which amounts and months are refused."""

from datetime import date

import pytest

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.planning import (
    ChangedMeanwhile,
    ChangeKind,
    SpendChange,
    SpendPlan,
    make_plan,
    refuse_cents,
    refuse_days,
    write_spend,
)
from campaigns.spend.text import TextRefused
from medspa.months import DayRange
from tests.factories import CampaignFactory, CampaignSpendFactory

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (
    DayRange.of_month(date(2026, month, 1)) for month in (1, 2, 3, 4, 5)
)
GLOW = Campaign(id="c1", name="Glow")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, None, ChangeKind.SAME),
        (5, 5, ChangeKind.SAME),
        (0, 0, ChangeKind.SAME),
        (None, 0, ChangeKind.NEW),
        (None, 5, ChangeKind.NEW),
        (0, 5, ChangeKind.CHANGED),
        (5, 0, ChangeKind.CHANGED),
        (5, None, ChangeKind.REMOVED),
        (0, None, ChangeKind.REMOVED),
    ],
)
def test_what_kind_of_change_a_month_is(
    before: int | None, after: int | None, kind: ChangeKind
) -> None:
    assert SpendChange(GLOW, JANUARY, before, after).kind == kind


def test_a_plan_counts_adds_up_and_says_what_it_would_do() -> None:
    plan = SpendPlan(
        [
            SpendChange(GLOW, JANUARY, None, 3),
            SpendChange(GLOW, FEBRUARY, 5, 7),
            SpendChange(GLOW, MARCH, 11, None),
            SpendChange(GLOW, APRIL, 13, 13),
            SpendChange(GLOW, MAY, 17, 17),
        ]
    )
    assert plan.sentence == "1 new, 1 changed, 1 removed, 2 unchanged"
    assert (plan.writes, plan.total_cents) == (3, 3 + 7 + 13 + 17)
    assert plan.given == {
        ("c1", JANUARY): 3,
        ("c1", FEBRUARY): 7,
        ("c1", MARCH): None,
        ("c1", APRIL): 13,
        ("c1", MAY): 17,
    }
    assert SpendPlan([]).sentence == ""


def test_a_plan_that_says_anything_else_has_another_word() -> None:
    plans = [
        SpendPlan([SpendChange(campaign, month, before, after)])
        for campaign, month, before, after in (
            (GLOW, JANUARY, 1, 2),
            (Campaign(id="c2", name="Glow"), JANUARY, 1, 2),
            (GLOW, FEBRUARY, 1, 2),
            (GLOW, JANUARY, None, 2),
            (GLOW, JANUARY, 1, None),
        )
    ]
    assert len({plan.seen for plan in plans}) == 5
    same = SpendPlan([SpendChange(Campaign(id="c1", name="Other"), JANUARY, 1, 2)])
    assert same.seen == plans[0].seen
    assert len(same.seen) == 32


def test_a_month_can_be_entered_from_its_first_day_on() -> None:
    refuse_days(FEBRUARY, today=FEBRUARY.first)
    refuse_days(JANUARY, today=FEBRUARY.first)
    with pytest.raises(TextRefused, match="Feb 2026 hasn't started"):
        refuse_days(FEBRUARY, today=date(2026, 1, 31))


def test_a_month_costs_up_to_ten_million_dollars() -> None:
    for cents in (None, 0, 1, 1_000_000_000):
        refuse_cents(cents)
    for cents in (-1, 1_000_000_001):
        with pytest.raises(TextRefused, match=r"\$10,000,000"):
            refuse_cents(cents)


@pytest.mark.django_db
def test_what_is_given_is_written_once_and_told_as_it_was() -> None:
    glow, acne = CampaignFactory(name="Glow"), CampaignFactory(name="Acne")
    for campaign, month, cents in ((glow, JANUARY, 5), (glow, FEBRUARY, 7)):
        CampaignSpendFactory(campaign=campaign, month=month.first, spend_cents=cents)
    given = {
        (glow.pk, FEBRUARY): None,
        (glow.pk, JANUARY): 6,
        (acne.pk, JANUARY): 0,
        ("gone", JANUARY): 9,
    }
    plan = make_plan(given)
    told = [(c.campaign.name, c.days, c.before, c.after) for c in plan.changes]
    assert told == [
        ("Acne", JANUARY, None, 0),
        ("Glow", JANUARY, 5, 6),
        ("Glow", FEBRUARY, 7, None),
    ]
    with pytest.raises(ChangedMeanwhile):
        write_spend(given, seen="another")
    assert CampaignSpend.objects.count() == 2
    assert write_spend(given, seen=plan.seen).changes == plan.changes
    entered = CampaignSpend.objects.order_by("campaign__name").values_list(
        "campaign__name", "from_on", "spend_cents"
    )
    assert list(entered) == [
        ("Acne", JANUARY.first, 0),
        ("Glow", JANUARY.first, 6),
    ]
    assert write_spend(given).writes == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"cents": -1}, {"days": DayRange.of_month(date(2999, 1, 1))}]
)
def test_one_wrong_amount_or_month_writes_nothing(wrong: dict[str, object]) -> None:
    glow = CampaignFactory()
    days, cents = wrong.get("days", FEBRUARY), wrong.get("cents", 4)
    with pytest.raises(TextRefused):
        write_spend({(glow.pk, JANUARY): 3, (glow.pk, days): cents})  # type: ignore[dict-item]
    assert not CampaignSpend.objects.exists()
