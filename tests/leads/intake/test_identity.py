"""Who a row of a file already is, and what it may change about them."""

from datetime import UTC, datetime, timedelta

import pytest

from leads.intake.planning import EMAIL_IS_TAKEN
from leads.models import ContactPoint, Lead
from tests.factories import CampaignFactory, LeadFactory
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.usefixtures("clinic")
OLD = datetime(2026, 1, 5, tzinfo=UTC)
PHONE = "+12125550171"
ABC = "abc00000000000000000"


def test_somebody_is_recognised_by_id_then_email_then_phone() -> None:
    by_id = LeadFactory(external_id="abc00000000000000000", email="", phone="")
    by_email = LeadFactory(email="Bea@Example.com", phone="")
    by_phone = LeadFactory(first_name="Carla", email="", phone="+12125550171")
    result = bring(
        "Contact Id,First Name,Email,Phone\n"
        "abc00000000000000000,Ana,ana@example.com,\n"
        "def00000000000000000,Bea,bea@example.com,\n"
        "ghi00000000000000000,Carla,carla@example.com,(212) 555-0171\n"
    )
    assert counts(result) == (0, 3, 0, 0)
    for lead in (by_id, by_email, by_phone):
        lead.refresh_from_db()
    assert by_id.email == "ana@example.com"
    assert by_email.external_id == "def00000000000000000"
    assert (by_phone.external_id, by_phone.email) == (
        "ghi00000000000000000",
        "carla@example.com",
    )


def test_a_phone_shared_by_two_people_does_not_make_them_one() -> None:
    LeadFactory(first_name="Ana", email="ana@example.com", phone="+12125550171")
    rows = "First Name,Email,Phone\nBea,bea@example.com,2125550171\n"
    assert counts(bring(rows)) == (1, 0, 0, 0)
    assert counts(bring(rows)) == (0, 0, 1, 0)


def test_where_somebody_came_from_first_is_never_overwritten() -> None:
    first, later = CampaignFactory(name="First"), CampaignFactory(name="Later")
    lead = LeadFactory(email="ana@example.com", campaign=first)
    fresh = LeadFactory(email="bea@example.com", campaign=None)
    rows = "Name,Email,Campaign\nAna,ana@example.com,LATER\nBea,bea@example.com,later\n"
    assert counts(bring(rows)) == (0, 1, 1, 0)
    lead.refresh_from_db()
    fresh.refresh_from_db()
    assert (lead.campaign, fresh.campaign) == (first, later)


def test_the_same_person_twice_in_a_file_becomes_one_lead() -> None:
    result = bring(
        "Name,Email,Phone,Tags\n"
        "Ana,ana@example.com,,Botox\n"
        "Ana,ANA@example.com,2125550171,Botox\n"
        "Ana,,(212) 555-0171,Laser\n"
        "Ana,,+12125550171,laser\n"
    )
    assert counts(result) == (1, 2, 1, 0)
    lead = Lead.objects.get()
    assert lead.phone == "+12125550171"
    assert lead.lead_tags.count() == 2


@pytest.mark.parametrize(
    ("known_email", "row_email"),
    [("", ""), ("", "bea@example.com"), ("ana@example.com", "")],
)
def test_a_phone_under_another_name_is_another_person(
    known_email: str, row_email: str
) -> None:
    """Nothing but the phone speaks for one person, and the names speak against it."""
    ana = LeadFactory(first_name="Ana", email=known_email, phone=PHONE)
    rows = f"First Name,Email,Phone\nBea,{row_email},{PHONE}\n"
    assert counts(bring(rows)) == (1, 0, 0, 0)
    ana.refresh_from_db()
    assert (ana.first_name, ana.email) == ("Ana", known_email)
    assert counts(bring(rows)) == (0, 0, 1, 0)


