"""Whom somebody coming in is taken for when several leads could be the person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.services.matching import Directory, Known, _candidates
from tests import factories
from tests.leads.test_matching import Person, looked_up

ID, OTHER_ID = "abc00000000000000000", "def00000000000000000"
PHONE = "+12125550171"


def directory_of(*leads: Known) -> Directory:
    directory = Directory()
    for lead in leads:
        directory.add(lead)
    return directory


def test_a_row_without_a_name_is_nobody_where_two_share_the_phone() -> None:
    ana, bea = (Known(name, first_name=name, phone=PHONE) for name in ("Ana", "Bea"))
    assert directory_of(ana).find(Person(phone=PHONE)) is ana
    directory = directory_of(ana, bea)
    assert directory.find(Person(phone=PHONE)) is None
    assert directory.find(Person(first_name="Bea", phone=PHONE)) is bea


def test_who_has_another_contact_id_is_passed_over_for_the_next() -> None:
    both = {"first_name": "Ana", "email": "a@b.com", "phone": PHONE}
    other, same = Known("1", external_id=OTHER_ID, **both), Known("2", **both)
    directory = directory_of(other, same)
    for contact in ("email", "phone"):
        person = Person(ID, "Ana", **{contact: both[contact]})
        assert directory.find(person) is same


def test_a_deleted_lead_with_the_id_gives_way_to_who_has_the_contact_now() -> None:
    gone = Known("1", external_id=ID, email="a@b.com", is_deleted=True)
    active = Known("2", first_name="Ana", email="a@b.com")
    person = Person(ID, "Ana", "a@b.com")
    assert directory_of(gone).find(person) is gone
    assert directory_of(gone, active).find(person) is active
    assert directory_of(gone).has_external_id(ID)
    assert not directory_of(gone).has_external_id(OTHER_ID)


def test_two_extensions_are_two_phones_and_none_is_all_of_them() -> None:
    lead = Known("1", first_name="Ana", phone=f"{PHONE};ext=7")
    directory = directory_of(lead)
    for phone, has_it in (
        (f"{PHONE};ext=7", True),
        (PHONE, True),
        (f"{PHONE};ext=8", False),
    ):
        assert (directory.with_phone(phone) == [lead]) is has_it
    lead.phone, lead.further = "+12125550199", {f"{PHONE};ext=8"}
    directory.add(lead)
    assert directory.with_phone(f"{PHONE};ext=8") == [lead]
    assert directory.with_phone(f"{PHONE};ext=7") == []
    assert directory.with_email("a@b.com") == ()


def test_a_known_lead_is_only_itself() -> None:
    one, other = Known("1"), Known("1")
    assert one != other
    assert len({one, other}) == 2


# From the database ------------------------------------------------------------------


@pytest.mark.django_db
def test_of_several_with_one_address_the_oldest_is_taken_and_of_one_age_by_its_id() -> (
    None
):
    noon = timezone.now()
    ids = ("cz".ljust(25, "0"), "ca".ljust(25, "0"))
    for pk in ids:
        factories.LeadFactory(pk=pk, email="a@b.com", created_at=noon)
    person = Person(email="a@b.com")
    assert looked_up(person).find(person).id == min(ids)
    older = factories.LeadFactory(
        pk="czz".ljust(25, "0"),
        email="a@b.com",
        created_at=noon - timedelta(days=1),
    )
    assert looked_up(person).find(person).id == older.pk


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["email", "phone"])
def test_of_further_contacts_only_those_that_somebody_may_have_are_read(
    name: str,
) -> None:
    lead, other = factories.LeadFactory.create_batch(2, external_id=None)
    gone = factories.LeadFactory()
    for one, email, phone in (
        (lead, "a@b.com", PHONE),
        (other, "c@d.com", "+12125550172"),
        (gone, "a@b.com", PHONE),
    ):
        factories.ContactPointFactory(lead=one, email=email)
        factories.ContactPointFactory(lead=one, email="", phone=phone)
    gone.delete()
    person = Person(**{name: "a@b.com" if name == "email" else PHONE})
    assert list(_candidates([person])) == [lead]


@pytest.mark.django_db
def test_the_address_of_a_deleted_lead_leads_to_who_has_it_now() -> None:
    gone = factories.LeadFactory(external_id=ID, email="a@b.com")
    person = Person(external_id=ID, email="new@b.com")
    gone.delete()
    assert looked_up(person).find(person).id == gone.pk
    holder = factories.LeadFactory(email="", phone=PHONE)
    factories.ContactPointFactory(lead=holder, email="a@b.com")
    assert next(iter(looked_up(person).with_email("a@b.com"))).id == holder.pk
    own = factories.LeadFactory(email="a@b.com")
    factories.LeadFactory(email="else@b.com")
    directory = looked_up(person)
    assert [lead.id for lead in directory.with_email("a@b.com")] == [holder.pk, own.pk]
    assert directory.with_email("else@b.com") == ()


@pytest.mark.django_db
def test_who_has_the_address_of_an_active_lead_is_no_further_question() -> None:
    factories.LeadFactory(external_id=ID, email="a@b.com")
    factories.LeadFactory(email="a@b.com")
    person = Person(external_id=ID)
    with CaptureQueriesContext(connection) as asked:
        directory = looked_up(person)
    # Leads by the ID; contacts, tags, opportunities and forms.
    assert len(asked) == 2
    assert [lead.external_id for lead in directory.with_email("a@b.com")] == [ID]


@pytest.mark.django_db
def test_what_belongs_to_others_is_not_read_with_a_lead() -> None:
    lead, other = factories.LeadFactory(email="a@b.com"), factories.LeadFactory()
    factories.LeadTagFactory(lead=other)
    factories.OpportunityFactory(lead=other)
    factories.ContactPointFactory(lead=other)
    factories.ActivityFactory(lead=other, type="form_submit", payload_json={})
    deleted = factories.ContactPointFactory(lead=lead)
    deleted.delete()
    further = factories.ContactPointFactory(lead=lead, email="Further@b.com")
    person = Person(email="a@b.com")
    known = looked_up(person).find(person)
    assert known.id == lead.pk
    assert (known.tag_ids, known.has_opportunity, known.submitted_at) == (
        set(),
        False,
        set(),
    )
    assert known.further == {further.email.lower()}


@pytest.mark.django_db
def test_a_deleted_lead_whose_email_nobody_can_read_is_found_by_its_id() -> None:
    gone = factories.LeadFactory(external_id=ID, email="a@b.com")
    gone.delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET email ="
            " set_byte(email, 30, 255 - get_byte(email, 30)) WHERE id = %s",
            [gone.pk],
        )
    person = Person(external_id=ID)
    assert looked_up(person).find(person).id == gone.pk
