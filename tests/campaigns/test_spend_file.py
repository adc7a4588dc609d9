"""Cost exports as Meta Ads and Google Ads really write them."""

from datetime import date
from pathlib import Path

import pytest

from campaigns.models import SpendSource
from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.export_file import read_spend_file, read_spend_table
from medspa.months import DayRange

EXPORTS = Path(__file__).parent / "exports"
JANUARY, FEBRUARY, MARCH, APRIL = (
    DayRange.of_month(date(2026, month, 1)) for month in (1, 2, 3, 4)
)


def export(name: str) -> bytes:
    return (EXPORTS / name).read_bytes()


def test_meta_by_month_has_its_sum_in_a_row_without_a_name() -> None:
    spending = read_spend_file(export("meta_by_month.csv"))
    assert spending.source == SpendSource.META
    assert spending.ranges == {
        "Instagram Fillers": {JANUARY: 120_110, FEBRUARY: 110_002, MARCH: 130_930},
        "BOTOX | Lookalike, 2 %": {FEBRUARY: 115_000, MARCH: 115_000},
    }
    # What Meta adds up itself.
    assert sum(sum(days.values()) for days in spending.ranges.values()) == 591_042
    assert spending.sentence == (
        "Meta Ads, 7 rows: 5 with spend, 1 total, 1 without an amount."
    )


def test_days_stay_days() -> None:
    spending = read_spend_file(export("meta_by_day.csv"))
    days = spending.ranges["Instagram Fillers"]
    assert list(days) == [DayRange(day, day) for day in march()]
    assert days[DayRange(MARCH.first, MARCH.first)] == 4037
    assert sum(days.values()) == 142_352
    assert spending.used == 31


def march() -> list[date]:
    return [date(2026, 3, day) for day in range(1, 32)]


def test_google_in_utf_16_with_tabs_titles_and_totals() -> None:
    spending = read_spend_file(export("google_utf16_tabs.csv"))
    assert spending.source == SpendSource.GOOGLE
    assert spending.ranges == {
        "Google Surgery": {JANUARY: 201_055, FEBRUARY: 189_900, MARCH: 230_045},
        'Brand "Glow"': {MARCH: 12_000},
    }
    assert (spending.rows, spending.used, spending.totals) == (6, 4, 2)


def test_a_report_of_one_month_takes_it_from_its_title() -> None:
    spending = read_spend_file(export("google_one_month.csv"))
    assert spending.ranges == {
        "Google Surgery": {MARCH: 230_045},
        "Brand Glow": {MARCH: 12_000},
    }


def test_a_typed_table_in_windows_1252_with_semicolons() -> None:
    spending = read_spend_file(export("typed_windows_1252.csv"))
    assert spending.source == SpendSource.OTHER
    assert spending.ranges == {"Café Glow": {MARCH: 120_050, APRIL: 98_000}}


TABLE = "Campaign name,Month,Amount spent (USD)\n"


def test_fractions_of_a_cent_are_added_before_they_are_rounded() -> None:
    days = "".join(f"Glow,2026-03-0{day},0.004\n" for day in range(1, 6))
    found = read_spend_table(TABLE.replace("Month", "Day") + days).ranges["Glow"]
    assert (len(found), sum(found.values())) == (5, 2)
    assert read_spend_table(TABLE + days).ranges == {"Glow": {MARCH: 2}}


def test_rows_that_can_not_be_read_are_named_and_the_counts_add_up() -> None:
    spending = read_spend_table(
        TABLE + "Glow,2026-13,5\nGlow,2026-03,-5\nGlow,2026-03,7\nTotal,,7\n,,\n"
        "Glow,2026-02,--\nGlow,2026-02,1e9\nTotal Glow,2026-02,8\n"
    )
    assert [number for number, _ in spending.refused] == [2, 3, 8]
    # Of Glow's March a row was refused: the other is not its sum.
    assert spending.ranges == {"Total Glow": {FEBRUARY: 800}}
    assert spending.rows == 7 == spending.used + spending.totals + spending.empty + 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (export("google_euros.csv"), "The file is in EUR"),
        (TABLE.replace("USD", "CAD").encode(), "The file is in CAD"),
        (b"Name,Phone\nAna,5\n", "No row names the columns"),
        (TABLE.encode(), "no rows below the headers"),
        (b"", "empty"),
        (b"PK\x03\x04 workbook", "workbook"),
        (b"\x00\x01\x02\x03\xff" * 500, "not a text file"),
        ((TABLE + '"Glow,2026-03,5').encode(), "quotation mark"),
        (b"Campaign,Cost\nGlow,5\n", "doesn't say which dates"),
    ],
)
def test_a_file_of_no_use_is_refused_with_a_sentence(
    data: bytes, sentence: str
) -> None:
    with pytest.raises(SpendFileRefused, match=sentence):
        read_spend_file(data)
