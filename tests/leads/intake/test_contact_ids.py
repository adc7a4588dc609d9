"""Contact IDs of rows and leads: whom they name, and when they are not believed."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from leads.intake.planning import OTHER_PERSON
from leads.models import Lead, LeadMerge
from tests.factories import LeadFactory
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.usefixtures("clinic")
OLD = datetime(2026, 1, 5, tzinfo=UTC)


PHONE = "+12125550171"


ABC = "abc00000000000000000"


def test_two_contact_ids_with_one_address_stay_two_people() -> None:
    LeadFactory(external_id="abc00000000000000000", email="family@example.com")
    rows = "Contact Id,First Name,Email\ndef00000000000000000,Bea,family@example.com\n"
    assert counts(bring(rows)) == (1, 0, 0, 0)


def test_contact_data_is_brought_up_to_date_by_contact_id_only() -> None:
    ana = LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="old@example.com",
        phone="+12125550171",
        source="referral",
    )
    counts(
        bring(
            "Contact Id,First Name,Email,Phone,Source\n"
            "abc00000000000000000,Anna,new@example.com,,Facebook\n"
        )
    )
    ana.refresh_from_db()
    assert (ana.first_name, ana.email, ana.phone) == (
        "Anna",
        "new@example.com",
        "+12125550171",
    )
    assert ana.source == "referral"
    assert counts(bring("First Name,Email\nAmy,new@example.com\n")) == (0, 0, 1, 0)
    ana.refresh_from_db()
    assert ana.first_name == "Anna"


def test_a_deleted_lead_comes_back_by_its_contact_id_only() -> None:
    ana = LeadFactory(external_id="abc00000000000000000", email="ana@example.com")
    bea = LeadFactory(external_id=None, email="bea@example.com")
    ana.delete()
    bea.delete()
    result = bring(
        "Contact Id,First Name,Email\n"
        "abc00000000000000000,Ana,ana@example.com\n"
        "xyz00000000000000000,Bea,bea@example.com\n"
    )
    assert counts(result) == (1, 0, 0, 0)
    assert result.restored == 1
    ana.refresh_from_db()
    bea.refresh_from_db()
    assert not ana.is_deleted
    assert bea.is_deleted


def test_a_merged_contact_id_stands_for_the_lead_it_was_merged_into() -> None:
    survivor, merged, earlier = (
        LeadFactory(external_id=contact, email="")
        for contact in (
            "abc00000000000000000",
            "old00000000000000000",
            "oldest00000000000000",
        )
    )
    for gone, into in ((earlier, merged), (merged, survivor)):
        LeadMerge.objects.create(merged=gone, survivor=into)
        gone.delete()
    rows = "Contact Id,First Name,Email\noldest00000000000000,Ana,ana@example.com\n"
    assert counts(bring(rows)) == (0, 1, 0, 0)
    assert list(Lead.objects.values_list("external_id", flat=True)) == [
        "abc00000000000000000"
    ]
    assert Lead.objects.get().email == "ana@example.com"


def contact_ids() -> set[str | None]:
    return set(Lead.objects.values_list("external_id", flat=True))


def test_two_contact_ids_with_one_phone_stay_two_people() -> None:
    LeadFactory(
        external_id="abc00000000000000000", first_name="Ana", email="", phone=PHONE
    )
    rows = f"Contact Id,First Name,Phone\ndef00000000000000000,Ana,{PHONE}\n"
    assert counts(bring(rows)) == (1, 0, 0, 0)
    assert contact_ids() == {"abc00000000000000000", "def00000000000000000"}
    assert counts(bring(rows)) == (0, 0, 1, 0)


def test_two_contact_ids_in_one_file_stay_two_people() -> None:
    result = bring(
        "Contact Id,First Name,Email,Phone\n"
        f"abc00000000000000000,Ana,ana@example.com,{PHONE}\n"
        f"def00000000000000000,Ana,ana@example.com,{PHONE}\n"
    )
    assert counts(result) == (2, 0, 0, 0)


@pytest.mark.parametrize("met_by", ["email", "phone"])
def test_an_id_does_not_replace_what_a_lead_without_one_has(met_by: str) -> None:
    """The contact id is new, so it says nothing about whose the lead was before."""
    ana = LeadFactory(first_name="Ana", email="ana@example.com", phone=PHONE)
    contact = {
        "email": "ana@example.com,2125550188",
        "phone": f"new@example.com,{PHONE}",
    }
    name = {"email": "Anna", "phone": "ANA"}[met_by]
    row = f"{ABC},{name},{contact[met_by]}"
    bring(f"Contact Id,First Name,Email,Phone\n{row}\n")
    ana.refresh_from_db()
    assert (ana.external_id, ana.first_name, ana.email, ana.phone) == (
        "abc00000000000000000",
        "Ana",
        "ana@example.com",
        PHONE,
    )
    assert Lead.objects.count() == 1


def test_an_id_under_which_all_is_different_changes_nothing() -> None:
    LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="ana@example.com",
        phone=PHONE,
    )
    row = "abc00000000000000000,Bea,bea@example.com,2125550188\n"
    result = bring(f"Contact Id,First Name,Email,Phone\n{row}")
    assert counts(result) == (0, 0, 0, 1)
    assert result.reasons == [(OTHER_PERSON, 1)]
    ana = Lead.objects.get()
    assert (ana.first_name, ana.email, ana.phone) == ("Ana", "ana@example.com", PHONE)


@pytest.mark.parametrize(
    "row",
    [
        "abc00000000000000000,ANA,new@example.com,2125550188",
        "abc00000000000000000,Bea,ANA@example.com,2125550188",
        "abc00000000000000000,Bea,new@example.com,2125550171",
        "abc00000000000000000,Bea,new@example.com,",
        "abc00000000000000000,Bea,,2125550188",
        "abc00000000000000000,,new@example.com,2125550188",
    ],
)
def test_an_id_with_anything_the_same_or_unsaid_is_believed(row: str) -> None:
    LeadFactory(
        external_id="abc00000000000000000",
        first_name="Ana",
        email="ana@example.com",
        phone=PHONE,
    )
    rows = f"Contact Id,First Name,Email,Phone\n{row}\n"
    assert counts(bring(rows)) == (0, 1, 0, 0)


@pytest.mark.parametrize("missing", ["email", "phone"])
def test_an_id_of_a_lead_that_lacks_a_contact_is_believed(missing: str) -> None:
    known = {"first_name": "Ana", "email": "ana@example.com", "phone": PHONE}
    LeadFactory(external_id="abc00000000000000000", **known | {missing: ""})
    row = f"{ABC},Bea,new@example.com,2125550188"
    rows = f"Contact Id,First Name,Email,Phone\n{row}\n"
    assert counts(bring(rows)) == (0, 1, 0, 0)


def test_an_undone_merge_gives_the_contact_id_back() -> None:
    survivor, merged = (
        LeadFactory(external_id=key, email="")
        for key in ("abc00000000000000000", "old00000000000000000")
    )
    row = LeadMerge.objects.create(merged=merged, survivor=survivor)
    row.undone_at = timezone.now()
    row.save()
    merged.delete()
    bring("Contact Id,First Name,Email\nold00000000000000000,Ana,ana@example.com\n")
    merged.refresh_from_db()
    assert merged.email == "ana@example.com"
