"""Entering, pasting and importing spend in the pages; who may see and do it."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.missing import missing_spend
from campaigns.spend.planning import write_spend
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.months import DayRange, previous_month
from tests.factories import CampaignFactory, CampaignSpendFactory
from tests.page_text import text_of

EXPORTS = Path(__file__).parent / "exports"
MARCH = date(2026, 3, 1)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def campaign(db: None) -> Campaign:
    return CampaignFactory(
        name="Instagram Fillers",
        platform="instagram",
        monthly_spend_cents=0,
        starts_on=MARCH,
    )


def post(client: Client, page: str, /, *place: str, **data: Any) -> str:
    answer = client.post(reverse(page, args=place), data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def spends() -> dict[date, int]:
    return dict(CampaignSpend.objects.values_list("from_on", "spend_cents"))


# The table of a campaign -------------------------------------------------------


INPUT = re.compile(r'name="((?:was|spend|new)-[^"]*)"\s+value="([^"]*)"')


def test_a_refused_table_keeps_what_was_typed_until_it_was_shown(
    desk: Client, campaign: Campaign
) -> None:
    CampaignSpendFactory(campaign=campaign, month=MARCH, spend_cents=15_800)
    address = reverse("campaign", args=[campaign.pk])
    asked = dict(INPUT.findall(desk.get(address).content.decode()))
    typed = asked | {
        "spend-2026-03": "",
        "spend-2026-04": "abc",
        "new-first": "2026-02-03",
        "new-amount": "12.50",
    }
    # Somebody else is quicker.
    CampaignSpend.objects.filter(from_on=MARCH).update(spend_cents=9_900)
    CampaignSpendFactory(campaign=campaign, month=date(2026, 5, 1), spend_cents=100)
    page = post(desk, "campaign_spend", campaign.pk, **typed)
    assert "Nothing was saved." in page
    now = {"spend-2026-05": "1.00", "was-2026-05": "100"}
    assert dict(INPUT.findall(page)) == typed | now
    typed["spend-2026-04"] = "30"
    page = post(desk, "campaign_spend", campaign.pk, **typed)
    assert "Someone else changed one of these amounts." in page
    assert dict(INPUT.findall(page))["spend-2026-03"] == "99.00"


def test_what_the_table_says_stood_there_is_what_it_takes_back(
    desk: Client, campaign: Campaign
) -> None:
    CampaignSpendFactory(campaign=campaign, month=MARCH, spend_cents=15_800)
    page = desk.get(reverse("campaign", args=[campaign.pk])).content.decode()
    fields = dict(re.findall(r'name="((?:was|spend)-[^"]*)"\s+value="([^"]*)"', page))
    post(desk, "campaign_spend", campaign.pk, **fields | {"spend-2026-03": "1234.50"})
    assert spends() == {MARCH: 123_450}


def test_months_are_typed_changed_and_emptied_in_the_table(
    desk: Client, campaign: Campaign
) -> None:
    typed = {"was-2026-03": "", "spend-2026-03": "1,200.50", "spend-2026-04": ""}
    page = post(desk, "campaign_spend", campaign.pk, **typed)
    assert "Spend of Mar 2026 saved." in page
    assert 'value="1200.50"' in page
    again = {"was-2026-03": "120050", "spend-2026-03": "980"}
    post(desk, "campaign_spend", campaign.pk, **again)
    assert spends() == {MARCH: 98_000}
    emptied = {"was-2026-03": "98000", "spend-2026-03": " "}
    post(desk, "campaign_spend", campaign.pk, **emptied)
    assert spends() == {}


def test_what_somebody_else_entered_meanwhile_is_not_overwritten(
    desk: Client, campaign: Campaign
) -> None:
    CampaignSpendFactory(campaign=campaign, month=MARCH, spend_cents=7_00)
    stale = {"was-2026-03": "", "spend-2026-03": "5"}
    page = post(desk, "campaign_spend", campaign.pk, **stale)
    assert "Someone else changed one of these amounts." in page
    bent = {"was-2026-03": "9" * 5000, "spend-2026-03": "5"}
    page = post(desk, "campaign_spend", campaign.pk, **bent)
    assert "Someone else changed one of these amounts." in page
    # Saving without touching it is no change.
    post(
        desk, "campaign_spend", campaign.pk, **{"was-2026-03": "", "spend-2026-03": ""}
    )
    assert spends() == {MARCH: 7_00}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"spend-2026-03": "-5"}, "Mar 2026: The spend can&#x27;t be negative."),
        ({"spend-2026-03": "1e9"}, "Enter the amount"),
        ({"spend-2026-03": "99999999"}, "more than $10,000,000"),
        ({"spend-2026-03": "9" * 5000}, "more than $10,000,000"),
        ({"spend-2026-13": "5"}, "Enter a month like 2026-03"),
        ({"spend-2099-01": "5"}, "hasn&#x27;t started"),
        ({}, "Nothing was changed."),
    ],
)
def test_what_can_not_be_is_refused_in_words(
    desk: Client, campaign: Campaign, typed: dict[str, str], sentence: str
) -> None:
    assert sentence in post(desk, "campaign_spend", campaign.pk, **typed)
    assert spends() == {}


# Pasting -----------------------------------------------------------------------


def test_pasted_months_are_shown_before_they_are_written(
    desk: Client, campaign: Campaign
) -> None:
    pasted = "Month\tSpend\n2026-03\t1,200.50\n\nApr 2026; 980\n2026-05, $1,000\n"
    page = post(desk, "campaign_paste", campaign.pk, pasted=pasted)
    assert "Save 3 amounts" in page
    assert spends() == {}
    seen = page.split('name="seen" value="')[1].split('"')[0]
    page = post(
        desk, "campaign_paste", campaign.pk, pasted=pasted, seen=seen, action="write"
    )
    assert "Instagram Fillers: 3 new." in page
    assert sorted(spends().values()) == [98_000, 100_000, 120_050]


def test_pasted_lines_that_can_not_be_are_named_and_nothing_is_written(
    desk: Client, campaign: Campaign
) -> None:
    pasted = "2026-13\t5\n2026-03\t-5\n2026-04\t1\n2026-04\t2\nrubbish"
    page = post(desk, "campaign_paste", campaign.pk, pasted=pasted, action="write")
    for number, why in [(1, "like 2026-03"), (2, "negative"), (4, "twice"), (5, "")]:
        assert f"Line {number}: " in page and why in page
    assert spends() == {}


def test_pasting_over_somebodys_change_shows_it_first(
    desk: Client, campaign: Campaign
) -> None:
    page = post(desk, "campaign_paste", campaign.pk, pasted="2026-03 5")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    CampaignSpendFactory(campaign=campaign, month=MARCH, spend_cents=9)
    said = {"pasted": "2026-03 5", "seen": seen, "action": "write"}
    assert "Nothing was saved" in post(desk, "campaign_paste", campaign.pk, **said)
    assert spends() == {MARCH: 9}


# Importing ---------------------------------------------------------------------


def upload(client: Client, name: str) -> str:
    file = SimpleUploadedFile(name, (EXPORTS / name).read_bytes())
    return post(client, "import_spend", file=file)


def test_a_file_is_looked_at_matched_and_written(
    desk: Client, campaign: Campaign
) -> None:
    raw = desk.post(
        reverse("import_spend"),
        {
            "file": SimpleUploadedFile(
                "m.csv", (EXPORTS / "meta_by_month.csv").read_bytes()
            )
        },
    )
    page = raw.content.decode()
    assert "7 rows: 5 with spend, 1 total, 1 without an amount." in page
    assert "Unknown: choose…" in page
    assert spends() == {}
    looked = raw.context["looked"]
    said = {
        "read": raw.context["read"],
        "seen": looked.plan.seen,
        "name": [match.name for match in looked.matches],
        "campaign": ["-", campaign.pk],
        "action": "write",
    }
    page = post(desk, "import_spend", **said)
    assert "<strong>$5,910.42</strong> in the file = $3,610.42 for 1 campaign" in page
    assert len(spends()) == 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("google_euros.csv", "The file is in EUR"), ("test_rules", "")],
)
def test_a_file_of_no_use_is_refused_in_words(
    desk: Client, db: None, name: str, sentence: str
) -> None:
    page = (
        upload(desk, name)
        if sentence
        else post(desk, "import_spend", pasted="no table at all")
    )
    assert "Nothing was saved." in page
    assert (sentence or "No row names the columns") in page


def test_more_names_than_a_page_can_ask_about_are_refused(
    desk: Client, db: None
) -> None:
    rows = "".join(f"Glow {number},2026-03,5\n" for number in range(401))
    page = post(desk, "import_spend", pasted=f"Campaign,Month,Cost\n{rows}")
    assert "names more than 400 campaigns" in page


def test_nothing_chosen_asks_for_a_file(desk: Client, db: None) -> None:
    assert "Choose a file or paste a table." in post(desk, "import_spend")


def test_saving_a_campaign_leads_to_its_page(desk: Client, db: None) -> None:
    said = {"name": "Glow", "platform": "google", "monthly_spend_cents": "0"}
    empty = {"spends-TOTAL_FORMS": "0", "spends-INITIAL_FORMS": "0"}
    answer = desk.post(reverse("admin:campaigns_campaign_add"), said | empty)
    assert answer.url == reverse("campaign", args=[Campaign.objects.get().pk])


# Who may -----------------------------------------------------------------------


def test_the_front_desk_sees_campaigns_without_what_they_cost(
    client: Client, front_desk: User, campaign: Campaign
) -> None:
    CampaignSpendFactory(
        campaign=campaign, month=clinic_today().replace(day=1), spend_cents=123_456
    )
    client.force_login(front_desk)
    for address in (reverse("campaigns"), reverse("campaign", args=[campaign.pk])):
        page = client.get(address).content.decode()
        assert "Instagram Fillers" in page
        for secret in ("1,234.56", "1234.56", "Spend missing", "ROAS"):
            assert secret not in page


def test_who_may_not_edit_spend_gets_403(
    client: Client, front_desk: User, provider: User, campaign: Campaign
) -> None:
    for person in (front_desk, provider):
        client.force_login(person)
        assert client.get(reverse("import_spend")).status_code == 403
        for name in ("campaign_spend", "campaign_paste"):
            address = reverse(name, args=[campaign.pk])
            assert client.post(address).status_code == 403
    assert client.get(reverse("campaigns")).status_code == 403


def test_a_deleted_campaign_takes_no_spend(desk: Client, campaign: Campaign) -> None:
    campaign.delete()
    for name in ("campaign_spend", "campaign_paste"):
        assert desk.post(reverse(name, args=[campaign.pk])).status_code == 404
    page = desk.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert "Save spend" not in page


# Missing -----------------------------------------------------------------------


def test_months_without_any_spend_are_shown_not_counted_as_zero(
    desk: Client, db: None
) -> None:
    this_month = DayRange.of_month(clinic_today())
    last_month = DayRange.of_month(previous_month(this_month.first))
    campaign = CampaignFactory(
        name="Glow",
        monthly_spend_cents=0,
        starts_on=last_month.first,
        ends_on=last_month.last,
    )
    page = desk.get(reverse("campaigns")).content.decode()
    assert f"Glow {last_month.first:%b}" in page
    half = DayRange(last_month.first, last_month.first.replace(day=15))
    write_spend({(campaign.pk, half): 0})
    (missing,) = missing_spend([campaign])
    assert missing.gaps == (
        DayRange(last_month.first.replace(day=16), last_month.last),
    )
    write_spend({(campaign.pk, last_month): 0})
    assert missing_spend([campaign]) == []


def test_the_list_asks_as_often_for_thirty_campaigns_as_for_two(
    desk: Client, db: None, django_assert_max_num_queries: Any
) -> None:
    CampaignFactory.create_batch(2, monthly_spend_cents=0)
    address = reverse("campaigns")
    desk.get(address)
    # Session, person, groups and permissions; campaigns; spends of two months;
    # missing spends twice (the line above, the rows).
    with django_assert_max_num_queries(9):
        desk.get(address)
    CampaignFactory.create_batch(28, monthly_spend_cents=0)
    with django_assert_max_num_queries(9):
        desk.get(address)
