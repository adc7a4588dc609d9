"""Exports become months: matched by name, looked at, written once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Campaign, CampaignAlias, CampaignSpend, SpendSource
from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.export_file import read_spend_file
from campaigns.spend.importing import (
    import_spend,
    pack_spend,
    preview_spend,
    unpack_spend,
)
from campaigns.spend.matching import LEAVE_OUT, match_names
from campaigns.spend.planning import ChangedMeanwhile, make_plan, write_spend
from campaigns.spend.text import TextRefused
from medspa.months import DayRange
from tests.factories import CampaignAliasFactory, CampaignFactory, CampaignSpendFactory

EXPORTS = Path(__file__).parent / "exports"
META = read_spend_file((EXPORTS / "meta_by_month.csv").read_bytes())
BOTOX = "BOTOX | Lookalike, 2 %"
JANUARY, FEBRUARY, MARCH = (
    DayRange.of_month(date(2026, month, 1)) for month in (1, 2, 3)
)
LATER = DayRange.of_month(date(2099, 1, 1))


@pytest.fixture
def fillers(db: None) -> Campaign:
    return CampaignFactory(name="instagram FILLERS", platform="instagram")


def entered() -> dict[tuple[str, DayRange], int]:
    return {
        (row.campaign.name, row.days): row.spend_cents
        for row in CampaignSpend.objects.select_related("campaign")
    }


def test_a_name_matches_whatever_its_case_and_the_unknown_is_left_out(
    fillers: Campaign,
) -> None:
    done = import_spend(META.source, META.ranges)
    assert entered() == {
        (fillers.name, JANUARY): 120_110,
        (fillers.name, FEBRUARY): 110_002,
        (fillers.name, MARCH): 130_930,
    }
    assert [match.name for match in done.open] == [BOTOX]
    assert done.file_cents == 591_042
    assert done.plan.total_cents + done.left_out_cents == done.file_cents
    assert done.plan.sentence == "3 new"


def test_a_second_import_changes_nothing_and_writes_no_history(
    fillers: Campaign,
) -> None:
    import_spend(META.source, META.ranges)
    before = CampaignSpend.history.count()
    again = import_spend(META.source, META.ranges)
    assert (again.plan.writes, again.plan.sentence) == (0, "3 unchanged")
    assert CampaignSpend.history.count() == before
    reason = CampaignSpend.history.first().history_change_reason
    assert reason == "Imported from a file: Meta Ads"


def test_looking_writes_nothing(fillers: Campaign) -> None:
    assert preview_spend(META.source, META.ranges, {BOTOX: fillers.pk}).plan.writes == 3
    assert not entered() and not CampaignAlias.objects.exists()


def test_what_was_chosen_is_remembered_for_the_next_file(fillers: Campaign) -> None:
    other = CampaignFactory(name="Botox", platform="facebook")
    import_spend(META.source, META.ranges, {BOTOX: other.pk})
    assert CampaignAlias.objects.get().name == BOTOX
    assert not preview_spend(META.source, META.ranges).open
    import_spend(META.source, META.ranges, {BOTOX: fillers.pk})
    assert CampaignAlias.objects.get().campaign == fillers
    # Another platform's campaign of that name is another campaign.
    assert match_names(SpendSource.GOOGLE, [BOTOX])[0].is_open


def test_several_names_of_one_campaign_are_added_up(fillers: Campaign) -> None:
    done = import_spend(META.source, META.ranges, {BOTOX: fillers.pk})
    assert entered()[fillers.name, MARCH] == 130_930 + 115_000
    assert done.left_out_cents == 0


def test_of_two_campaigns_with_one_name_the_files_platform_decides(db: None) -> None:
    google = CampaignFactory(name="Glow", platform="google")
    CampaignFactory(name="glow ", platform="facebook")
    assert match_names(SpendSource.GOOGLE, ["GLOW"])[0].campaign == google
    CampaignFactory(name="Glow", platform="google")
    found = match_names(SpendSource.GOOGLE, ["GLOW"])[0]
    assert found.is_open and found.is_ambiguous


def test_a_deleted_campaign_gets_no_spend(fillers: Campaign) -> None:
    CampaignAliasFactory(campaign=fillers, name=BOTOX)
    fillers.delete()
    done = import_spend(META.source, META.ranges, {"Instagram Fillers": fillers.pk})
    assert len(done.open) == 2 and not entered()


def test_a_name_can_be_left_out_on_purpose(fillers: Campaign) -> None:
    done = import_spend(META.source, META.ranges, {"Instagram Fillers": LEAVE_OUT})
    assert not entered()
    assert [match.name for match in done.open] == [BOTOX]


def test_nothing_is_written_when_the_plan_is_another_one_now(fillers: Campaign) -> None:
    seen = preview_spend(META.source, META.ranges).plan.seen
    CampaignSpendFactory(campaign=fillers, month=JANUARY.first, spend_cents=5)
    with pytest.raises(ChangedMeanwhile):
        import_spend(META.source, META.ranges, seen=seen)
    assert entered() == {(fillers.name, JANUARY): 5}
    seen = preview_spend(META.source, META.ranges).plan.seen
    assert import_spend(META.source, META.ranges, seen=seen).plan.writes == 3


@pytest.mark.parametrize("cents", [-1, 10**9 + 1])
def test_amounts_that_can_not_be_are_refused(fillers: Campaign, cents: int) -> None:
    with pytest.raises(TextRefused):
        write_spend({(fillers.pk, MARCH): cents})


def test_a_month_that_has_not_begun_is_refused(fillers: Campaign) -> None:
    with pytest.raises(SpendFileRefused, match="hasn't started"):
        preview_spend(SpendSource.META, {fillers.name: {LATER: 5}})
    with pytest.raises(TextRefused, match="hasn't started"):
        write_spend({(fillers.pk, LATER): 5})


def test_an_empty_amount_takes_the_month_away(fillers: Campaign) -> None:
    CampaignSpendFactory(campaign=fillers, month=JANUARY.first)
    plan = write_spend({(fillers.pk, JANUARY): None, (fillers.pk, MARCH): None})
    assert plan.sentence == "1 removed, 1 unchanged"
    assert not entered()


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
months = st.dictionaries(
    st.builds(
        lambda first, more: DayRange(first, first + timedelta(days=more)),
        st.dates(date(2000, 1, 1), date(2099, 12, 1)),
        st.integers(0, 365),
    ),
    st.integers(0, 10**9),
    min_size=1,
)


@pytest.mark.slow
@given(st.sampled_from(list(SpendSource)), st.dictionaries(names, months, min_size=1))
def test_what_travels_in_the_page_comes_back(
    source: SpendSource, said: dict[str, dict[DayRange, int]]
) -> None:
    assert unpack_spend(pack_spend(source, said)) == (source, said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "meta",
        "moon\na\t2026-03-01/2026-03-31=5",
        "meta\na\t5",
        "meta\na",
        "meta\na\t2026-13-01/2026-13-31=5",
        "meta\na\t2026-03-31/2026-03-01=5",
        "meta\na\t2026-03-01/2026-03-31=-5",
    ],
)
def test_a_page_that_was_tampered_with_is_refused(text: str) -> None:
    with pytest.raises(SpendFileRefused, match="out of date"):
        unpack_spend(text)


@pytest.mark.usefixtures("committed")
def test_two_people_who_import_at_once_write_each_month_once() -> None:
    fillers = CampaignFactory(name="Instagram Fillers", platform="instagram")
    start = Barrier(2)

    def run(_: int) -> str:
        start.wait(10)
        try:
            return import_spend(
                META.source, META.ranges, {BOTOX: fillers.pk}
            ).plan.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(run, range(2))) == ["3 new", "3 unchanged"]
    assert CampaignSpend.objects.count() == 3
    assert CampaignAlias.objects.count() == 1


# The command --------------------------------------------------------------------


def printed(*arguments: str) -> str:
    output = io.StringIO()
    call_command("import_spend", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_tells_what_it_wrote_and_what_it_left_out(
    fillers: Campaign,
) -> None:
    file = str(EXPORTS / "meta_by_month.csv")
    told = printed(file, "--dry-run")
    assert "Would save 3 of 3 amounts of 1 campaigns (3 new)" in told
    assert not entered()
    told = printed(file)
    assert "Meta Ads, 7 rows: 5 with spend, 1 total, 1 without an amount." in told
    assert "$3,610.42 of $5,910.42" in told
    assert f"Skipped $2,300: no campaign called {BOTOX!r}." in told
    assert "Skipped" not in printed(file, "--match", f"{BOTOX}={fillers.pk}")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv"], "cannot be read"),
        ([str(EXPORTS)], "is a folder"),
        (
            [str(EXPORTS / "google_euros.csv")],
            "Nothing was saved. The file is in EUR",
        ),
        ([str(EXPORTS / "meta_by_day.csv"), "--match", "Glow"], "Use --match like"),
        ([str(EXPORTS / "meta_by_day.csv"), "--match", "Glow=x"], "no campaign x"),
    ],
)
def test_the_command_ends_with_a_sentence(
    db: None, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        printed(*arguments)


def test_a_plan_has_every_month_that_was_given(fillers: Campaign) -> None:
    CampaignSpendFactory(campaign=fillers, month=JANUARY.first, spend_cents=7)
    plan = make_plan(
        {(fillers.pk, JANUARY): 8, (fillers.pk, MARCH): 9, ("c", MARCH): 1}
    )
    assert [(c.days, c.before, c.after) for c in plan.changes] == [
        (JANUARY, 7, 8),
        (MARCH, None, 9),
    ]
