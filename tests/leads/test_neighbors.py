"""The leads before and after, wherever the lead was opened from."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Lead, PipelineStage
from leads.selection.neighbors import COUNTED_NEIGHBORS, Neighbors, read_neighbors
from leads.services.pipeline import move
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def five(stage: PipelineStage, **fields: object) -> list[Lead]:
    """The newest first, as a column and the list show them."""
    now = timezone.now()
    return [
        factories.LeadFactory(
            stage=stage, created_at=now - timedelta(minutes=number), **fields
        )
        for number in range(5)
    ]


def beside(lead: Lead, query: str, person: User) -> Neighbors | None:
    stage_periods = lead.stage_periods.order_by("changed_at", "id")
    return read_neighbors(lead, stage_periods, QueryDict(query), person)


def test_a_column_leads_up_and_down(front_desk: User) -> None:
    stage = factories.StageFactory()
    leads = five(stage)
    five(factories.StageFactory())
    query = f"in={stage.pk}"
    assert beside(leads[0], query, front_desk) == Neighbors("", leads[1].pk, 1, 5)
    assert beside(leads[2], query, front_desk) == Neighbors(
        leads[1].pk, leads[3].pk, 3, 5
    )
    assert beside(leads[4], query, front_desk) == Neighbors(leads[3].pk, "", 5, 5)


def test_rows_of_one_moment_follow_each_other_by_id(front_desk: User) -> None:
    stage, at = factories.StageFactory(), timezone.now()
    leads = [factories.LeadFactory(stage=stage, created_at=at) for _ in range(4)]
    stage_periods = list(
        stage.stage_periods.order_by("-changed_at", "-id").values_list(
            "lead", flat=True
        )
    )
    seen, here = [], stage_periods[0]
    while here:
        seen.append(here)
        lead = Lead.objects.get(pk=here)
        here = beside(lead, f"in={stage.pk}", front_desk).next
    assert seen == stage_periods
    by_list = beside(leads[0], "in=list", front_desk)
    assert by_list.total == 4


def test_filters_of_the_board_hold(front_desk: User) -> None:
    stage = factories.StageFactory()
    leads = five(stage)
    Lead.objects.filter(pk__in=[leads[0].pk, leads[4].pk]).update(source="tiktok")
    found = beside(leads[4], f"in={stage.pk}&source=tiktok", front_desk)
    assert found == Neighbors(leads[0].pk, "", 2, 2)


def test_filters_of_the_list_hold(front_desk: User) -> None:
    leads = five(factories.StageFactory())
    tag = factories.TagFactory()
    for lead in leads[::2]:
        factories.LeadTagFactory(lead=lead, tag=tag)
    leads[2].assigned_to = front_desk
    leads[2].save()
    assert beside(leads[2], f"in=list&tag={tag.pk}", front_desk) == Neighbors(
        leads[0].pk, leads[4].pk, 2, 3
    )
    assert beside(leads[2], "in=list&assigned=me", front_desk).total == 1
    assert beside(leads[1], "in=list&assigned=nobody", front_desk).total == 4
    assert beside(leads[1], "in=list&source=other", front_desk).total == 5
    name = leads[3].first_name
    assert beside(leads[3], f"in=list&q={name}", front_desk).total == 1


def test_whoever_moved_on_keeps_the_place_in_the_column(front_desk: User) -> None:
    stage = factories.StageFactory()
    leads = five(stage)
    move(leads[2].pk, factories.StageFactory().pk)
    found = beside(leads[2], f"in={stage.pk}", front_desk)
    assert (found.previous, found.next) == (leads[1].pk, leads[3].pk)


def test_a_long_column_is_not_counted(front_desk: User) -> None:
    stage = factories.StageFactory()
    leads = [factories.LeadFactory(stage=stage) for _ in range(COUNTED_NEIGHBORS + 1)]
    found = beside(leads[0], f"in={stage.pk}", front_desk)
    assert (found.place, found.total) == (0, 0)
    assert found.previous == leads[1].pk


@pytest.mark.parametrize(
    "query", ["", "in=", "in=nowhere", "in=list&stage=gone", "in=%00&q=%00"]
)
def test_an_address_from_nowhere_has_no_neighbours(
    query: str, front_desk: User, client: Client
) -> None:
    lead = five(factories.StageFactory())[0]
    client.force_login(front_desk)
    assert client.get(f"/leads/{lead.pk}/?{query}").status_code == 200
    assert beside(lead, query, front_desk) is None


def test_beside_costs_one_query_in_a_column_of_any_length(front_desk: User) -> None:
    stage = factories.StageFactory()
    lead = five(stage)[2]
    stage_periods = list(lead.stage_periods.all())
    with CaptureQueriesContext(connection) as captured:
        read_neighbors(lead, stage_periods, QueryDict("in=list"), front_desk)
    assert len(captured) == 1


def test_links_of_list_and_board_say_where_they_stand(
    front_desk: User, client: Client
) -> None:
    stage = factories.StageFactory()
    lead = factories.LeadFactory(stage=stage, source="google")
    client.force_login(front_desk)
    listed = client.get("/leads/?source=google").content.decode()
    assert f'href="/leads/{lead.pk}/?in=list&amp;source=google"' in listed
    board = client.get("/leads/board/?source=google").content.decode()
    assert f'href="/leads/{lead.pk}/?in={stage.pk}&amp;source=google"' in board


def test_acts_stay_in_the_list_that_one_came_from(
    front_desk: User, client: Client
) -> None:
    stage = factories.StageFactory()
    lead = factories.LeadFactory(stage=stage)
    client.force_login(front_desk)
    answer = client.post(
        f"/leads/{lead.pk}/log/?in={stage.pk}&source=google&evil=1",
        {"type": "call", "outcome": "busy"},
    )
    assert answer["Location"] == f"/leads/{lead.pk}/?in={stage.pk}&source=google"


def test_beside_a_lead_stand_those_of_the_lists_own_order(front_desk: User) -> None:
    stage = factories.StageFactory()
    ana, cleo, bea = (
        factories.LeadFactory(first_name=name, stage=stage)
        for name in ("Ana", "Cleo", "Bea")
    )
    for query, before, after in (
        ("in=list", bea, ana),
        ("in=list&order=oldest", ana, bea),
        ("in=list&order=name", bea, None),
        ("in=list&order=name_down", None, bea),
        (f"in=list&stage={stage.pk}&order=waiting", ana, bea),
    ):
        found = read_neighbors(
            cleo, cleo.stage_periods.all(), QueryDict(query), front_desk
        )
        assert found is not None
        beside = (found.previous, found.next)
        assert beside == (before.pk if before else "", after.pk if after else ""), query
        assert found.total == 3


@pytest.mark.slow
@pytest.mark.parametrize("few", [100, 1], ids=["few", "many"])
@pytest.mark.parametrize("order", ["", "name", "value", "idle", "next"])
def test_in_a_long_list_the_neighbors_are_those_of_the_filters(
    order: str, few: int, front_desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = five(factories.StageFactory(), first_name="Ana", source="google")
    Lead.objects.filter(pk=leads[1].pk).update(source="tiktok")
    query = f"in=list&source=google&called=never&order={order}"
    listed = sorted(leads[:1] + leads[2:], key=lambda lead: lead.pk)
    for lead in listed:
        lead.refresh_from_db()
    short = [beside(lead, query, front_desk) for lead in listed]
    monkeypatch.setattr("leads.selection.neighbors.EXACT_LIMIT", 1)
    monkeypatch.setattr("leads.selection.bounded_scan.EXACT_LIMIT", few)
    assert [beside(lead, query, front_desk) for lead in listed] == short
    assert all(found and found.total == 4 for found in short)
