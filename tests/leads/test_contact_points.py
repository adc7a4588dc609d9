"""A merge keeps the other email and phone: search and identity know them."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from leads.lead_page.head import read_head
from leads.models import ContactPoint, Lead, LeadMerge
from leads.services.matching import Directory
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa.encryption.rotation import encrypted_models
from medspa.models import User
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
OLD, NEW = ("sarah@old.com", "+12125550101"), ("sarah@new.com", "+12125550202")


@dataclass(frozen=True)
class Person:
    external_id: str = ""
    first_name: str = "Sarah"
    email: str = ""
    phone: str = ""


def merged(*taken: str) -> tuple[Lead, LeadMerge]:
    kept, other = (
        LeadFactory(first_name="Sarah", email=email, phone=phone)
        for email, phone in (OLD, NEW)
    )
    row = merge(kept.pk, other.pk, MergeChoice(lead_fields=frozenset(taken)))
    return Lead.objects.get(pk=kept.pk), row


@pytest.mark.parametrize("taken", [(), ("email",), ("phone",), ("email", "phone")])
def test_every_contact_of_both_leads_still_finds_the_person(
    taken: tuple[str, ...],
) -> None:
    lead, _ = merged(*taken)
    for email, phone in (OLD, NEW):
        directory = Directory()
        people = [Person(email=email), Person(phone=phone)]
        directory.look_up(people)
        for typed in (email, phone, phone[-4:], phone[-7:]):
            assert list(Lead.objects.search(typed)) == [lead], typed
        for person in people:
            known = directory.find(person)
            assert known and known.id == lead.pk, person
    assert lead.contact_points.count() == 2


def test_what_both_share_is_kept_once() -> None:
    one = LeadFactory(email="a@example.com", phone="+12125550101")
    other = LeadFactory(email="A@example.com", phone="")
    merge(one.pk, other.pk, MergeChoice())
    assert not ContactPoint.objects.exists()


def test_unmerging_gives_them_back() -> None:
    lead, row = merged("email")
    unmerge(row.pk)
    assert not ContactPoint.objects.exists()
    assert Lead.objects.search(NEW[0]).get() == row.merged
    assert Lead.objects.search(OLD[0]).get() == lead
    assert ContactPoint.history.filter(history_type="~").count() == 2


def test_contacts_of_an_earlier_merge_go_along_and_come_back() -> None:
    lead, _ = merged()
    third = LeadFactory(first_name="Sarah", email="s@third.com", phone="")
    second_merge = merge(third.pk, lead.pk, MergeChoice())
    found = {str(point) for point in third.contact_points.all()}
    assert {OLD[0], NEW[0]} < found
    unmerge(second_merge.pk)
    assert {str(point) for point in lead.contact_points.filter(deleted_at=None)} == {
        NEW[0],
        "(212) 555-0202",
    }


def test_the_page_shows_them_and_names_who_shares_one(
    client: Client, front_desk: User
) -> None:
    lead, _ = merged()
    other = LeadFactory(email=NEW[0], phone="")
    for one, same in ((lead, other), (other, lead)):
        head = read_head(one.pk, front_desk)
        assert head and head.duplicates == [same]
    client.force_login(front_desk)
    page = client.get(reverse("lead", args=[lead.pk])).content.decode()
    assert 'href="mailto:sarah@new.com"' in page
    assert "(212) 555-0202" in page


def test_a_deleted_lead_is_found_by_none_of_them() -> None:
    lead, _ = merged()
    lead.delete()
    assert not Lead.objects.search(NEW[0]).exists()
    assert not Lead.objects.search(NEW[1][-7:]).exists()


def test_the_database_holds_no_clear_text_and_rotation_knows_the_table() -> None:
    merged()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(point::text, '') FROM leads_contactpoint point"
        )
        assert "new.com" not in cursor.fetchone()[0]
    assert {ContactPoint, ContactPoint.history.model} <= set(encrypted_models())
