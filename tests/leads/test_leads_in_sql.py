"""What raw SQL can store of a lead, and what it can't."""

import pytest
from django.db import IntegrityError, connection

from leads.models import Lead
from leads.privacy import (
    DOUBLE_NAMES,
    TITLES,
    is_given_name,
)
from tests.factories import (
    LeadFactory,
)
from tests.rules import constraint_of, update

pytestmark = pytest.mark.django_db
CASES = (str, str.upper, str.lower)
STOPS = ("", ".", "..")


@pytest.mark.parametrize(
    "raw",
    [
        {"email": b"ana@example.com"},
        {"email": b""},
        {"email_index": b""},
        {"email": b"\x02" + bytes(60)},
    ],
    ids=["plain text", "index alone", "email alone", "unknown version"],
)
def test_sql_can_store_neither_a_plain_email_nor_half_of_one(raw: dict) -> None:
    with pytest.raises(IntegrityError) as refusal:
        update_bytes(LeadFactory(), raw)
    assert constraint_of(refusal.value) == "leads_lead_email_is_sealed_and_indexed"


def update_bytes(lead: Lead, raw: dict[str, bytes]) -> None:
    columns = ", ".join(f"{name} = %s" for name in raw)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE leads_lead SET {columns} WHERE id = %s",  # noqa: S608
            [*raw.values(), lead.pk],
        )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Sarah Smith",
        "Sarah\u00a0Smith",
        "ana@example.com",
        "Ana7",
        "-",
        "a=b",
        "Sarah²",
        "Sarahª",
        "SarahⅣ",
        "sarah.smith",
        "Sarah\u3164Smith",
        "Sarah♥",
        "Dr.",
        "mrs",
        "\u0301Ana",
    ],
)
def test_sql_can_store_only_one_given_name(name: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        update(LeadFactory(), {"first_name": name})
    assert constraint_of(refusal.value) == "leads_lead_first_name_is_one_given_name"


@pytest.mark.parametrize(
    "name", ["Mary Ann", "José", "O’Brien", "J.R.", "प्रिया", "山田"]
)
def test_sql_can_store_a_given_name_of_any_script(name: str) -> None:
    lead = LeadFactory()
    update(lead, {"first_name": name})
    lead.refresh_from_db()
    lead.full_clean()
    assert lead.first_name == name


def test_the_campaign_of_a_lead_must_exist() -> None:
    lead = LeadFactory()
    lead.campaign_id = "cnone"
    with pytest.raises(IntegrityError) as refusal, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET campaign_id = 'cnone' WHERE id = %s", [lead.pk]
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert "campaign_id" in constraint_of(refusal.value)


def test_two_leads_may_share_an_email_a_phone_and_have_no_contact_id() -> None:
    first = LeadFactory()
    second = LeadFactory(email=first.email, phone=first.phone)
    second.full_clean()
    assert list(Lead.objects.with_email(first.email).order_by("id")) == [first, second]


def test_form_and_database_know_the_same_letters() -> None:
    """Each character as the second of a name; of the large scripts every 41st."""
    points = [
        *range(1, 0x3100),
        *range(0x3100, 0xD800, 41),
        *range(0xE000, 0x40000, 41),
    ]
    names = [f"A{chr(point)}" for point in points]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE leads_is_given_name(name)",
            [names],
        )
        in_database = {name for (name,) in cursor}
    assert in_database == {name for name in names if is_given_name(name)}
    assert len(in_database) > 5_000


def test_form_and_database_know_the_same_names_of_two_words_initials_and_titles() -> (
    None
):
    names = [
        *(case(name) for name in DOUBLE_NAMES.split("|") for case in CASES),
        *(case(title) + stop for title in TITLES for case in CASES for stop in STOPS),
        *(f"{first}.{second}" for first in "Jéप" for second in ("", "R", "-R.", "RS")),
        *("Mary Ann Lee", "Ann Mary", "Mary  Ann", "Mary Ann.", ".J", "Ana-", "-Ana"),
        *(
            "O’Brien",
            "O'Brien",
            "Jean-Luc",
            "Ana Maria\n",
            "Drew",
            "Missy",
            "Ana..",
            "",
        ),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, leads_is_given_name(name) FROM unnest(%s::text[]) name",
            [names],
        )
        in_database = dict(cursor.fetchall())
    assert in_database == {name: is_given_name(name) for name in names}
    assert {*in_database.values()} == {True, False}
