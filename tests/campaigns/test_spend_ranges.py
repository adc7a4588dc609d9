"""What a file covers is kept as these days, and parts never stand for the whole."""

from datetime import date
from pathlib import Path

import pytest

from campaigns.models import Campaign, CampaignSpend
from campaigns.spend.export_file import read_spend_file, read_spend_table
from campaigns.spend.importing import SpendImport, import_spend
from campaigns.spend.pasting import read_pasted
from campaigns.spend.planning import make_plan, so_far, write_spend
from campaigns.spend.text import range_between
from medspa.clinic_time import clinic_today
from medspa.months import DayRange
from tests.factories import CampaignFactory, CampaignSpendFactory

EXPORTS = Path(__file__).parent / "exports"
SEPTEMBER = DayRange(date(2026, 9, 1), date(2026, 9, 30))


def september(first: int, last: int) -> DayRange:
    return DayRange(date(2026, 9, first), date(2026, 9, last))


WEEK_1, WEEK_2 = september(1, 7), september(8, 14)


@pytest.fixture
def campaign(db: None) -> Campaign:
    return CampaignFactory(name="Spring Botox", platform="facebook")


def entered() -> dict[DayRange, int]:
    return {row.days: row.spend_cents for row in CampaignSpend.objects.all()}


def imported(name: str) -> SpendImport:
    spending = read_spend_file((EXPORTS / name).read_bytes())
    return import_spend(spending.source, spending.ranges)


def test_a_second_week_adds_to_the_first(campaign: Campaign) -> None:
    imported("n03_week1.csv")
    imported("n04_week2.csv")
    assert entered() == {WEEK_1: 70_000, WEEK_2: 65_000}
    assert imported("n03_week1.csv").plan.sentence == "1 unchanged"


def test_microsofts_gregorian_date_is_a_day(db: None) -> None:
    CampaignFactory(name="Bing search · GSI", platform="bing")
    imported("m03_bing.csv")
    assert entered() == {september(1, 1): 3150}


def test_a_week_does_not_overwrite_its_month(campaign: Campaign) -> None:
    CampaignSpendFactory(campaign=campaign, month=SEPTEMBER.first, spend_cents=300_000)
    done = imported("n03_week1.csv")
    assert entered() == {SEPTEMBER: 300_000}
    assert (done.plan.sentence, done.plan.writes) == ("1 not saved", 0)
    assert (done.left_out_cents, done.plan.total_cents) == (70_000, 0)
    assert done.plan.lines[0].note == (
        "Sep 2026 is one amount. Remove it first to enter Sep 1–7, 2026."
    )


def test_the_whole_month_replaces_its_parts_but_no_range_beyond_it(
    campaign: Campaign,
) -> None:
    across = DayRange(date(2026, 9, 28), date(2026, 10, 4))
    write_spend({(campaign.pk, days): 5 for days in (WEEK_1, WEEK_2, across)})
    plan = make_plan({(campaign.pk, SEPTEMBER): 90})
    assert plan.conflicts[0].conflict == across
    write_spend({(campaign.pk, across): None})
    plan = make_plan({(campaign.pk, SEPTEMBER): 90})
    (line,) = plan.lines
    assert (line.before, line.after, line.kind) == (10, 90, "changed")
    assert line.note == "instead of 2 shorter entries"
    write_spend(plan.given, plan.seen)
    assert entered() == {SEPTEMBER: 90}


def test_a_range_may_be_removed_and_its_part_entered_at_once(
    campaign: Campaign,
) -> None:
    write_spend({(campaign.pk, SEPTEMBER): 90})
    write_spend({(campaign.pk, SEPTEMBER): None, (campaign.pk, WEEK_1): 7})
    assert entered() == {WEEK_1: 7}


def test_of_two_given_ranges_that_overlap_neither_is_written(
    campaign: Campaign,
) -> None:
    plan = write_spend({(campaign.pk, SEPTEMBER): 90, (campaign.pk, WEEK_1): 7})
    assert plan.sentence == "2 not saved"
    assert entered() == {}


def test_days_that_follow_each_other_are_one_line(campaign: Campaign) -> None:
    days = [september(day, day) for day in (1, 2, 3, 5)]
    plan = make_plan({(campaign.pk, day): 10 for day in days})
    assert [(line.words, line.after) for line in plan.lines] == [
        ("Sep 1–3, 2026, 3 entries", 30),
        ("Sep 5, 2026", 10),
    ]


def test_of_a_month_that_is_not_over_only_the_past_days_are_known() -> None:
    assert so_far(SEPTEMBER, date(2026, 9, 14)) == september(1, 14)
    assert so_far(SEPTEMBER, date(2026, 9, 30)) == SEPTEMBER
    assert so_far(SEPTEMBER, date(2026, 10, 1)) == SEPTEMBER
    assert so_far(WEEK_1, date(2026, 9, 3)) == WEEK_1


def test_a_running_month_of_a_file_is_kept_up_to_today(campaign: Campaign) -> None:
    today = clinic_today()
    table = f"Campaign,Month,Cost\nSpring Botox,{today:%Y-%m},50\n"
    spending = read_spend_table(table)
    import_spend(spending.source, spending.ranges)
    assert entered() == {DayRange(today.replace(day=1), today): 5000}


# What a file says ----------------------------------------------------------------


