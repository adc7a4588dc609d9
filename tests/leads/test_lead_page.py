"""The lead page: who, where, what happened; and what is done from there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kpis.models import KpiEvent
from leads.models import Activity, Lead
from leads.services.pipeline import move
from leads.timeline import TIMELINE_ITEMS, read_timeline
from medspa.audit.actors import acting
from medspa.models import User
from medspa.postgres.keyset import Cursor
from medspa.roles import FRONT_DESK, MANAGER
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def page_of(client: Client, lead: Lead, query: str = "") -> str:
    answer = client.get(f"/leads/{lead.pk}/{query}")
    assert answer.status_code == 200
    return text_of(answer)


def test_the_page_says_who_and_what_for(desk: Client) -> None:
    lead = factories.LeadFactory(
        first_name="Emery", phone="+12125550143", email="e@example.com", admitted=True
    )
    factories.OpportunityFactory(lead=lead, expected_value_cents=880_000)
    page = page_of(desk, lead)
    for words in ("Emery", "(212) 555-0143", "e@example.com", "$8,800", "Filler"):
        assert words in page
    assert "No last names, medical notes" in page


def test_a_lead_without_anything_still_has_a_page(desk: Client) -> None:
    lead = factories.LeadFactory(email="", phone="")
    assert "No value yet" in page_of(desk, lead)


def test_the_timeline_tells_everything_newest_first(
    desk: Client, front_desk: User
) -> None:
    lead = factories.LeadFactory(admitted=True, source="google")
    first = lead.stage_periods.get().stage
    with acting(user=front_desk):
        factories.ActivityFactory(lead=lead, payload_json={"outcome": "voicemail"})
        KpiEvent.objects.create(lead=lead, kind="invoice_paid", value_cents=45_000)
        lead.source = "referral"
        lead.save()
    texts = [item.text for item in read_timeline(lead)]
    assert texts == [
        "Changed source from Google to Referral",
        "Payment: $450",
        "Call, left a voicemail",
        f"Created in {first}",
    ]


def test_the_timeline_is_paged_without_loss_or_repetition(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    now = timezone.now()
    for minutes in range(2 * TIMELINE_ITEMS):
        # Pairs share a moment: the id decides.
        at = now - timedelta(minutes=minutes // 2)
        factories.ActivityFactory(lead=lead, created_at=at)
    seen: list[str] = []
    before = None
    while items := read_timeline(lead, before=before)[:TIMELINE_ITEMS]:
        seen += [item.id for item in items]
        before = Cursor(items[-1].at, items[-1].id)
    assert len(seen) == len(set(seen)) == 2 * TIMELINE_ITEMS + 1


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01~x", "~", "\0~1"])
def test_a_broken_page_mark_shows_the_first_page(text: str) -> None:
    assert Cursor.read(text) is None


def test_a_page_mark_is_a_moment_and_a_row() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert Cursor.read(f"{moment.timestamp():.0f}000000-x") == Cursor(moment, "x")


def test_a_deleted_event_is_not_told(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    event = KpiEvent.objects.create(lead=lead, kind="invoice_paid", value_cents=1)
    assert "Payment: $0.01" in page_of(desk, lead)
    event.delete()
    assert "Payment: $0.01" not in page_of(desk, lead)


def test_moving_from_the_stage_bar(desk: Client, front_desk: User) -> None:
    lead = factories.LeadFactory(admitted=True)
    here, there = lead.stage_periods.get().stage, factories.StageFactory()
    answer = desk.post(
        f"/leads/{lead.pk}/move/", {"stage": there.pk, "expected": here.pk}, follow=True
    )
    assert f"{lead} moved to {there}." in answer.content.decode()
    current = lead.stage_periods.get(left_at=None)
    assert (current.stage, current.changed_by) == (there, front_desk)


def test_a_stale_page_is_told_where_the_lead_is(desk: Client, manager: User) -> None:
    lead = factories.LeadFactory(admitted=True)
    here = lead.stage_periods.get().stage
    desk.force_login(manager)
    there, elsewhere = factories.StageFactory(), factories.StageFactory()
    move = f"/leads/{lead.pk}/move/"
    desk.post(move, {"stage": there.pk, "expected": here.pk})
    answer = desk.post(move, {"stage": elsewhere.pk, "expected": here.pk}, follow=True)
    assert f"manager moved this to {there}" in answer.content.decode()
    assert lead.stage_periods.get(left_at=None).stage == there


def test_losing_a_lead_needs_a_reason(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    lost = factories.StageFactory(outcome="lost")
    answer = desk.post(f"/leads/{lead.pk}/move/", {"stage": lost.pk}, follow=True)
    assert "Choose a reason" in answer.content.decode()
    desk.post(f"/leads/{lead.pk}/move/", {"stage": lost.pk, "lost_reason": "price"})
    assert lead.stage_periods.get(left_at=None).lost_reason == "price"


def test_a_contact_is_noted_in_one_click(desk: Client, front_desk: User) -> None:
    lead = factories.LeadFactory(admitted=True)
    desk.post(f"/leads/{lead.pk}/log/", {"type": "call", "outcome": "no_answer"})
    call = Activity.objects.get(type="call")
    assert call.payload_json == {"outcome": "no_answer"}
    assert call.created_by == front_desk


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "fax"},
        {"type": "call", "outcome": "has diabetes"},
        {"type": "stage_change", "outcome": "sent"},
    ],
)
def test_a_contact_outside_the_lists_is_not_noted(data: dict, desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    before = Activity.objects.count()
    answer = desk.post(f"/leads/{lead.pk}/log/", data, follow=True)
    assert "Nothing was saved" in answer.content.decode()
    assert Activity.objects.count() == before


def test_possible_duplicates_are_shown(desk: Client) -> None:
    lead = factories.LeadFactory(email="same@example.com", admitted=True)
    factories.LeadFactory(first_name="Twin", email="SAME@example.com", admitted=True)
    page = page_of(desk, lead)
    assert "1 possible duplicate" in page
    assert "Twin" in page


@pytest.mark.parametrize("lead_id", ["nothing", "c" + "0" * 24, "%00", "a" * 300])
def test_an_unknown_lead_is_not_found(lead_id: str, desk: Client) -> None:
    assert desk.get(f"/leads/{lead_id}/").status_code == 404


def test_providers_see_no_leads(provider: User, client: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    client.force_login(provider)
    assert client.get(f"/leads/{lead.pk}/").status_code == 403
    assert client.post(f"/leads/{lead.pk}/move/", {}).status_code == 403
    assert client.post(f"/leads/{lead.pk}/log/", {}).status_code == 403


QUERIES = [
    "the session",
    "the person, their permissions and the clinic's lists",
    "the lead with its stays, tags, next steps and duplicates, and all stages and tags",
    "its consults and payments, for the quick actions",
    "the providers with whom a consult can be booked",
    "the timeline's page, with the names in it",
    "who stands beside it in the list that it was opened from",
    "for managers: all providers, and who earned with the lead",
    "for the front desk: whether reports count the lead, which then stays",
    "the line of the audit log that says who read it, once a day",
]


@pytest.mark.slow
@pytest.mark.parametrize("role", [MANAGER, FRONT_DESK])
def test_the_page_costs_as_many_queries_for_thirty_as_for_two(
    role: str, person: Callable[[str], User], client: Client
) -> None:
    front_desk = person(FRONT_DESK)
    client.force_login(person(role))
    lead = factories.LeadFactory(admitted=True)
    factories.OpportunityFactory(lead=lead)

    def add(count: int) -> None:
        for number in range(count):
            tag = factories.TagFactory()
            factories.LeadTagFactory(lead=lead, tag=tag)
            factories.LeadFactory(email="ana@example.com")
            factories.ActivityFactory(
                lead=lead, type="tag_added", payload_json={"tag": tag.pk}
            )
            paid = KpiEvent.objects.create(
                lead=lead, kind="invoice_paid", value_cents=1
            )
            factories.CreditFactory(kpi_event=paid)
            with acting(user=front_desk):
                move(lead.pk, factories.StageFactory().pk)
                lead.campaign = factories.CampaignFactory()
                lead.assigned_to = factories.UserFactory()
                lead.email = "ana@example.com"
                lead.save()
                lead.opportunity.expected_value_cents += number + 1
                lead.opportunity.save()

    def count() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/leads/{lead.pk}/", {"in": "list"})
        assert answer.status_code == 200
        return [query["sql"] for query in captured]

    add(2)
    few = count()
    add(28)
    many = count()
    assert len(few) == len(many) == len(QUERIES) - 1, many


def test_more_of_the_timeline_is_asked_for_alone(desk: Client) -> None:
    lead = factories.LeadFactory(admitted=True)
    now = timezone.now()
    for number in range(TIMELINE_ITEMS + 3):
        factories.ActivityFactory(lead=lead, created_at=now - timedelta(hours=number))
    page = page_of(desk, lead)
    more = unescape(page).split('hx-get="?')[1].split('"')[0]
    with CaptureQueriesContext(connection) as captured:
        answer = desk.get(f"/leads/{lead.pk}/?{more}", headers={"HX-Request": "true"})
    # Session, person, lead, timeline.
    assert len(captured) == 4
    rest = answer.content.decode()
    assert "<html" not in rest
    assert page.count("<time class") == TIMELINE_ITEMS
    assert rest.count("<time class") == 4
