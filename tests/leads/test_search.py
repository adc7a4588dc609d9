"""One search box: what was typed, and whom it finds."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from leads.models import Lead, lead_queries
from leads.search import TOO_FEW_DIGITS, Search, SearchKind, hint_of
from medspa.models import User
from tests.factories import LeadFactory, StageFactory


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("", SearchKind.NOTHING, ""),
        (" \t ", SearchKind.NOTHING, ""),
        ("ana@example.com", SearchKind.EMAIL, "ana@example.com"),
        (" ANA@example.com ", SearchKind.EMAIL, "ANA@example.com"),
        ("(212) 555-0123", SearchKind.PHONE, "+12125550123"),
        ("+44 20 7946 0958", SearchKind.PHONE, "+442079460958"),
        ("0123", SearchKind.LAST_FOUR, "0123"),
        ("01-23", SearchKind.LAST_FOUR, "0123"),
        ("12", SearchKind.NOTHING, ""),
        ("555", SearchKind.NOTHING, ""),
        ("Ana", SearchKind.NAME, "Ana"),
        ("mary  ann", SearchKind.NAME, "mary ann"),
        ("A\0na", SearchKind.NAME, "Ana"),
        ("Jose\u0301", SearchKind.NAME, "José"),
    ],
)
def test_what_was_typed_is_read_as(typed: str, kind: SearchKind, text: str) -> None:
    assert Search.read(typed) == Search(kind, text)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("12", TOO_FEW_DIGITS),
        ("(5) 55", TOO_FEW_DIGITS),
        ("5555", ""),
        ("5" * 20, ""),
        ("Ana 2", ""),
        ("-", ""),
        ("", ""),
    ],
)
def test_too_few_digits_are_told(typed: str, hint: str) -> None:
    assert hint_of(typed) == hint


def test_board_and_list_ask_for_more_digits(front_desk: User, client: Client) -> None:
    StageFactory()
    client.force_login(front_desk)
    for page in ("/leads/", "/leads/board/"):
        assert TOO_FEW_DIGITS in client.get(page, {"q": "555"}).content.decode()
        assert TOO_FEW_DIGITS not in client.get(page, {"q": "5555"}).content.decode()


@given(st.text())
def test_whatever_is_typed_can_be_read(typed: str) -> None:
    assert isinstance(Search.read(typed).kind, SearchKind)


@pytest.fixture
def ana(db: None) -> Lead:
    LeadFactory(first_name="Bea", email="", phone="")
    return LeadFactory(
        first_name="Ana", email="Ana.B@example.com", phone="+12125550123"
    )


@pytest.mark.parametrize(
    "typed",
    ["ana.b@EXAMPLE.com", "212.555.0123", "+1 212 555 0123", "0123", "an", "ANA"],
)
def test_one_box_finds_a_lead_by(typed: str, ana: Lead) -> None:
    assert list(Lead.objects.search(typed)) == [ana]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "b@example.com",
        "0124",
        "212 555 0124",
        "na",
        "%",
        "_na",
        "A%",
        "\\",
        "'",
    ],
)
def test_nobody_is_found_by(typed: str, ana: Lead) -> None:
    assert list(Lead.objects.search(typed)) == []
    assert list(Lead.objects.search("Ana")) == [ana]


def test_nothing_is_no_search_for_those_who_have_nothing(ana: Lead) -> None:
    assert Lead.objects.with_email(ana.email).exists()
    LeadFactory(email="", phone="")
    assert not Lead.objects.with_email("").exists()
    assert not Lead.objects.with_phone("").exists()
    assert not Lead.objects.with_last_four("").exists()


def test_deleted_leads_are_found_only_when_asked_for(ana: Lead) -> None:
    ana.delete()
    assert not Lead.objects.search("ana").exists()
    assert Lead.all_objects.search("ana").get() == ana


def test_a_changed_contact_is_found_by_the_new_one_only(ana: Lead) -> None:
    ana.email, ana.phone = "new@example.com", ""
    ana.save(update_fields=["email", "phone"])
    assert Lead.objects.search("new@example.com").get() == ana
    assert not Lead.objects.search("ana.b@example.com").exists()
    assert not Lead.objects.search("0123").exists()


def test_more_numbers_with_the_same_end_than_are_compared_are_told(
    client: Client, front_desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many share four digits, a search compares a few and says so."""
    for area in ("212", "213", "214"):
        LeadFactory(phone=f"+1{area}5550123")
    found = Lead.objects.read_last_digits("2125550123")
    assert (len(found.leads), found.is_cut) == (1, False)
    client.force_login(front_desk)
    sentence = "Too many phone numbers end in 0123 to compare all of them."
    assert sentence not in client.get("/leads/?q=555+0123").text
    monkeypatch.setattr(lead_queries, "SUFFIXES_READ", 2)
    page = client.get("/leads/?q=555+0123")
    assert sentence in page.text
    assert len(page.context["listing"].rows) == 2
    assert sentence not in client.get("/leads/?q=0123").text


def test_seven_digits_are_decrypted_once(client: Client, front_desk: User) -> None:
    LeadFactory(phone="+12125550123")
    client.force_login(front_desk)
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get("/leads/?q=555+0123").context["listing"].rows) == 1
    by_digits = [one for one in asked if 'last4_index" = ANY(' in one["sql"]]
    assert len(by_digits) == 2, "one of leads, one of further contacts"
