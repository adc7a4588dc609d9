"""Numbers by person: each row is what the clinic would be with these leads alone."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from kpis.drill import lead_ids
from kpis.metrics.definitions import Basis
from kpis.metrics.display import as_integer, number
from kpis.metrics.figures import Ratio
from kpis.page.table import KpiTable
from kpis.page.tables import KPI_TABLES
from kpis.queries.counts import cohort_slices_from_rows, cohort_total, total
from kpis.queries.numbers import KpiData
from leads.models import Lead
from medspa.models import User
from tests.factories import UserFactory
from tests.kpis import edges
from tests.kpis.edges import HOUR, START, add_touch, window
from tests.kpis.test_drill import cells, opened, said

BASES = (Basis.PERIOD, Basis.COHORT)
# Ana has two of the leads, Bea one; nobody has the others.
ASSIGNED = {"first": "ana", "late": "ana", "early": "bea"}


@pytest.fixture(autouse=True)
def clinic(db: None) -> dict[str, User]:
    edges.load()
    add_touch("T1", "first", START + HOUR)
    add_touch("T2", "last", edges.END, automated=True)
    people = {
        name: UserFactory(username=name, first_name="") for name in ("ana", "bea")
    }
    for lead, name in ASSIGNED.items():
        Lead.objects.filter(pk=lead).update(assigned_to=people[name])
    return people


def numbers(basis: Basis = Basis.PERIOD) -> KpiData:
    return KpiData(window(), basis)


def rows_of(table: KpiTable) -> Iterator[tuple[str, dict[str, object]]]:
    for row in table.rows:
        yield (
            row.name,
            {metric.key: row.figures[metric.key] for metric in table.columns},
        )


@pytest.mark.slow
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("name", ["ana", "bea", "Unassigned"])
def test_a_persons_row_is_the_clinic_of_their_leads_alone(
    basis: Basis, name: str
) -> None:
    by_person = dict(rows_of(KPI_TABLES["assigned"](numbers(basis))))
    own = [lead for lead, owner in ASSIGNED.items() if owner == name]
    others = Lead.objects.exclude(pk__in=own)
    if name == "Unassigned":
        others = Lead.objects.filter(assigned_to__isnull=False)
    others.update(deleted_at=timezone.now())
    alone = numbers(basis).figures
    assert by_person.get(name, {"leads": 0})["leads"] == alone["leads"]
    for key, value in by_person.get(name, {}).items():
        assert value == alone[key], key


def test_the_rows_add_up_to_the_last_one_and_unassigned_comes_last() -> None:
    table = KPI_TABLES["assigned"](numbers())
    assert [row.name for row in table.rows] == ["ana", "bea", "Unassigned"]
    assert table.total
    for key in ("leads", "booked_leads", "shown_leads", "net_revenue_cents"):
        figures = [as_integer(row.figures[key]) for row in table.rows]
        assert sum(figures) == as_integer(table.total.figures[key]) > 0, key


@pytest.mark.parametrize("basis", BASES)
def test_the_rows_of_all_people_add_up_to_the_clinic(basis: Basis) -> None:
    of_everybody, figures = numbers(basis).of_everybody, numbers(basis).figures
    table = KPI_TABLES["assigned"](numbers(basis))
    for key in (
        "gross_collected_cents",
        "refunds_cents",
        *(m.key for m in table.columns),
    ):
        assert of_everybody[key] == figures[key], key
    assert number(figures["leads"]) and number(figures["gross_collected_cents"])


def test_the_cohort_is_the_same_by_slices_and_by_people() -> None:
    one = numbers()
    whole = cohort_total(one.window, one.freshness)
    assert (
        whole == total(one.cohort_slices) == total(cohort_slices_from_rows(one.window))
    )
    assert whole.leads and whole.booked_leads


def test_who_can_no_longer_sign_in_keeps_their_row(clinic: dict[str, User]) -> None:
    User.objects.filter(pk=clinic["bea"].pk).update(is_active=False)
    names = [row.name for row in KPI_TABLES["assigned"](numbers()).rows]
    assert names == ["ana", "bea (deactivated)", "Unassigned"]


def test_speed_counts_the_first_touch_by_a_person() -> None:
    table = KPI_TABLES["assigned_speed"](numbers())
    keys = ("leads", "contacted", "median_seconds", "within_5min_share_of_all_leads")
    found = {name: [row[key] for key in keys] for name, row in rows_of(table)}
    assert found == {
        "ana": [1, 1, 3600.0, Ratio(0, 1)],
        "Unassigned": [1, 0, None, Ratio(0, 1)],
    }
    assert table.total and table.total.figures["contacted"] == 1


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("key", ["assigned", "assigned_speed"])
def test_every_number_opens_its_rows(basis: Basis, key: str) -> None:
    table, seen = KPI_TABLES[key](numbers(basis)), set()
    for metric, query, value in cells(table):
        asked, found = opened(query, window())
        if not asked.parts and metric != "median_seconds":
            assert said(asked, found) == as_integer(value), query
        seen.add(asked.key)
    assert {row.id for row in table.rows_and_total} <= seen


def test_a_number_opens_as_a_list(clinic: dict[str, User]) -> None:
    for metric, query, value in cells(KPI_TABLES["assigned"](numbers())):
        asked, found = opened(query, window())
        if metric == "leads" and asked.key == clinic["ana"].pk:
            ids, _ = lead_ids(asked, found.window, found.basis, 10)
            assert ids == ["first"]
            assert number(value) == 1
            return
    raise AssertionError("no number of Ana's")


def test_the_part_of_the_page_costs_few_queries(
    client: Client, manager: User, django_assert_num_queries: object
) -> None:
    client.force_login(manager)
    address = "/kpis/?from=2026-03-01&to=2026-03-31&part=persons"
    client.get(address)
    # Session; person; the rollups' state; sums and repeats by person; names; waits, a
    # bucket and sums of speed by person; names; the speed of all (sums, waits, a
    # bucket); sums and repeats of revenue by provider; providers; the rollups' state
    # once more.
    with django_assert_num_queries(17):  # type: ignore[operator]
        html = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "By assigned person" in html and "Revenue by provider" in html
