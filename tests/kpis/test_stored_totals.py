"""Every stored fact and sum is compared: what is wrong, missing or extra is found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Model, QuerySet, Sum

from kpis.choices import Kind
from kpis.models import DaySum, Dimension, Fact, KpiEvent
from kpis.rollups import rebuild, rebuild_rollups, refresh_rollups
from kpis.rollups.facts import FACT_COLUMNS
from kpis.rollups.sums import ADDITIONS
from kpis.verify import _in_one_snapshot, _stored, check, check_stored
from leads.models import Lead, PipelineStage
from medspa.clinic_time import clinic_zone
from tests.factories import CreditFactory, LeadFactory, ProviderFactory
from tests.kpis import edges
from tests.kpis.edges import START, add_event, add_lead, add_stay, add_touch, day
from tests.locks import elsewhere

ZONE = "America/New_York"
LATER = timedelta(days=400)
# A value of each type that no fact of the clinic has.
OTHER = {
    "CharField": "~",
    "DateField": date(2001, 2, 3),
    "DateTimeField": datetime(2001, 2, 3, tzinfo=UTC),
    "BooleanField": True,
    "FloatField": 123.5,
    "BigIntegerField": 123_456,
    "IntegerField": 123_456,
}


@pytest.fixture
def clinic(db: None) -> None:
    """Something in every table and dimension."""
    edges.load()
    planned = {"scheduled_for": day(12).isoformat()}
    for name, on in (("X1", 2), ("X2", 3)):
        add_event(name, "first", "consult_booked", day(on), metadata_json=planned)
    add_touch("T1", "first", START + timedelta(minutes=1), "call")
    PipelineStage.objects.bulk_create([PipelineStage(id="here", name="Here", order=99)])
    add_lead("idle", day(4))
    add_stay("Y1", "first", "here", day(3), day(5))
    add_stay("Y2", "first", "here", day(5))
    for payment in KpiEvent.objects.filter(kind=Kind.INVOICE_PAID, lead="first"):
        provider = ProviderFactory()
        CreditFactory(kpi_event=payment, provider=provider, share_bps=5000)
    rebuild_rollups(ZONE)
    assert found() == set()


def found(among: str = "") -> set[str]:
    """What is stored wrong, if `among` is asked for only of that."""
    return {
        name
        for name, compare in _stored()
        if among in ("", name) and _in_one_snapshot(compare)
    }


def some_row(name: str) -> tuple[QuerySet[Model], Any]:
    """A row that counts something, and the same in a QuerySet."""
    addition = ADDITIONS[name]
    rows = addition.table._default_manager.all()
    if addition.dimension:
        rows = rows.filter(dimension=addition.dimension)
    row = next(
        row for row in rows if any(getattr(row, measure) for measure in addition.sums)
    )
    return rows.filter(pk=row.pk), row


@pytest.mark.parametrize("name", ADDITIONS)
def test_a_changed_sum_is_found(clinic: None, name: str) -> None:
    row, _ = some_row(name)
    for measure in ADDITIONS[name].sums:
        row.update(**{measure: F(measure) + 1})
        assert found(name) == {name}, measure
        row.update(**{measure: F(measure) - 1})
    assert found() == set()


@pytest.mark.parametrize("name", ADDITIONS)
def test_a_missing_sum_and_an_extra_one_are_found(clinic: None, name: str) -> None:
    row, values = some_row(name)
    row.delete()
    assert found() == {name}
    values.save(force_insert=True)
    assert found() == set()
    values.day += LATER
    values.save(force_insert=True)
    assert found() == {name}


@pytest.mark.parametrize("name", ADDITIONS)
def test_sums_that_changed_places_are_found(clinic: None, name: str) -> None:
    """The month as a whole adds up to the same, as where a lead is in the wrong row."""
    addition = ADDITIONS[name]
    rows: Any = addition.table._default_manager.order_by("pk")
    if addition.dimension:
        rows = rows.filter(dimension=addition.dimension)
    for measure in addition.sums:
        for one, other in combinations(rows.exclude(**{measure: 0})[:8], 2):
            values = getattr(one, measure), getattr(other, measure)
            if one.day.replace(day=1) != other.day.replace(day=1) or (
                values[0] == values[1]
            ):
                continue
            for row, value in zip((one, other), reversed(values), strict=True):
                rows.filter(pk=row.pk).update(**{measure: value})
            assert found(name) == {name}, (measure, one.pk, other.pk)
            for row, value in zip((one, other), values, strict=True):
                rows.filter(pk=row.pk).update(**{measure: value})
    assert found() == set()


def test_facts_that_changed_places_are_found(clinic: None) -> None:
    pairs = 0
    for one, other in combinations(Fact.objects.exclude(created_day=None), 2):
        if one.source == other.source:
            continue
        Fact.objects.filter(pk=one.pk).update(source=other.source)
        Fact.objects.filter(pk=other.pk).update(source=one.source)
        assert "facts" in found("facts"), (one.pk, other.pk)
        Fact.objects.filter(pk=one.pk).update(source=one.source)
        Fact.objects.filter(pk=other.pk).update(source=other.source)
        pairs += 1
    assert pairs > 1


def test_sums_of_nothing_are_as_good_as_none(clinic: None) -> None:
    _, nothing = some_row("slices")
    for measure in ADDITIONS["slices"].sums:
        setattr(nothing, measure, 0)
    nothing.day += LATER
    nothing.save(force_insert=True)
    assert found() == set()


def test_a_fact_is_found_if_anything_of_it_is_wrong(clinic: None) -> None:
    fact = Fact.objects.filter(subject="first")
    for column, value in fact.values(*FACT_COLUMNS[1:])[0].items():
        field: Any = Fact._meta.get_field(column)
        kind = field.get_internal_type()
        of_array = kind == "ArrayField" and field.base_field.get_internal_type()
        fact.update(**{column: [OTHER[of_array]] if of_array else OTHER[kind]})
        assert found("facts") == {"facts"}, column
        fact.update(**{column: value})
    assert found() == set()


def test_a_missing_fact_and_extra_ones_are_found(clinic: None) -> None:
    fact = Fact.objects.get(subject="first")
    Fact.objects.filter(subject="first").delete()
    assert found("facts") == {"facts"}
    fact.save(force_insert=True)
    assert found() == set()
    for subject in ("!", "zzzzzz"):
        fact.subject = subject
        fact.save(force_insert=True)
        assert found("facts") == {"facts"}, subject
        Fact.objects.filter(subject=subject).delete()


def test_wrong_clicks_without_a_lead_are_found(clinic: None) -> None:
    clicks = Fact.objects.filter(created_day=None)
    assert clicks.update(counts=[5]) > 0
    assert "clicks" in found()


def test_a_wrong_sum_of_one_day_is_found_under_its_month(clinic: None) -> None:
    """The questions ask for whole months, so none of them reads it."""
    sums = DaySum.objects.filter(
        dimension=Dimension.SLICE, granularity="day", day__range=(day(2), day(20))
    )
    sums.exclude(leads=0).update(leads=F("leads") + 1)
    assert not any(one.wrong for one in check())
    wrong = {one.period: one.wrong for one in check_stored() if one.wrong}
    assert wrong == {edges.MARCH: ["stored slices"]}


def test_every_month_is_told(clinic: None) -> None:
    *months, of_all = check()
    told = [one.period for one in check_stored()]
    assert told == [one.period for one in months]
    assert of_all.period not in told


def test_the_last_months_are_asked_both_ways(clinic: None) -> None:
    """A rebuild could follow another rule than the rows do, and agree with itself."""
    *_, last = check_stored()
    DaySum.objects.filter(
        dimension=Dimension.SLICE, granularity="month", day=last.period.first
    ).update(gross_cents=1)
    *_, last = check_stored()
    assert last.wrong == ["stored slices", "period"]


def test_the_command_asks_of_every_month_if_it_is_told_to(
    clinic: None, capsys: pytest.CaptureFixture[str]
) -> None:
    months = len(list(check_stored()))
    call_command("verify_kpis")
    assert f"all {months} ranges" in capsys.readouterr().out
    call_command("verify_kpis", every_month=True)
    assert f"all {2 * months + 1} ranges" in capsys.readouterr().out
    Fact.objects.filter(subject="first").update(any_wait=5)
    with pytest.raises(CommandError, match="1 of"):
        call_command("verify_kpis")
    assert capsys.readouterr().err == "Mar 1–31, 2026: stored facts, stored waits.\n"


def test_portions_of_leads_meet_and_the_last_one_has_no_end(
    clinic: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = Lead.all_objects.count()
    before = DaySum.objects.aggregate(leads=Sum("leads"))
    monkeypatch.setattr(rebuild, "LEADS_AT_ONCE", leads)
    assert [many for _, many in rebuild.portions_of_leads()] == [leads, 0]
    monkeypatch.setattr(rebuild, "LEADS_AT_ONCE", 2)
    assert sum(many for _, many in rebuild.portions_of_leads()) == leads
    rebuild_rollups(ZONE)
    assert found() == set()
    assert DaySum.objects.aggregate(leads=Sum("leads")) == before
    Fact.objects.filter(subject="first").delete()
    assert "facts" in found()


@pytest.fixture
def built(committed: None) -> Iterator[str]:
    zone = clinic_zone().key
    LeadFactory.create_batch(3)
    rebuild_rollups(zone)
    yield zone


def test_what_is_written_and_refreshed_meanwhile_is_no_difference(built: str) -> None:
    """Between the two halves of one comparison another session changes all facts."""
    changed = []

    def change(execute: Any, sql: str, *rest: Any) -> Any:
        if "FROM kpis_fact AS compared" in sql and not changed:
            with elsewhere() as other:
                other.execute("UPDATE leads_lead SET source = 'walk_in'")
                other.execute("UPDATE kpis_fact SET source = 'walk_in'")
                other.connection.commit()
            changed.append(True)
        return execute(sql, *rest)

    _, compare = next(_stored())
    with connection.execute_wrapper(change):
        assert _in_one_snapshot(compare) == set()
    assert changed
    assert refresh_rollups(built)
