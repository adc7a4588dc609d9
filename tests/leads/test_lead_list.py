"""Finding leads: one search box, filters, and a page that costs the same always."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from medspa.models import User
from medspa.paging import COUNT_LIMIT
from tests import factories

LIST = "/admin/leads/lead/"


def names(client: Client, **params: Any) -> list[str]:
    page = client.get(LIST, params)
    assert page.status_code == 200
    return sorted(lead.first_name for lead in page.context["cl"].result_list)


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def three(db: None) -> None:
    for name, email, phone in (
        ("Emery", "emery@example.com", "(310) 555-0101"),
        ("Emma", "emma@example.com", "(212) 555-0102"),
        ("Zoë", "", ""),
    ):
        factories.LeadFactory(first_name=name, email=email, phone=phone, admitted=True)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3105550101", ["Emery"]),
        ("(310) 555-0101", ["Emery"]),
        ("+1 310-555-0101", ["Emery"]),
        ("0102", ["Emma"]),
        ("EMMA@example.com", ["Emma"]),
        ("emma@", []),
        ("em", ["Emery", "Emma"]),
        ("ZOË", ["Zoë"]),
        ("  emery  ", ["Emery"]),
        ("99", []),
        ("%", []),
        ("'; DROP TABLE leads_lead; --", []),
        ("\0", ["Emery", "Emma", "Zoë"]),
    ],
)
def test_one_box_finds_by_name_email_phone_and_last_four(
    typed: str, found: list[str], three: None, desk: Client
) -> None:
    assert names(desk, q=typed) == found


def test_filters_narrow_the_list(three: None, desk: Client, front_desk: User) -> None:
    emma = Lead.objects.get(first_name="Emma")
    tag = factories.TagFactory()
    factories.LeadTagFactory(lead=emma, tag=tag)
    emma.assigned_to, emma.source = front_desk, "tiktok"
    emma.campaign = factories.CampaignFactory()
    emma.save()
    stage = emma.stays.get().stage
    for params in (
        {"stage": stage.pk},
        {"tag": tag.pk},
        {"assigned": "me"},
        {"source__exact": "tiktok"},
        {"campaign__id__exact": emma.campaign.pk},
        {"stage": stage.pk, "q": "em"},
    ):
        assert names(desk, **params) == ["Emma"], params


def test_a_link_to_a_stage_that_is_gone_says_so(three: None, desk: Client) -> None:
    page = desk.get(LIST, {"stage": "gone"})
    assert "no longer exists" in page.content.decode()


def test_the_deleted_are_only_for_those_who_may_restore(
    three: None, desk: Client, manager: User
) -> None:
    Lead.objects.get(first_name="Emma").delete()
    assert names(desk) == ["Emery", "Zoë"]
    desk.force_login(manager)
    assert names(desk) == ["Emery", "Zoë"]
    assert names(desk, deleted="yes") == ["Emma"]


def test_the_front_desk_never_sees_the_deleted(three: None, desk: Client) -> None:
    Lead.objects.get(first_name="Emma").delete()
    assert (
        "Emma" not in desk.get(LIST, {"deleted": "yes"}, follow=True).content.decode()
    )


def test_many_are_restored_at_once(three: None, desk: Client, manager: User) -> None:
    for lead in Lead.objects.all():
        lead.delete()
    desk.force_login(manager)
    chosen = [lead.pk for lead in Lead.all_objects.all()]
    data = {"action": "restore_selected", "_selected_action": chosen}
    desk.post(f"{LIST}?deleted=yes", data)
    assert Lead.objects.count() == 3


def test_the_front_desk_may_not_delete_many(three: None, desk: Client) -> None:
    chosen = [lead.pk for lead in Lead.objects.all()]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    desk.post(LIST, data)
    assert Lead.objects.count() == 3


def queries_of(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def test_the_list_costs_as_many_queries_for_thirty_as_for_two(desk: Client) -> None:
    stage, tag = factories.StageFactory(), factories.TagFactory()

    def add(count: int) -> None:
        for _ in range(count):
            lead = factories.LeadFactory(
                stage=stage, campaign=factories.CampaignFactory()
            )
            factories.OpportunityFactory(lead=lead)
            factories.LeadTagFactory(lead=lead, tag=tag)

    add(2)
    few = queries_of(desk, LIST)
    add(28)
    many = queries_of(desk, LIST)
    # Session, person, two for permissions, kept totals for the count, the page of
    # leads, their stays, their tags, and three for the filters (stages, campaigns,
    # tags).
    assert len(few) == len(many) == 11, many


def test_the_whole_list_is_counted_by_the_kept_totals(desk: Client) -> None:
    stage = factories.StageFactory()
    for _ in range(3):
        factories.LeadFactory(stage=stage)
    page = desk.get(LIST)
    assert page.context["cl"].paginator.total == 3
    assert "3 leads" in " ".join(page.content.decode().split())


def test_a_long_result_is_counted_up_to_a_limit(desk: Client) -> None:
    Lead.objects.bulk_create(
        [Lead(first_name="Ana", source="google") for _ in range(COUNT_LIMIT + 5)]
    )
    page = desk.get(LIST, {"source__exact": "google"})
    words = " ".join(page.content.decode().split())
    assert "More than 1,000 leads: search or filter to find the others" in words
