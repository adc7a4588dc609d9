"""Email and phone of a lead: sealed in the table, readable in the code."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.forms import modelform_factory

from leads.models import Lead, LeadSummary
from medspa.encryption.ciphers import DecryptionError
from medspa.encryption.fields import SEALED_IN_FIXTURE
from tests.factories import LeadFactory
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
LeadForm = modelform_factory(Lead, fields=["first_name", "email", "phone", "source"])


def stored(lead: Lead, column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM leads_lead WHERE id = %s",  # noqa: S608
            [lead.pk],
        )
        return bytes(cursor.fetchone()[0])


def store(lead: Lead, column: str, value: bytes) -> Lead:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE leads_lead SET {column} = %s WHERE id = %s",  # noqa: S608
            [value, lead.pk],
        )
    return Lead.objects.get(pk=lead.pk)


def test_the_code_reads_text_where_the_table_holds_sealed_bytes() -> None:
    lead = LeadFactory(email=" Ana@Example.com ", phone="(212) 555-0123")
    assert (lead.email, lead.phone) == ("Ana@example.com", "+12125550123")
    again = Lead.objects.get(pk=lead.pk)
    assert (again.email, again.phone) == ("Ana@example.com", "+12125550123")
    assert b"example" not in stored(lead, "email")
    assert b"555" not in stored(lead, "phone")


def test_an_unchanged_value_keeps_its_bytes_and_a_changed_one_does_not() -> None:
    lead = LeadFactory()
    email, phone = stored(lead, "email"), stored(lead, "phone")
    again = Lead.objects.get(pk=lead.pk)
    again.first_name, again.phone = "Bea", "+12125550199"
    again.save()
    assert stored(lead, "email") == email
    assert stored(lead, "phone") != phone


def test_emptying_a_contact_empties_its_columns() -> None:
    lead = LeadFactory()
    lead.email = lead.phone = ""
    lead.save()
    columns = ("email", "email_index", "phone", "phone_index", "phone_last4_index")
    assert [stored(lead, column) for column in columns] == [b""] * 5
    assert Lead.objects.get(pk=lead.pk).email == ""


def test_a_value_copied_to_another_lead_does_not_open() -> None:
    ana, bea = LeadFactory(), LeadFactory()
    thief = store(bea, "email", stored(ana, "email"))
    with pytest.raises(DecryptionError):
        _ = thief.email


def test_a_value_copied_to_another_column_does_not_open() -> None:
    ana = LeadFactory()
    mixed = store(ana, "phone", stored(ana, "email"))
    with pytest.raises(DecryptionError):
        _ = mixed.phone


def test_a_changed_byte_does_not_open() -> None:
    ana = LeadFactory()
    sealed = bytearray(stored(ana, "email"))
    sealed[-1] ^= 1
    with pytest.raises(DecryptionError):
        _ = store(ana, "email", bytes(sealed)).email


def test_an_unread_value_is_never_opened() -> None:
    lead = store(LeadFactory(), "email", b"\x01" + bytes(60))
    assert lead.first_name


@pytest.mark.parametrize("field", ["email", "phone"])
def test_the_only_way_to_write_is_to_save_the_row(field: str) -> None:
    lead = LeadFactory()
    with pytest.raises(TypeError, match="save the row"):
        Lead.objects.filter(pk=lead.pk).update(**{field: "ana@example.com"})
    with pytest.raises(TypeError, match="save the row"):
        Lead.objects.bulk_update([lead], [field])


@pytest.mark.parametrize("lookup", ["email", "email__in", "phone", "phone__exact"])
def test_a_search_in_sealed_bytes_is_refused(lookup: str) -> None:
    value = ["ana@example.com"] if lookup.endswith("__in") else "ana@example.com"
    with pytest.raises(TypeError, match="blind index"):
        list(Lead.objects.filter(**{lookup: value}))


def test_many_leads_made_at_once_are_sealed_and_found() -> None:
    Lead.objects.bulk_create(
        [LeadFactory.build(email=f"bulk{number}@example.com") for number in range(3)]
    )
    found = Lead.objects.with_email("BULK1@example.com").get()
    assert found.email == "bulk1@example.com"


def test_deferred_contacts_are_read_when_asked_for() -> None:
    lead = LeadFactory(email="ana@example.com")
    slim = Lead.objects.defer("email").get(pk=lead.pk)
    assert slim.email == "ana@example.com"
    slim.first_name = "Bea"
    slim.save()
    assert Lead.objects.with_email("ana@example.com").get().first_name == "Bea"


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"email": "not-an-email"}, {"email"}),
        ({"phone": "+1 555"}, {"phone"}),
        ({"email": "sealed:AAAA"}, {"email"}),
        ({"phone": "sealed:AAAA"}, {"phone"}),
        ({"first_name": "Sarah Smith"}, {"first_name"}),
        ({"email": "", "phone": ""}, set()),
    ],
)
def test_a_form_refuses_beside_the_field(data: dict, errors: set[str]) -> None:
    form = LeadForm(
        {"first_name": "Ana", "email": "a@example.com", "source": "other"} | data
    )
    assert set(form.errors) == errors


def test_a_form_shows_the_text_and_saves_the_new_one() -> None:
    lead = Lead.objects.get(pk=LeadFactory(email="ana@example.com").pk)
    assert "ana@example.com" in str(LeadForm(instance=lead)["email"])
    form = LeadForm(
        {"first_name": "Ana", "email": "b@example.com", "source": "other"},
        instance=lead,
    )
    form.save()
    assert Lead.objects.get(pk=lead.pk).email == "b@example.com"


@pytest.mark.parametrize("wrong", ["not-an-email", "ana@", "sealed:AAAA"])
def test_code_cannot_save_what_a_form_would_refuse(wrong: str) -> None:
    lead = LeadFactory()
    lead.email = wrong
    with pytest.raises(ValidationError):
        lead.save()


def test_a_fixture_holds_no_plain_contact_and_loads_as_it_was(tmp_path: Path) -> None:
    lead = LeadFactory(email="ana@example.com", phone="+12125550123")
    empty = LeadFactory(email="", phone="")
    before = stored(lead, "email")
    file = tmp_path / "leads.json"
    call_command("dumpdata", "leads.lead", "leads.leadhistory", output=str(file))
    text = file.read_text()
    assert "ana@example.com" not in text
    assert "2125550123" not in text
    assert json.loads(text)[0]["fields"]["email"].startswith(SEALED_IN_FIXTURE)
    let_history_change(Lead)
    Lead.history.all()._raw_delete("default")
    LeadSummary.objects.all().delete()
    Lead.all_objects.all()._raw_delete("default")
    call_command("loaddata", str(file), stdout=StringIO())
    again = Lead.objects.with_email("ana@example.com").get()
    assert (again.email, again.phone) == ("ana@example.com", "+12125550123")
    assert stored(lead, "email") == before
    assert lead.history.get().email == "ana@example.com"
    assert Lead.objects.get(pk=empty.pk).email == ""
