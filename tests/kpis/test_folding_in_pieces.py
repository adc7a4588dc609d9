"""Many notes and many leads are worked off in pieces, and none is left out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from kpis.models import DaySum, DirtySubject, Fact, RollupState
from kpis.period import Period
from kpis.queries import counts as queries
from kpis.rollups import (
    reading,
    rebuild,
    rebuild_rollups,
    refresh,
    refresh_rollups,
    response_times,
)
from kpis.rollups.reading import freshness, is_behind
from leads.models import Lead
from tests.kpis import edges
from tests.kpis.edges import AS_OF, MARCH, add_lead, add_touch, day, window

ZONE = "America/New_York"


@pytest.mark.django_db
@pytest.mark.parametrize("leads", [1, 2, 3, 4, 5])
def test_notes_are_folded_in_pieces(
    monkeypatch: pytest.MonkeyPatch, leads: int
) -> None:
    monkeypatch.setattr(refresh, "SUBJECTS_AT_ONCE", 2)
    rebuild_rollups(ZONE)
    for number in range(leads):
        add_lead(f"L{number}", day(number + 1))
    assert DirtySubject.objects.count() == leads
    assert refresh_rollups(ZONE)
    assert not DirtySubject.objects.exists()
    assert queries.total(queries.period_slices_from_rollups(window())).leads == leads


@pytest.mark.django_db
def test_the_oldest_notes_are_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "SUBJECTS_AT_ONCE", 2)
    rebuild_rollups(ZONE)
    for name in ("c", "a", "b"):
        add_lead(name, day(1))
    assert refresh._refresh_some(ZONE) == 2
    assert [one.subject for one in DirtySubject.objects.all()] == ["b"]
    assert set(Fact.objects.values_list("pk", flat=True)) == {"c", "a"}


@pytest.mark.django_db
@pytest.mark.parametrize("leads", [0, 1, 2, 3, 4])
def test_leads_are_counted_anew_in_pieces(
    monkeypatch: pytest.MonkeyPatch, leads: int
) -> None:
    monkeypatch.setattr(rebuild, "LEADS_AT_ONCE", 2)
    for number in range(leads):
        add_lead(f"L{number}", day(number + 1))
    add_lead("gone", day(1), deleted_at=AS_OF)
    heard: list[int] = []
    rebuild_rollups(ZONE, heard.append)
    assert sum(heard) == leads + 1 and max(heard) <= 2
    assert Fact.objects.count() == leads
    assert queries.total(queries.period_slices_from_rollups(window())).leads == leads
    assert RollupState.objects.get().zone == ZONE


@pytest.mark.django_db
def test_a_second_rebuild_counts_nothing_twice_and_forgets_the_notes() -> None:
    edges.load()
    rebuild_rollups(ZONE)
    before = queries.period_slices_from_rollups(window())
    add_lead("new", day(3))
    rebuild_rollups("Asia/Kolkata")
    assert not DirtySubject.objects.exists()
    assert RollupState.objects.get().zone == "Asia/Kolkata"
    Lead.all_objects.filter(pk="new").update(deleted_at=AS_OF)
    rebuild_rollups(ZONE)
    assert queries.period_slices_from_rollups(window()) == before


@pytest.mark.django_db
def test_sums_of_another_zone_are_not_folded() -> None:
    assert not refresh_rollups(ZONE)
    rebuild_rollups("Asia/Kolkata")
    add_lead("one", day(1))
    assert is_behind(window())
    assert not refresh_rollups(ZONE)
    assert is_behind(window())


@pytest.mark.django_db
def test_a_deleted_lead_has_no_fact_and_its_sums_are_zero() -> None:
    edges.load()
    rebuild_rollups(ZONE)
    Lead.all_objects.update(deleted_at=AS_OF)
    assert refresh_rollups(ZONE)
    # Clicks of 1 March, 4:59 UTC, are of March there and of February here.
    assert set(Fact.objects.values_list("pk", flat=True)) == {
        "C1@2026-03",
        "C1@2026-04",
        "C2@2026-03",
    }
    clicks = DaySum.objects.filter(dimension="slice", granularity="month").values_list(
        "ad_clicks", flat=True
    )
    assert sum(clicks) == 7
    for name in ("leads", "paid_invoices", "cohort_paying_leads", "gross_cents"):
        assert not DaySum.objects.exclude(**{name: 0}).exists()


@pytest.mark.django_db
def test_a_large_clinic_gets_its_sums_only_when_somebody_makes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "SMALL_CLINIC", 2)
    for name in ("one", "two"):
        add_lead(name, day(1))
    add_lead("three", day(1), deleted_at=AS_OF)
    assert freshness(window())[:2] == (False, False)
    assert not RollupState.objects.exists()
    Lead.all_objects.filter(pk="three")._raw_delete("default")
    assert freshness(window())[:2] == (True, True)
    assert RollupState.objects.get().zone == ZONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "middle"),
    [
        ([], None),
        ([1200], 1200.0),
        ([100, 5000], 2550.0),
        ([601, 602, 603], 602.0),
        ([10, 20, 30, 40], 25.0),
        ([700, 701, 702, 703, 9000], 702.0),
        ([599, 600], 599.5),
        ([86_400, 86_400, 86_401, 86_402], 86_400.5),
    ],
)
def test_the_middle_wait_is_exact(seconds: list[int], middle: float | None) -> None:
    """Days of March, and a lead of April in the same bucket that is not asked for."""
    for number, wait in enumerate(seconds):
        name = f"L{number}"
        add_lead(name, day(number + 1))
        add_touch(f"A{number}", name, day(number + 1) + timedelta(seconds=wait), "call")
    april = datetime(2026, 4, 2, tzinfo=UTC)
    for number, wait in enumerate((602, 702, 86_400)):
        add_lead(f"M{number}", april)
        add_touch(f"B{number}", f"M{number}", april + timedelta(seconds=wait), "call")
    rebuild_rollups(ZONE)
    row = response_times.speed_row(MARCH, ("any", "human"))
    assert (row["any_median"], row["human_median"]) == (middle, middle)
    part = Period(date(2026, 3, 1), date(2026, 3, 30))
    assert response_times.speed_row(part, ("human",))["human_median"] == middle


@pytest.mark.django_db
def test_sums_are_kept_in_one_row() -> None:
    rebuild_rollups(ZONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(built_at) > now() FROM kpis_kept")
        assert cursor.fetchone() == (1, True)
