"""The filters of a lead's timeline: each kind alone, and its next page."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from kpis.models import KpiEvent
from leads.extension_points import timeline_sources
from leads.models import Lead
from leads.services.pipeline import move
from leads.timeline import TIMELINE_ITEMS, read_timeline
from leads.views.lead import TIMELINE_KINDS
from medspa.audit.actors import acting
from medspa.models import User
from medspa.postgres.keyset import Cursor
from tests import factories

KINDS_TOLD = {
    "activity": "Call, answered",
    "stage": "Moved from",
    "money": "Payment: $450",
    "step": "Next: Call back",
    "change": "Changed source",
}


@pytest.fixture
def lead(db: None) -> Lead:
    """Somebody of whom every kind tells one line, and another who tells none."""
    factories.LeadFactory(admitted=True)
    lead = factories.LeadFactory(admitted=True, source="google")
    move(lead.pk, factories.StageFactory().pk)
    factories.ActivityFactory(lead=lead)
    KpiEvent.objects.create(lead=lead, kind="invoice_paid", value_cents=45_000)
    factories.TaskFactory(lead=lead)
    lead.source = "referral"
    lead.save()
    return lead


def test_every_kind_that_a_source_tells_can_be_chosen() -> None:
    assert (
        {source.kind for source in timeline_sources}
        == set(TIMELINE_KINDS)
        == set(KINDS_TOLD)
    )


@pytest.mark.parametrize("kind", KINDS_TOLD)
def test_the_page_shows_the_kind_that_was_chosen_and_no_other(
    kind: str, lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(f"/leads/{lead.pk}/?kind={kind}", headers=headers)
        assert answer.status_code == 200
        items = answer.context["items"]
        assert {item.kind for item in items} == {kind}
        assert any(item.text.startswith(KINDS_TOLD[kind]) for item in items)


@pytest.mark.parametrize("kind", ["", "x", "stage'; --", "\u2028"])
def test_an_unknown_kind_shows_everything(
    kind: str, lead: Lead, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    answer = client.get(f"/leads/{lead.pk}/", {"kind": kind})
    assert {item.kind for item in answer.context["items"]} == set(TIMELINE_KINDS)


def test_the_next_page_of_a_kind_goes_on_where_the_first_ended(lead: Lead) -> None:
    for hours in range(TIMELINE_ITEMS + 3):
        at = timezone.now() - timedelta(hours=hours)
        factories.ActivityFactory(lead=lead, created_at=at)
    first = read_timeline(lead, kinds=["activity"])
    assert len(first) == TIMELINE_ITEMS + 1
    mark = first[TIMELINE_ITEMS - 1]
    rest = read_timeline(lead, kinds=["activity"], before=Cursor(mark.at, mark.id))
    assert len(rest) == 4
    assert all(a.at > b.at for a, b in pairwise([*first[:TIMELINE_ITEMS], *rest]))


def test_a_payment_says_who_recorded_it(lead: Lead, manager: User) -> None:
    with acting(user=manager):
        KpiEvent.objects.create(lead=lead, kind="invoice_paid", value_cents=9_900)
    by_manager, by_no_one = read_timeline(lead, kinds=["money"])
    assert (by_manager.text, by_manager.who) == ("Payment: $99", str(manager))
    assert by_no_one.who == ""
