"""Whatever people do to a past month, the causes explain it to the last cent."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns.models import Campaign, CampaignSpend
from kpis.models import KpiEvent, MonthSnapshot
from leads.models import Lead, LeadMerge
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa.refusals import Refused
from tests.factories import (
    CampaignSpendFactory,
    KpiEventFactory,
    LeadFactory,
)
from tests.kpis.test_restatements import (
    MONTH,
    START,
    check_sums,
    kept,
    refund_late,
    some,
)

__all__ = ["kept", "some"]
ACTS = 14
KINDS = ({}, {"kind": "consult_show"}, {"kind": "ad_click"}, {"paid": True})


def add_lead(dice: Random) -> None:
    at = START + timedelta(days=dice.randint(-20, 45))
    LeadFactory(created_at=at, campaign=any_of(dice, Campaign.objects))


def add_event(dice: Random) -> None:
    at = START + timedelta(days=dice.randint(-20, 45), hours=dice.randint(0, 23))
    KpiEventFactory(
        lead=any_of(dice, Lead.objects), occurred_at=at, **dice.choice(KINDS)
    )


def pay_back(dice: Random) -> None:
    refund_late(any_of(dice, KpiEvent.objects.filter(kind="invoice_paid")))


def void_event(dice: Random) -> None:
    any_of(dice, KpiEvent.objects).delete()


def bring_event_back(dice: Random) -> None:
    any_of(dice, KpiEvent.all_objects.deleted()).restore()


def delete_lead(dice: Random) -> None:
    any_of(dice, Lead.objects).delete()


def restore_lead(dice: Random) -> None:
    any_of(dice, Lead.all_objects.deleted()).restore()


def merge_two(dice: Random) -> None:
    one, other = dice.sample(list(Lead.objects.order_by("id")), 2)
    taken = frozenset({"campaign"}) if dice.random() < 0.5 else frozenset()
    merge(one.pk, other.pk, MergeChoice(taken))


def take_apart(dice: Random) -> None:
    unmerge(any_of(dice, LeadMerge.objects.standing()).pk)


def change_campaign(dice: Random) -> None:
    lead = any_of(dice, Lead.objects)
    lead.campaign = dice.choice([None, any_of(dice, Campaign.objects)])
    lead.save()


def change_spend(dice: Random) -> None:
    campaign = any_of(dice, Campaign.objects)
    CampaignSpend.objects.filter(campaign=campaign, from_on=MONTH.first).delete()
    if dice.random() < 0.7:
        CampaignSpendFactory(
            campaign=campaign, month=MONTH.first, spend_cents=dice.randint(0, 10**6)
        )


def change_plan(dice: Random) -> None:
    campaign = any_of(dice, Campaign.objects)
    campaign.monthly_spend_cents = dice.randint(0, 10**6)
    campaign.starts_on = MONTH.first + timedelta(days=dice.randint(-9, 40))
    campaign.save()


DEEDS: tuple[Callable[[Random], None], ...] = (
    add_lead,
    add_event,
    add_event,
    pay_back,
    void_event,
    bring_event_back,
    delete_lead,
    restore_lead,
    merge_two,
    take_apart,
    change_campaign,
    change_spend,
    change_plan,
)


def any_of(dice: Random, rows: object) -> object:
    """One of the rows; raises IndexError when there are none."""
    return dice.choice(list(rows.order_by("id")))  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_any_deeds_are_explained(
    kept: MonthSnapshot, some: list[Lead], seed: int
) -> None:
    dice = Random(seed)
    done = 0
    while done < ACTS:
        try:
            with transaction.atomic():
                dice.choice(DEEDS)(dice)
            done += 1
        except (IndexError, Refused, ValidationError, IntegrityError):
            continue  # nobody to do it to, or refused as it should be
        if done % 4 == 0:
            check_sums()
    check_sums()
