"""Of an erased person nobody is told to contact them, and pages say what was done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kpis.events.consults import book
from leads.answered import waiting_q
from leads.board.cards import read_cards
from leads.models import Lead, LeadStage
from leads.services import contacting, next_steps
from leads.services.actions import NOBODY_TO_CONTACT, ActionRefused
from leads.timeline import read_timeline
from medspa.models import User
from safekeeping.erasure.erasing import erase_person
from tests.factories import LeadFactory, LeadStageFactory, StageFactory

pytestmark = pytest.mark.django_db
FORMS = ("lead_log", "lead_plan", "lead_book", "lead_pay", "lead_move")
FACTS = ("first_name", "email", "phone", "source")


@pytest.fixture
def lead() -> Lead:
    period = LeadStageFactory(lead=LeadFactory(), stage=StageFactory())
    return period.lead  # type: ignore[no-any-return]


def test_its_page_offers_no_way_to_contact_it(
    administrator: User, client: Client, lead: Lead
) -> None:
    client.force_login(administrator)
    assert offered(client, lead) == [*FORMS, *FACTS]
    erase_person(lead.pk)
    assert offered(client, lead) == ["lead_pay", "lead_move", "source"]


def offered(client: Client, lead: Lead) -> list[str]:
    page = client.get(reverse("lead", args=[lead.pk])).content.decode()
    forms = {name: reverse(name, args=[lead.pk]) for name in FORMS}
    facts = {name: reverse("lead_edit", args=[lead.pk, name]) for name in FACTS}
    return [name for name, address in (forms | facts).items() if f'"{address}"' in page]


def test_it_waits_for_no_answer(
    lead: Lead, administrator: User, client: Client
) -> None:
    assert waits(lead)
    assert LeadStage.objects.filter(waiting_q("lead")).exists()
    client.force_login(administrator)
    log = f'data-log="{lead.pk}"'
    assert log in client.get(reverse("leads")).content.decode()
    erase_person(lead.pk)
    assert not waits(lead)
    assert not LeadStage.objects.filter(waiting_q("lead")).exists()
    assert log not in client.get(reverse("leads")).content.decode()


def waits(lead: Lead) -> bool:
    (card,) = read_cards([lead.pk], None, timezone.now())
    return card.waiting is not None


def test_its_timeline_says_that_it_was_erased(lead: Lead, administrator: User) -> None:
    erase_person(lead.pk)
    lead.refresh_from_db()
    changes = read_timeline(lead, kinds=["change"], viewer=administrator)
    assert [item.text for item in changes] == ["Erased the name and contacts"]


@pytest.mark.parametrize(
    "act",
    [
        lambda lead: contacting.log_contact(lead, "call", "no_answer"),
        lambda lead: next_steps.plan(lead, "call_back", timezone.now()),
        lambda lead: book(lead, timezone.now() + timedelta(days=1)),
    ],
)
def test_nobody_contacts_it(lead: Lead, act: Callable[[Lead], object]) -> None:
    erase_person(lead.pk)
    lead.refresh_from_db()
    with pytest.raises(ActionRefused, match=NOBODY_TO_CONTACT):
        act(lead)