def test_a_month_of_which_a_part_was_exported_is_that_part() -> None:
    meta = (
        "Campaign name,Month,Reporting starts,Reporting ends,Amount spent (USD)\n"
        "Glow,2026-09-01 - 2026-09-30,2026-09-01,2026-09-14,5\n"
    )
    assert read_spend_table(meta).ranges == {"Glow": {september(1, 14): 500}}
    google = (
        "Campaign report\nSeptember 1, 2026 - September 7, 2026\n"
        "Campaign,Month,Currency code,Cost\nGlow,2026-09-01,USD,5\n"
    )
    assert read_spend_table(google.replace(", 2026", " 2026")).ranges == {
        "Glow": {WEEK_1: 500}
    }


def test_dates_under_the_header_month_are_months_and_under_day_are_days() -> None:
    rows = "Glow,9/1/2026,5\nGlow,8/1/2026,6\n"
    for header, first in (
        ("Month", SEPTEMBER),
        ("Date", SEPTEMBER),
        ("Day", september(1, 1)),
    ):
        found = read_spend_table(f"Campaign,{header},Cost\n{rows}").ranges["Glow"]
        assert found[first] == 500
    one = read_spend_table("Campaign,Date,Cost\nGlow,9/1/2026,5\n")
    assert list(one.ranges["Glow"]) == [september(1, 1)]


def test_one_number_above_twelve_says_how_all_dates_of_a_file_are_meant() -> None:
    table = "Campaign,Day,Cost\nGlow,1/9/2026,5\nGlow,{}/9/2026,6\n"
    found = read_spend_table(table.format(13)).ranges["Glow"]
    assert list(found) == [september(1, 1), september(13, 13)]
    unsaid = read_spend_table(table.format(2)).ranges["Glow"]
    assert [days.first.month for days in unsaid] == [1, 2]  # a US clinic
    dotted = read_spend_table("Campaign,Day,Cost\nGlow,1.9.2026,5\n")
    assert list(dotted.ranges["Glow"]) == [september(1, 1)]


def test_pasted_first_days_are_months_unless_another_day_is_among_them() -> None:
    assert list(read_pasted("2026-09-01\t5\n2026-08-01\t6").cents) == [
        SEPTEMBER,
        DayRange.of_month(date(2026, 8, 1)),
    ]
    assert list(read_pasted("2026-09-01\t5\n2026-09-02\t6").cents) == [
        september(1, 1),
        september(2, 2),
    ]
    assert list(read_pasted("2026-09-01 – 2026-09-07\t5").cents) == [WEEK_1]


TABLE = "Campaign name,Reporting starts,Reporting ends,Amount spent (USD)\n"
GLOW = "Glow,2026-09-01,2026-09-07,"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Glow, spring,2026-09-01,2026-09-07,5", "It has 5 cells, and the headers"),
        ("Glow,2026-09-01,2026-09-07", "It has 3 cells, and the headers have 4"),
        ('"Glow" spring,2026-09-01,2026-09-07,5', "A quotation mark is where"),
        ('"Glow\nspring",2026-09-01,2026-09-07,5', "A cell runs over several"),
    ],
)
def test_a_row_that_slipped_is_named_and_not_read(row: str, why: str) -> None:
    spending = read_spend_table(f"{TABLE}{row}\nAcne,2026-09-01,2026-09-07,7\n")
    ((number, sentence),) = spending.refused
    assert (number, sentence[: len(why)]) == (2, why)
    assert spending.ranges == {"Acne": {WEEK_1: 700}}


def test_a_value_without_a_header_makes_a_row_unsound_and_empty_cells_do_not() -> None:
    table = "Campaign,Month,Cost,\nGlow,2026-09,5,\nAcne,2026-09,6,7\nOil,2026-09,8,,\n"
    spending = read_spend_table(table)
    assert [number for number, _ in spending.refused] == [3]
    assert set(spending.ranges) == {"Glow", "Oil"}


def test_a_range_with_a_refused_row_does_not_pass_for_its_total() -> None:
    rows = f"{GLOW}300\n{GLOW}abc\nAcne,2026-09-01,2026-09-07,7\n"
    spending = read_spend_table(TABLE + rows)
    assert spending.ranges == {"Acne": {WEEK_1: 700}}
    assert spending.left_out == [
        "Glow, Sep 1–7, 2026 is skipped: a row of it could not be read."
    ]


def test_a_row_of_unknown_days_or_name_may_belong_to_any_sum_of_several_rows() -> None:
    sums = f"{GLOW}300\n{GLOW}200\nAcne,2026-09-01,2026-09-07,7\n"
    unknown_days = read_spend_table(f"{TABLE}{sums}Glow,soon,2026-09-07,5\n")
    assert set(unknown_days.ranges) == {"Acne"}
    slipped = read_spend_table(f"{TABLE}{sums}Glow, spring,2026-09-01,2026-09-07,5\n")
    assert slipped.ranges == {}
    alone = read_spend_table(f"{TABLE}{GLOW}300\nGlow,soon,2026-09-07,5\n")
    assert alone.ranges == {"Glow": {WEEK_1: 30_000}}


def test_ranges_of_one_name_that_overlap_are_left_out() -> None:
    rows = f"{GLOW}300\nGlow,2026-09-01,2026-09-30,900\nGlow,2026-10-01,2026-10-01,5\n"
    spending = read_spend_table(TABLE + rows)
    assert spending.ranges == {
        "Glow": {range_between(date(2026, 10, 1), date(2026, 10, 1)): 500}
    }
    assert len(spending.left_out) == 2
