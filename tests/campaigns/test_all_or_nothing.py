"""Spend is written as a whole, by one at a time."""

from collections.abc import Iterator
from datetime import date

import pytest

from campaigns.models import Campaign, SpendSource
from campaigns.spend.importing import import_spend
from campaigns.spend.planning import write_spend
from medspa.months import DayRange
from tests.factories import CampaignFactory
from tests.locks import elsewhere, held, proves, refused, waits

JANUARY, FEBRUARY = (DayRange.of_month(date(2026, month, 1)) for month in (1, 2))
OURS = "'campaigns_campaignalias'::regclass::oid::bigint"
SPEND = {"Summer, all of it": {JANUARY: 100}}


@pytest.fixture(scope="module")
def committed_campaign(committed_once: None) -> Iterator[Campaign]:
    yield CampaignFactory()


@proves("campaigns.spend.planning.write_spend row lock")
def test_writing_spend_waits_for_who_has_the_campaign(
    committed_campaign: Campaign,
) -> None:
    with held(committed_campaign):
        asked = waits(lambda: write_spend({(committed_campaign.pk, JANUARY): 100}))
    assert asked == "campaigns.spend.planning.write_spend locking campaigns_campaign"


@proves("campaigns.spend.importing.IMPORT_LOCK_SQL advisory lock")
def test_an_import_of_spend_waits_for_another(committed_campaign: Campaign) -> None:
    with elsewhere() as other:
        other.execute(f"SELECT pg_advisory_xact_lock({OURS})")  # type: ignore[arg-type]
        assert waits(lambda: import_spend(SpendSource.META, SPEND)) == (
            "campaigns.spend.importing.import_spend"
        )


@proves("campaigns.spend.planning.write_spend atomic")
@pytest.mark.django_db
def test_of_two_months_of_which_one_fails_none_is_written() -> None:
    given = {(CampaignFactory().pk, month): 100 for month in (JANUARY, FEBRUARY)}
    with refused("campaigns_campaignspend", after=1):
        write_spend(given)


@proves("campaigns.spend.importing.import_spend atomic")
@pytest.mark.django_db
def test_spend_whose_name_cannot_be_remembered_is_not_written() -> None:
    campaign = CampaignFactory()
    with refused("campaigns_campaignalias"):
        import_spend(SpendSource.META, SPEND, {"Summer, all of it": campaign.pk})