def test_of_those_who_share_a_phone_the_one_of_this_name_is_taken() -> None:
    LeadFactory(first_name="Ana", email="", phone=PHONE, created_at=OLD)
    bea = LeadFactory(first_name="Bea", email="", phone=PHONE)
    rows = f"First Name,Email,Phone\nBEA,bea@example.com,{PHONE}\n"
    assert counts(bring(rows)) == (0, 1, 0, 0)
    bea.refresh_from_db()
    assert bea.email == "bea@example.com"


def test_a_row_without_a_name_is_whoever_has_the_phone() -> None:
    ana = LeadFactory(first_name="Ana", email="", phone=PHONE)
    result = bring(f"Email,Phone,Tags\nana@example.com,{PHONE},Botox\n")
    assert counts(result) == (0, 1, 0, 0)
    ana.refresh_from_db()
    # Only the phone says who it is, and a phone may be shared.
    assert (ana.email, ana.lead_tags.count()) == ("", 1)
    assert "another email or phone than its lead" in " ".join(result.notes)


def test_a_row_without_a_name_is_nobody_where_several_have_the_phone() -> None:
    for name in ("Ana", "Bea"):
        LeadFactory(first_name=name, email="", phone=PHONE)
    assert counts(bring(f"Email,Phone\nana@example.com,{PHONE}\n")) == (0, 0, 0, 1)


def test_a_deleted_lead_does_not_come_back_beside_one_with_its_email() -> None:
    ana = LeadFactory(external_id=ABC, email="ana@example.com", phone="")
    ana.delete()
    now = LeadFactory(first_name="Ana", email="ANA@example.com", phone="")
    rows = f"Contact Id,First Name,Email,Phone\n{ABC},Ana,ana@example.com,{PHONE}\n"
    result = bring(rows)
    assert counts(result) == (0, 1, 0, 0)
    assert result.restored == 0
    assert list(Lead.objects.values_list("pk", flat=True)) == [now.pk]
    assert Lead.objects.get().phone == PHONE
    assert counts(bring(rows)) == (0, 0, 1, 0)


@pytest.mark.parametrize("email", ["ana@example.com", ""])
def test_a_deleted_lead_stays_deleted_while_another_contact_has_its_email(
    email: str,
) -> None:
    ana = LeadFactory(external_id=ABC, email="ana@example.com")
    ana.delete()
    LeadFactory(external_id="def00000000000000000", email="ana@example.com", phone="")
    result = bring(f"Contact Id,First Name,Email\n{ABC},Ana,{email}\n")
    assert counts(result) == (0, 0, 0, 1)
    assert result.reasons == [(EMAIL_IS_TAKEN, 1)]
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("contact", ["email", "phone"])
def test_of_several_with_one_contact_the_oldest_is_taken(contact: str) -> None:
    value = {"email": "ana@example.com", "phone": PHONE}[contact]
    empty = {"first_name": "Ana", "email": "", "phone": ""}
    young, oldest, older = (
        LeadFactory(**empty | {contact: value}, created_at=OLD + timedelta(days=age))
        for age in (2, 0, 1)
    )
    bring(f"Contact Id,First Name,{contact}\nabc00000000000000000,Ana,{value}\n")
    for lead in (young, oldest, older):
        lead.refresh_from_db()
    assert [lead.external_id for lead in (oldest, older, young)] == [
        "abc00000000000000000",
        None,
        None,
    ]


def test_of_two_as_old_the_first_by_id_is_taken() -> None:
    two = [
        LeadFactory(first_name="Ana", email="ana@example.com", created_at=OLD)
        for _ in range(2)
    ]
    bring("Contact Id,Email\nabc00000000000000000,ana@example.com\n")
    assert Lead.objects.get(external_id="abc00000000000000000").pk == min(
        lead.pk for lead in two
    )


