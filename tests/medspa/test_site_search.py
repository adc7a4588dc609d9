"""The search that every page opens: for each person what they may open."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from medspa.models import User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, PROVIDER
from tests.factories import LeadFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client: Client) -> Callable[[str, str], str]:
    """What a person of a role reads after typing."""

    def ask(role: str, typed: str) -> str:
        client.force_login(UserFactory(role=role))
        answer = client.get(reverse("admin:search"), {"s": typed})
        assert answer.status_code == 200
        return text_of(answer)

    return ask


@pytest.mark.parametrize(
    "typed", ["ma", "MARA", "mara@example.com", "(617) 555-0142", "0142", "550142"]
)
def test_a_lead_is_found_by_name_phone_and_email(
    search: Callable[[str, str], str], typed: str
) -> None:
    lead = LeadFactory(
        first_name="Mara", phone="+16175550142", email="mara@example.com"
    )
    other = LeadFactory(first_name="Tom", phone="+16175550199", email="t@example.com")
    said = search(FRONT_DESK, typed)
    assert reverse("lead", args=[lead.pk]) in said
    assert reverse("lead", args=[other.pk]) not in said
    assert "(617) 555-0142" in said


def test_a_deleted_lead_is_not_found(search: Callable[[str, str], str]) -> None:
    LeadFactory(first_name="Mara").delete()
    assert "Nothing found for “mara”." in search(ADMINISTRATOR, "mara")


def test_more_leads_than_fit_are_in_the_list(
    search: Callable[[str, str], str],
) -> None:
    for _ in range(9):
        LeadFactory(first_name="Mara")
    said = search(FRONT_DESK, "mara")
    assert said.count('role="option"') == 9
    assert f'href="{reverse("leads")}?q=mara"' in said


def test_pages_are_found_as_the_sidebar_has_them(
    search: Callable[[str, str], str],
) -> None:
    said = search(ADMINISTRATOR, "payments & ev")
    assert f'href="{reverse("payments")}"' in said
    assert "Payments &amp; events" in said
    assert "Nothing found" in search(FRONT_DESK, "payments & ev")


def test_a_provider_finds_pages_and_no_lead(
    search: Callable[[str, str], str],
) -> None:
    LeadFactory(first_name="Mara")
    assert text_without_hint(search(PROVIDER, "mara")) == "Nothing found for “mara”."
    assert reverse("my_commissions") in search(PROVIDER, "commiss")


def text_without_hint(said: str) -> str:
    return said.split("<p")[1].split(">", 1)[1].split("<span")[0].strip()


def test_what_is_typed_is_no_html_and_empty_is_nothing(
    search: Callable[[str, str], str],
) -> None:
    LeadFactory(first_name="Mara")
    assert "<b>" not in search(FRONT_DESK, "<b>x")
    for nothing in ("", "   "):
        assert "<a" not in search(FRONT_DESK, nothing)
    assert "last 4 or more digits" in search(FRONT_DESK, "zz")


def test_nobody_searches_signed_out(client: Client, db: None) -> None:
    assert client.get(reverse("admin:search"), {"s": "mara"}).status_code == 302


def test_a_person_without_a_role_finds_nothing(client: Client) -> None:
    LeadFactory(first_name="Mara")
    person: User = UserFactory()
    client.force_login(person)
    said = client.get(reverse("admin:search"), {"s": "mara"})
    assert "Mara" not in said.content.decode()
