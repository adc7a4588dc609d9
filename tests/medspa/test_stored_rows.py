"""Rows that older versions stored: today's code reads and finds them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from leads.models import Lead
from medspa.encryption.json_rows import instance_from_json
from tests.factories import ImportFileFactory, LeadFactory
from tests.medspa.test_stored_encryption import KEY, STORED
from tests.rules import constraint_of

pytestmark = pytest.mark.django_db
LEAD = "c0mhyx2w1abcdefghijklmnop"
EMAIL = STORED
PHONE = bytes.fromhex(
    "017d8a485a18191a1b1c1d1e1f20212223382e7221e97c507a31328ffa645bb8a6"
    "eb41029897074c9edaf0214f"
)
EMAIL_INDEX = bytes.fromhex("961cee026a8de02207ba10cbbc0fae55")
PHONE_INDEX = bytes.fromhex("5bd1f0105d69b0aa7b993cfeeca9529f")
LAST4_INDEX = bytes.fromhex("6b8f9c7d6af224c0c7153225ad29e344")
COLUMNS = {
    "email": EMAIL,
    "email_index": EMAIL_INDEX,
    "phone": PHONE,
    "phone_index": PHONE_INDEX,
    "phone_last4_index": LAST4_INDEX,
}
# A file from Meta: two rows, row 5 failed.
FILE = bytes.fromhex(
    "017d8a485a2425262728292a2b2c2d2e2f88adc7b14c3c7f131b8a006174b66a37a5ff1ec6327ef0"
    "0281140f2ee385aa317b8bf10d8878a7a3fe215954c58eed1b5ed4f1ab14b4d424d5235e5091c9e4"
    "25793cdccc977b3cab61171a159d6040a3b976c1a513208dc1ad1234fbc4dabc4cc140eadc16d803"
    "48f84f0b6986f98aac0c4eb13dda85799afc7558bda6012c7603b8a6cf769c73a9aaabd9bcd1c09d"
    "416f587a35370c2bc76907359cfe81361b126b60204e2a3c7ca015153fbf497419e932eff2e62940"
    "15f7c4e399c9e8cf797565f0ea252786e1711a9bb5771d958519e45d0866cab935b76e0b61b612ec"
    "5afd82189fa5b6dd9124717ab1ab696bb1347931a8eec810f08f2bf645b39a1900a049e23acfd31b"
    "548d13a10bc1456d219d57048676777ba85a8fccd1e433194c8ad22fddc7aa696449fac43e"
)


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> Iterator[None]:
    settings.FIELD_ENCRYPTION_KEYS = [KEY]
    settings.BLIND_INDEX_KEY = KEY
    yield


def set_columns(table: str, row_id: str, values: dict[str, Any]) -> None:
    sets = ", ".join(f"{name} = %s" for name in values)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} WHERE id = %s",  # noqa: S608
            [*values.values(), row_id],
        )


@pytest.fixture
def ana() -> Lead:
    """A lead whose contacts were sealed and indexed by an older version."""
    LeadFactory(id=LEAD, first_name="Ana", email="", phone="")
    set_columns("leads_lead", LEAD, COLUMNS)
    return Lead.objects.get(pk=LEAD)


def test_a_stored_lead_is_read_and_found(ana: Lead) -> None:
    assert (ana.email, ana.phone) == ("ana@example.com", "+12125550123")
    assert Lead.objects.with_email("ANA@example.com ").get() == ana
    assert Lead.objects.with_phone("+12125550123").get() == ana
    assert Lead.objects.with_last_four("0123").get() == ana


def test_a_stored_lead_that_is_saved_again_keeps_its_bytes(ana: Lead) -> None:
    ana.first_name = "Bea"
    ana.save()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT first_name, {', '.join(COLUMNS)} FROM leads_lead"  # noqa: S608
        )
        assert [*cursor.fetchone()] == ["Bea", *COLUMNS.values()]


def test_a_new_lead_has_the_same_indexes_and_the_same_header() -> None:
    LeadFactory(id=LEAD, email="ANA@Example.com", phone="212-555-0123")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM leads_lead")  # noqa: S608
        email, email_index, phone, *phone_indexes = map(bytes, cursor.fetchone())
    assert email_index == EMAIL_INDEX
    assert phone_indexes == [PHONE_INDEX, LAST4_INDEX]
    assert email[:5].hex() == phone[:5].hex() == "017d8a485a"
    assert (len(email), len(phone)) == (len(EMAIL), len(PHONE))


def test_a_stored_history_row_is_read(ana: Lead) -> None:
    record = ana.history.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_leadhistory SELECT (jsonb_populate_record(h,"
            " jsonb_build_object('email', %s::bytea, 'phone', %s::bytea,"
            " 'history_id', 0))).* FROM leads_leadhistory h WHERE history_id = %s",
            [EMAIL, PHONE, record.history_id],
        )
    record = ana.history.get(history_id=0)
    assert (record.email, record.phone) == ("ana@example.com", "+12125550123")


def test_a_stored_row_that_comes_as_json_is_read(ana: Lead) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(l)::text FROM leads_lead l")
        (text,) = cursor.fetchone()
    data = {
        "id": LEAD,
        "email": "\\x" + EMAIL.hex(),
        "email_index": "\\x" + EMAIL_INDEX.hex(),
        "created_at": "2026-03-04T05:06:07.891234+00:00",
        "deleted_at": None,
    }
    assert f'"email": "\\{data["email"]}"' in text
    lead = instance_from_json(Lead, data)
    assert (lead.email, lead.email_index) == ("ana@example.com", EMAIL_INDEX)
    assert lead.created_at.isoformat() == data["created_at"]
    assert lead.deleted_at is None
    assert lead.get_deferred_fields() >= {"phone", "first_name"}


# `b64encode(EMAIL)`, written out.
IN_FIXTURE = "sealed:AX2KSFoAAQIDBAUGBwgJCgsmbLdboJ2jdv0t8qXShhU9Q1lY77H6gHF71UUQhwRC"


def test_a_stored_fixture_is_loaded_and_written_alike(ana: Lead) -> None:
    text = serializers.serialize("json", [ana])
    assert f'"email": "{IN_FIXTURE}"' in text
    Lead.objects.update(first_name="Bea")
    (row,) = serializers.deserialize("json", text)
    row.save()
    again = Lead.objects.get(pk=LEAD)
    assert (again.first_name, again.email) == ("Ana", "ana@example.com")


# What the database takes for sealed ------------------------------------------------

HEADER_AND_TAG = b"\x01" + bytes(32)
SHORTEST = HEADER_AND_TAG + b"x"
INDEX = bytes(16)


def refusal_of(**columns: bytes) -> str:
    """The constraint that refuses the columns; the others are empty."""
    LeadFactory(id=LEAD, email="", phone="")
    try:
        set_columns("leads_lead", LEAD, columns)
    except IntegrityError as error:
        return constraint_of(error)
    return ""


@pytest.mark.parametrize(
    ("sealed", "index"),
    [(b"", b""), (SHORTEST, INDEX), (EMAIL, EMAIL_INDEX)],
    ids=["empty", "one letter", "real"],
)
def test_the_database_takes_what_is_sealed_and_indexed(
    sealed: bytes, index: bytes
) -> None:
    columns = {"email": sealed, "email_index": index}
    columns |= {"phone": sealed, "phone_index": index, "phone_last4_index": index}
    assert refusal_of(**columns) == ""


UNSEALED = {
    "plain text": (b"ana@example.com is long enough to be taken", INDEX),
    "another version": (b"\x02" + SHORTEST[1:], INDEX),
    "no version": (b"\x00" + SHORTEST[1:], INDEX),
    "a version in the middle": (b"\x00" + bytes(10) + b"\x01" * 40, INDEX),
    "header and tag alone": (HEADER_AND_TAG, INDEX),
    "the version alone": (b"\x01", INDEX),
    "no index": (SHORTEST, b""),
    "a short index": (SHORTEST, INDEX[1:]),
    "a long index": (SHORTEST, INDEX + b"x"),
    "an index of nothing": (b"", INDEX),
}


@pytest.mark.parametrize("name", UNSEALED)
def test_the_database_refuses_an_email_that_is_not_sealed(name: str) -> None:
    sealed, index = UNSEALED[name]
    refusal = refusal_of(email=sealed, email_index=index)
    assert refusal == "leads_lead_email_is_sealed_and_indexed"


@pytest.mark.parametrize("name", UNSEALED)
@pytest.mark.parametrize("wrong", ["phone_index", "phone_last4_index"])
def test_the_database_refuses_a_phone_that_is_not_sealed_and_indexed_twice(
    name: str, wrong: str
) -> None:
    sealed, index = UNSEALED[name]
    right = {"phone_index", "phone_last4_index"} - {wrong}
    columns = {wrong: index, right.pop(): INDEX if sealed else b""}
    refusal = refusal_of(phone=sealed, **columns)
    assert refusal == "leads_lead_phone_is_sealed_and_indexed"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", ""),
        (SHORTEST, ""),
        (FILE, ""),
        (HEADER_AND_TAG, "leads_importfile_is_sealed"),
        (b"\x02" + FILE[1:], "leads_importfile_is_sealed"),
        (b'{"rows": "in plain text, long enough"}', "leads_importfile_is_sealed"),
    ],
    ids=["empty", "one letter", "real", "nothing", "another version", "plain"],
)
def test_the_database_takes_import_rows_only_sealed(
    content: bytes, refusal: str
) -> None:
    ImportFileFactory(id=LEAD)
    said = ""
    try:
        set_columns("leads_importfile", LEAD, {"content": content})
    except IntegrityError as error:
        said = constraint_of(error)
    assert said == refusal
