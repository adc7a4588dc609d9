"""Who was erased and must stay out does not come back by another lead, either."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from leads.models import ContactPoint, Lead
from leads.services.adding import AddRefused, NewLead, add_to
from leads.services.pipeline import restore_lead
from leads.suppressed import SUPPRESSED
from medspa.audit.putting_back import save_back
from medspa.models import User
from safekeeping.erasure.erasing import erase_person
from safekeeping.erasure.suppression import allow_again
from tests.api.keys import ApiClient, key_of
from tests.factories import LeadFactory
from tests.leads.test_editing import save
from tests.safekeeping.canary import EMAIL, PHONE

pytestmark = pytest.mark.django_db
CONTACTS = pytest.mark.parametrize(
    ("name", "text"), [("email", EMAIL.upper()), ("phone", PHONE)]
)


@pytest.fixture
def other(db: None) -> Lead:
    """Of somebody else, after the person was erased."""
    erased = LeadFactory(admitted=True, email=EMAIL, phone=PHONE)
    erase_person(erased.pk)
    made: Lead = LeadFactory(admitted=True, email="bea@example.com", phone="")
    return made


@CONTACTS
def test_the_api_gives_nobody_their_contact(
    other: Lead, manager: User, name: str, text: str
) -> None:
    api = ApiClient(key_of(manager))
    answer = api.write("patch", f"/leads/{other.pk}", {name: text})
    assert api.status == 422
    assert SUPPRESSED in str(answer)
    other.refresh_from_db()
    assert (other.email, other.phone) == ("bea@example.com", "")


@CONTACTS
def test_the_lead_page_gives_nobody_their_contact(
    other: Lead, front_desk: User, client: Client, name: str, text: str
) -> None:
    client.force_login(front_desk)
    answer = save(client, other, name, **{name: text})
    assert SUPPRESSED in answer.content.decode()
    other.refresh_from_db()
    assert (other.email, other.phone) == ("bea@example.com", "")


def test_the_admin_gives_nobody_their_contact(
    other: Lead, administrator: User, client: Client
) -> None:
    client.force_login(administrator)
    page = reverse("admin:leads_lead_change", args=[other.pk])
    form: Any = client.get(page).context["adminform"].form
    data = {
        name: form.get_initial_for_field(field, name) or ""
        for name, field in form.fields.items()
    }
    answer = client.post(page, {**data, "email": EMAIL})
    assert SUPPRESSED in answer.content.decode()


@CONTACTS
def test_nobody_is_added_to_a_known_lead_with_it(
    other: Lead, manager: User, name: str, text: str
) -> None:
    typed = Lead(first_name="Bea", **{name: text})
    with pytest.raises(AddRefused, match="asked to be erased"):
        add_to(other.pk, NewLead(typed), manager)
    assert not ContactPoint.objects.exists()


def test_a_further_contact_and_a_past_value_are_refused(other: Lead) -> None:
    with pytest.raises(ValidationError, match="asked to be erased"):
        ContactPoint(lead=other, phone=PHONE).full_clean()
    other.email = EMAIL
    with pytest.raises(ValidationError, match="asked to be erased"):
        save_back(other)


def test_a_deleted_lead_with_a_shared_number_is_not_restored(db: None) -> None:
    shared = LeadFactory(admitted=True, phone=PHONE, email="")
    shared.delete()
    erase_person(LeadFactory(admitted=True, phone=PHONE).pk)
    with pytest.raises(ValidationError, match="asked to be erased"):
        restore_lead(shared)
    allow_again([PHONE])
    restore_lead(shared)


def test_who_shares_the_number_can_still_be_edited(
    front_desk: User, client: Client
) -> None:
    shared = LeadFactory(admitted=True, phone=PHONE, email="")
    erase_person(LeadFactory(admitted=True, phone=PHONE).pk)
    client.force_login(front_desk)
    save(client, shared, "email", email="bea@example.com")
    shared.refresh_from_db()
    assert (shared.email, shared.phone) == ("bea@example.com", PHONE)
    shared.full_clean()