def test_the_oldest_is_taken_also_when_another_row_names_a_younger_one() -> None:
    LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="a@example.com",
        phone="",
    )
    oldest = LeadFactory(
        first_name="Ana", email="a@example.com", phone="", created_at=OLD
    )
    bring(
        "Contact Id,First Name,Email,Phone\n"
        "abc00000000000000000,Ana,a@example.com,\n"
        f",Ana,a@example.com,{PHONE}\n"
    )
    oldest.refresh_from_db()
    assert oldest.phone == PHONE


def test_an_address_in_another_spelling_is_not_news() -> None:
    LeadFactory(
        external_id="abc00000000000000000", first_name="Ana", email="ana@example.com"
    )
    rows = "Contact Id,First Name,Email\nabc00000000000000000,Ana,ANA@Example.com\n"
    assert counts(bring(rows)) == (0, 0, 1, 0)


def test_an_empty_contact_is_nobodys() -> None:
    LeadFactory(first_name="Ana", email="", phone="")
    rows = f"First Name,Email,Phone\nAna,ana@example.com,\nAna,,{PHONE}\n"
    assert counts(bring(rows)) == (2, 0, 0, 0)


def test_who_was_restored_by_one_row_is_met_by_the_next() -> None:
    ana = LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="ana@example.com",
        phone="",
    )
    ana.delete()
    result = bring(
        "Contact Id,First Name,Email,Phone\n"
        "abc00000000000000000,Ana,ana@example.com,\n"
        f",Ana,ana@example.com,{PHONE}\n"
    )
    assert (counts(result), result.restored) == ((0, 1, 0, 0), 1)
    ana.refresh_from_db()
    assert (ana.is_deleted, ana.phone) == (False, PHONE)


# A second e-mail or phone -----------------------------------------------------------

SECOND = "First Name,Email,Email 2,Phone,Mobile\n"


def further() -> set[str]:
    return {point.for_people for point in ContactPoint.objects.all()}


def test_a_second_email_and_phone_are_kept_and_known_next_time() -> None:
    row = "Ana,a@b.com,ana@c.com,212-555-0123,212-555-0188\n"
    assert counts(bring(SECOND + row)) == (1, 0, 0, 0)
    assert further() == {"ana@c.com", "(212) 555-0188"}
    assert ContactPoint.history.count() == 2
    assert counts(bring(SECOND + row)) == (0, 0, 1, 0)
    assert counts(bring("First Name,Email\nAna,ana@c.com\n")) == (0, 0, 1, 0)
    assert counts(bring("First Name,Phone\nAna,212-555-0188\n")) == (0, 0, 1, 0)
    assert ContactPoint.objects.count() == 2


def test_a_known_lead_gets_them_only_under_its_own_name() -> None:
    bring("First Name,Email,Phone\nAna,a@b.com,212-555-0123\n")
    other = bring(f"{SECOND}Bea,a@b.com,bea@c.com,,\n")
    assert further() == set()
    assert any("because it may be someone else's: row 2." in n for n in other.notes)
    bring(f"{SECOND}Ana,a@b.com,ana@c.com,,\n")
    assert further() == {"ana@c.com"}


def test_an_extension_tells_two_people_of_one_name_apart() -> None:
    head = "First Name,Phone\n"
    bring(f"{head}Ana,212-555-0123 x7\n")
    assert counts(bring(f"{head}Ana,212-555-0123 ext. 7\n")) == (0, 0, 1, 0)
    assert counts(bring(f"{head}Ana,212-555-0123\n")) == (0, 0, 1, 0)
    assert counts(bring(f"{head}Ana,212-555-0123 x8\n")) == (1, 0, 0, 0)


def test_an_extension_is_added_to_a_known_phone() -> None:
    head = "First Name,Phone\n"
    bring(f"{head}Ana,212-555-0123\n")
    assert counts(bring(f"{head}Ana,212-555-0123 x7\n")) == (0, 1, 0, 0)
    assert Lead.objects.get().phone == "+12125550123;ext=7"
    assert Lead.objects.search("212-555-0123").exists()
