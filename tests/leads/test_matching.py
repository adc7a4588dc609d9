"""Who somebody coming in is, asked of the directory itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import LeadMerge
from leads.services.matching import (
    Directory,
    Known,
    _candidates,
    is_somebody_else,
    names_agree,
)
from tests import factories

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)


@dataclass
class Person:
    external_id: str = ""
    first_name: str = ""
    email: str = ""
    phone: str = ""


def known(**values: str) -> Known:
    return Known("known", **{"first_name": "Ana"} | values)


def finds(lead: Known, person: Person) -> bool:
    directory = Directory()
    directory.add(lead)
    return directory.find(person) is lead


@pytest.mark.parametrize(
    ("lead", "person"),
    [
        (
            {"external_id": "abc00000000000000000"},
            {"external_id": "abc00000000000000000", "first_name": "Bea"},
        ),
        ({"email": "ana@b.com"}, {"email": "ANA@b.com"}),
        ({"email": "ana@b.com"}, {"email": "ana@b.com", "first_name": "Bea"}),
        (
            {"email": "ana@b.com"},
            {"email": "ana@b.com", "external_id": "abc00000000000000000"},
        ),
        (
            {"email": "ana@b.com", "external_id": "abc00000000000000000"},
            {"email": "ana@b.com", "first_name": "Bea"},
        ),
        ({"phone": "+1"}, {"phone": "+1", "first_name": "ANA"}),
        ({"phone": "+1"}, {"phone": "+1"}),
        ({"phone": "+1", "email": "a@b.com"}, {"phone": "+1", "email": "c@d.com"}),
    ],
)
def test_somebody_is_found(lead: dict[str, str], person: dict[str, str]) -> None:
    assert finds(known(**lead), Person(**person))


@pytest.mark.parametrize(
    ("lead", "person"),
    [
        ({}, {"first_name": "Ana"}),
        ({"external_id": "abc00000000000000000"}, {"external_id": "ABC"}),
        (
            {"external_id": "abc00000000000000000", "email": "a@b.com", "phone": "+1"},
            {"external_id": "def00000000000000000", "email": "a@b.com", "phone": "+1"},
        ),
        (
            {"external_id": "abc00000000000000000", "phone": "+1"},
            {"external_id": "def00000000000000000", "phone": "+1", "first_name": "Ana"},
        ),
        ({"phone": "+1"}, {"phone": "+1", "first_name": "Bea"}),
        ({"phone": "+1"}, {"phone": "+12", "first_name": "Ana"}),
        ({"email": "+1"}, {"phone": "+1"}),
    ],
)
def test_somebody_else_is_not_found(
    lead: dict[str, str], person: dict[str, str]
) -> None:
    assert not finds(known(**lead), Person(**person))


def test_the_contact_id_goes_before_the_address_and_that_before_the_phone() -> None:
    directory = Directory()
    by_phone, by_email, by_id = (
        Known("1", first_name="Ana", phone="+1"),
        Known("2", email="a@b.com"),
        Known("3", external_id="abc00000000000000000"),
    )
    for lead in (by_phone, by_email, by_id):
        directory.add(lead)
    person = Person("abc00000000000000000", "Ana", "a@b.com", "+1")
    assert directory.find(person) is by_id
    person.external_id = "new"
    assert directory.find(person) is by_email
    person.email = "new@b.com"
    assert directory.find(person) is by_phone


def test_a_deleted_lead_is_found_by_its_contact_id_only() -> None:
    gone = known(external_id="abc00000000000000000", email="a@b.com", phone="+1")
    gone.is_deleted = True
    assert finds(gone, Person(external_id="abc00000000000000000"))
    assert not finds(gone, Person(email="a@b.com", phone="+1"))


def test_a_lead_is_found_by_its_new_contact_too() -> None:
    directory = Directory()
    directory.add(lead := known(email="old@b.com"))
    lead.email = "new@b.com"
    directory.add(lead)
    directory.add(lead)
    for email in ("old@b.com", "new@b.com"):
        assert directory.find(Person(email=email)) is lead


def test_all_three_must_differ_for_somebody_else_to_have_the_id() -> None:
    lead = known(email="a@b.com", phone="+1")
    other = {"first_name": "Bea", "email": "c@d.com", "phone": "+2"}
    assert is_somebody_else(lead, Person(**other))
    for same in ({"first_name": "ANA"}, {"email": "A@b.com"}, {"phone": "+1"}):
        assert not is_somebody_else(lead, Person(**other | same))
    for name in other:
        assert not is_somebody_else(lead, Person(**other | {name: ""}))
        assert not is_somebody_else(
            Known(**vars_of(lead) | {name: ""}), Person(**other)
        )


@pytest.mark.parametrize("shared", ["c@d.com", "+2"])
def test_who_shares_a_further_contact_is_not_somebody_else(shared: str) -> None:
    lead = Known("known", first_name="Ana", email="a@b.com", phone="+1")
    person = Person(first_name="Bea", email="C@d.com", phone="+2")
    assert is_somebody_else(lead, person)
    lead.further = {shared}
    assert not is_somebody_else(lead, person)


def test_two_without_a_name_do_not_agree_in_it() -> None:
    assert names_agree(known(), Person(first_name="ANA"))
    assert not names_agree(known(first_name=""), Person())


def vars_of(lead: Known) -> dict[str, str]:
    names = ("id", "first_name", "email", "phone")
    return {name: getattr(lead, name) for name in names}


# From the database ------------------------------------------------------------------


def looked_up(*people: Person) -> Directory:
    directory = Directory()
    directory.look_up(people)
    return directory


@pytest.mark.django_db
def test_what_is_known_of_a_lead_is_read() -> None:
    lead = factories.LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="a@b.com",
        phone="+12125550171",
        campaign=factories.CampaignFactory(),
        ad_platform="google",
        assigned_to=factories.UserFactory(),
    )
    tag = factories.LeadTagFactory(lead=lead).tag
    factories.OpportunityFactory(lead=lead).delete()
    form = {"lead": lead, "type": "form_submit", "payload_json": {}}
    factories.ActivityFactory(**form, created_at=NOON).delete()
    factories.ActivityFactory(lead=lead)
    person = Person(external_id="abc00000000000000000")
    assert vars_all(looked_up(person).find(person)) == {
        "id": lead.pk,
        "external_id": "abc00000000000000000",
        "first_name": "Ana",
        "email": "a@b.com",
        "phone": "+12125550171",
        "campaign_id": lead.campaign_id,
        "ad_platform": "google",
        "assigned_to_id": lead.assigned_to_id,
        "is_deleted": False,
        "has_opportunity": True,
        "further": set(),
        "tag_ids": {tag.pk},
        "submitted_at": {NOON},
    }


def vars_all(lead: Known | None) -> dict[str, object]:
    assert lead is not None
    return {name: getattr(lead, name) for name in Known.__slots__}


@pytest.mark.django_db
def test_a_lead_that_has_nothing_has_nothing() -> None:
    lead = factories.LeadFactory(email="a@b.com", phone="", admitted=True)
    factories.OpportunityFactory()
    factories.LeadTagFactory()
    person = Person(email="A@b.com")
    assert vars_all(looked_up(person).find(person)) == vars_all(
        Known(lead.pk, first_name=lead.first_name, email="a@b.com")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("contact", ["email", "phone"])
def test_a_deleted_lead_is_not_looked_up_by_its_contact(contact: str) -> None:
    lead = factories.LeadFactory(
        first_name="Ana", email="a@b.com", phone="+12125550171"
    )
    person = Person(first_name="Ana", **{contact: getattr(lead, contact)})
    assert looked_up(person).find(person).id == lead.pk
    lead.delete()
    assert looked_up(person).find(person) is None


@pytest.mark.django_db
def test_a_chain_of_merges_leads_to_who_stands_for_all() -> None:
    survivor, second, third, fourth = factories.LeadFactory.create_batch(4)
    for number, lead in enumerate((survivor, second, third, fourth)):
        lead.external_id = f"id{number}".ljust(20, "0")
        lead.save()
    for gone, into in ((fourth, third), (third, second), (second, survivor)):
        factories.LeadMergeFactory(survivor=into, merged=gone)
        gone.delete()
    for number in range(4):
        person = Person(external_id=f"id{number}".ljust(20, "0"))
        assert looked_up(person).find(person).id == survivor.pk
    everybody = [
        Person(external_id=f"id{number}".ljust(20, "0")) for number in range(4)
    ]
    directory = looked_up(*everybody)
    assert {directory.find(person).id for person in everybody} == {survivor.pk}


@pytest.mark.django_db
def test_what_a_row_noted_is_not_read_again() -> None:
    """A dry run looks up chunk by chunk in one directory."""
    factories.LeadFactory(first_name="Ana", email="a@b.com", phone="")
    person = Person(email="a@b.com")
    directory = looked_up(person)
    directory.find(person).phone = "+1"
    directory.look_up([person])
    assert directory.find(person).phone == "+1"


@pytest.mark.django_db
def test_looking_up_asks_a_few_questions_for_any_number_of_people() -> None:
    def questions(count: int) -> int:
        leads = factories.LeadFactory.create_batch(count)
        for number, lead in enumerate(leads):
            lead.external_id, lead.campaign = f"{count:03}n{number:016}", None
            lead.save()
        leads[0].delete()
        people = [
            Person(f"{count:03}n{number:016}", email=lead.email, phone=lead.phone)
            for number, lead in enumerate(leads)
        ]
        with CaptureQueriesContext(connection) as asked:
            looked_up(*people)
        return len(asked)

    # Leads by id, email, phone and further contacts; who has the email of a deleted
    # one; merges; tags, opportunities and forms. Further contacts are read where there
    # are any.
    assert questions(2) == questions(30) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["external_id", "email", "phone"])
def test_only_leads_that_somebody_may_be_are_read(name: str) -> None:
    lead = factories.LeadFactory(
        external_id="abc00000000000000000", email="a@b.com", phone="+12125550171"
    )
    factories.LeadFactory(
        external_id="def00000000000000000", email="c@d.com", phone="+12125550172"
    )
    people = [Person(**{name: getattr(lead, name)})]
    assert list(_candidates(people)) == [lead]


@pytest.mark.django_db
def test_nobody_to_look_for_is_no_question() -> None:
    with CaptureQueriesContext(connection) as asked:
        looked_up(Person(first_name="Ana"))
    assert len(asked) == 0
    assert not LeadMerge.objects.exists()
