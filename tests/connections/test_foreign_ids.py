"""Ids of other systems are compared and never read: only fingerprints are stored."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection as database

from connections.door import Delivery
from connections.door_parts.foreign_ids import fingerprint, stored_id
from connections.doors.connect import DOOR
from connections.models import ExternalId, ItemOutcome, UnmatchedEvent
from connections.taking_in.stored_ids import fingerprint_stored_ids
from kpis.models import KpiEvent
from medspa import clock
from tests.connections.bringing import ago, bring, event
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_canaries import TABLES
from tests.connections.test_files_of_payments import bring as bring_file
from tests.factories import LeadFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]
SAID = ("lopez", "1980-02-03", "hiv-")
PAID: dict[str, Any] = {
    "what": "paid",
    "id": "Lopez_Maria_1980-02-03",
    "when": ago(hours=2).isoformat(),
    "amount": 300,
    "who": {
        "email": "maria@example.com",
        "ids": {
            "customer": "Lopez-1980-02-03",
            "diagnosis": "HIV-positive",
            "last_name": "Lopez",
        },
    },
}
ROWS = (
    "Transaction ID,Date,Amount,Status,Client ID,Email\n"
    "Lopez_1980-02-03,{day},300.00,Paid,HIV-Lopez,maria@example.com\n"
)


def tables_that_say(*words: str) -> list[str]:
    found = []
    with database.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} row WHERE row::text ILIKE ANY(%s)",  # noqa: S608
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_a_fingerprint_is_what_it_was_in_every_version(settings: Any) -> None:
    settings.SAFEKEEPING_KEY = "c2FmZWtlZXBpbmcta2V5LWZvci1hLXRlc3QtMzJiISE="
    assert fingerprint("inv_1") == "id:GDY776QHBHPBGJCUQTEQZCLR4B"
    assert fingerprint("") == ""
    assert stored_id(fingerprint("inv_1")) == fingerprint("inv_1")


@pytest.mark.parametrize("email", ["maria@example.com", "nobody@example.com"])
def test_no_table_has_what_somebody_wrote_into_an_id(email: str) -> None:
    """Neither of a payment that is recorded nor of one that waits."""
    LeadFactory(first_name="Maria", email="maria@example.com")
    who = {**PAID["who"], "email": email}
    answer = send(connected(), {**PAID, "who": who}, webhook_id="Lopez_1980-02-03")
    assert answer.status_code == 200
    work_off_all()
    assert tables_that_say(*SAID) == []
    assert UnmatchedEvent.objects.count() + KpiEvent.objects.count() == 1
    waiting = UnmatchedEvent.objects.first()
    assert waiting is None or "opez" not in waiting.content


def test_kinds_of_ids_that_nobody_knows_are_left_out_and_told() -> None:
    connection = connected()
    send(connection, PAID)
    [delivery] = connection.deliveries.all()
    assert delivery.dropped == ["who.ids.diagnosis", "who.ids.last_name"]
    assert [kind for kind, _ in delivery.content["who"]["ids"]] == ["customer"]
    assert "opez" not in delivery.data


def test_pairs_in_place_of_kinds_bring_no_others_in() -> None:
    body = b'{"what": "lead", "who": {"email": "a@b.co", "ids": [["diagnosis", "x"]]}}'
    [projection] = DOOR.read(Delivery(body=body, received_at=clock.now()))
    assert "ids" not in projection.data["who"]


def test_ids_find_the_lead_and_the_payment_again() -> None:
    lead = LeadFactory(first_name="Maria", email="maria@example.com")
    connection = connected()
    who = {"ids": {"customer": "Lopez-1980-02-03"}}
    send(connection, PAID)
    send(connection, PAID, "msg_2")
    send(connection, {**PAID, "id": "b", "who": who}, "msg_3")
    refund = {"what": "refunded", "id": "r", "parent_id": "b", "amount": 300}
    send(connection, {**PAID, **refund, "who": {}}, "msg_4")
    work_off_all()
    assert KpiEvent.objects.filter(lead=lead).count() == 3


def test_files_leave_no_id_that_can_be_read() -> None:
    lead = LeadFactory(first_name="Maria", email="maria@example.com")
    rows = ROWS.format(day=f"{ago(days=3):%Y-%m-%d}")
    assert bring_file(rows, "vagaro").outcomes == {"created": 1}
    assert bring_file(rows, "vagaro").outcomes == {"unchanged": 1}
    assert ExternalId.objects.filter(lead=lead, kind="customer").exists()
    assert tables_that_say(*SAID) == []


def upgrade() -> None:
    fingerprint_stored_ids(apps.get_model)


def make_plain(row: Any, **values: str) -> None:
    type(row).objects.filter(pk=row.pk).update(**values)


def test_rows_of_earlier_versions_match_after_the_upgrade() -> None:
    lead = LeadFactory(first_name="Maria", email="maria@example.com")
    connection = connected()
    send(connection, PAID)
    send(connection, {**PAID, "id": "w", "who": {"email": "no@example.com"}}, "msg_2")
    work_off_all()
    make_plain(ExternalId.objects.get(kind="payment"), value=PAID["id"])
    make_plain(ExternalId.objects.get(kind="customer"), value="Lopez-1980-02-03")
    make_plain(ItemOutcome.objects.get(outcome="created"), object_id=PAID["id"])
    make_plain(ItemOutcome.objects.get(outcome="parked"), object_id="w")
    make_plain(UnmatchedEvent.objects.get(), object_id="w")
    ExternalId.objects.create(
        system="connect", kind="diagnosis", value="HIV", lead=lead
    )
    rows = ExternalId.objects.count()
    upgrade()
    upgrade()
    assert tables_that_say(*SAID) == []
    assert not ExternalId.objects.filter(kind="diagnosis").exists()
    assert ExternalId.objects.count() == rows
    send(connection, PAID, "msg_3")
    who = {"ids": {"customer": "Lopez-1980-02-03"}}
    send(connection, {**PAID, "id": "w", "who": who}, "msg_4")
    work_off_all()
    assert KpiEvent.objects.count() == 2
    assert not UnmatchedEvent.objects.filter(state="waiting").exists()
    assert set(ItemOutcome.objects.values_list("outcome", flat=True)) == {
        "created",
        "unchanged",
    }


def test_repeated_rows_of_a_file_match_after_the_upgrade() -> None:
    LeadFactory(email="maria@example.com")
    head, row = ROWS.format(day=f"{ago(days=3):%Y-%m-%d}").splitlines()
    rows = f"{head}\n{row}\n{row.replace('300', '200')}\n"
    bring_file(rows, "vagaro")
    known = fingerprint("Lopez_1980-02-03")
    for one in ExternalId.objects.filter(kind="payment"):
        make_plain(one, value=one.value.replace(known, "Lopez_1980-02-03"))
    upgrade()
    assert tables_that_say(*SAID) == []
    assert bring_file(rows, "vagaro").outcomes == {"unchanged": 2}


def test_what_the_version_before_stored_twice_is_no_fault() -> None:
    """It did not know the fingerprint, and took the same object in again."""
    lead = LeadFactory()
    for value in ("cus_1", fingerprint("cus_1")):
        ExternalId.objects.create(
            system="stripe", kind="customer", value=value, lead=lead
        )
    upgrade()
    values = set(ExternalId.objects.values_list("value", flat=True))
    assert fingerprint("cus_1") in values
    assert len(values) == 2
    assert "cus_1" not in values


def test_the_number_of_a_row_is_known_after_the_first_rows_upgrade() -> None:
    lead = LeadFactory()
    for value in (fingerprint("inv"), "inv:2", "own:7"):
        ExternalId.objects.create(
            system="vagaro", kind="customer", value=value, lead=lead
        )
    upgrade()
    assert set(ExternalId.objects.values_list("value", flat=True)) == {
        fingerprint("inv"),
        f"{fingerprint('inv')}:2",
        fingerprint("own:7"),
    }


def test_ids_of_gohighlevel_stay_as_they_are() -> None:
    """It is asked for its objects by them."""
    LeadFactory(email="ana@example.com")
    item = event("paid", "64f0c0ffee0000000000abcd", system="gohighlevel")
    [result] = bring(item)
    upgrade()
    assert item.object_id == "64f0c0ffee0000000000abcd"
    assert result.outcome == "created"
