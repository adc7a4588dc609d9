"""Adding and editing leads: one after the other, and as a whole or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead
from leads.services.adding import NewLead, add_lead, add_to
from medspa.models import User
from tests import factories
from tests.locks import elsewhere, proves, refused, waits

pytestmark = pytest.mark.django_db


def new_lead(**of_lead: Any) -> NewLead:
    lead = Lead(first_name="Talia", source="walk_in", **of_lead)
    due = timezone.now() + timedelta(days=1)
    return NewLead(
        lead,
        factories.StageFactory(),
        step="call_back",
        step_due_at=due,
        is_from_form=True,
    )


@proves("leads.services.adding._wait_for_the_same advisory lock")
@pytest.mark.parametrize(
    ("same", "of_lead"),
    [
        ("email t@example.com", {"email": "T@Example.com"}),
        ("phone +16175550149", {"phone": "+16175550149", "email": "t@example.com"}),
        ("lead c0123456789abcdefghijklmn", {"pk": "c0123456789abcdefghijklmn"}),
    ],
)
def test_two_who_add_the_same_person_wait_for_each_other(
    same: str, of_lead: dict[str, str], front_desk: User
) -> None:
    with elsewhere() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [same])
        asked = waits(lambda: add_lead(new_lead(**of_lead), front_desk))
    assert asked == "leads.services.adding._wait_for_the_same"


@proves("leads.services.adding.add_lead atomic")
def test_a_lead_whose_next_step_fails_is_not_added(front_desk: User) -> None:
    new = new_lead(email="t@example.com")
    with refused("leads_task"):
        add_lead(new, front_desk)


@proves("leads.services.adding.add_to atomic")
def test_a_known_lead_gets_all_that_was_entered_or_nothing(front_desk: User) -> None:
    lead = factories.LeadFactory(admitted=True)
    new = new_lead(phone="+16175550149")
    with refused("leads_task"):
        add_to(lead.pk, new, front_desk)


@proves("leads.views.edit_lead.EditFactPage.post atomic")
def test_a_fact_is_saved_with_its_history_or_not_at_all(
    front_desk: User, client: Client
) -> None:
    lead = factories.LeadFactory(admitted=True, source="google")
    client.force_login(front_desk)
    address = reverse("lead_edit", args=[lead.pk, "source"])
    with refused("leads_leadhistory"):
        client.post(address, {"source": "phone"})
