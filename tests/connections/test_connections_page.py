"""The Connections page: set-up, sums that add up, and what waits."""

import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client

import connections
from connections.models import (
    Connection,
    DeliveryCount,
    ReceivedDelivery,
    UnmatchedEvent,
)
from connections.page.data import kind_in_words
from connections.receiving import count
from connections.refusals import STATUS_OF_CODE
from connections.registry import DOORS
from connections.setting_up import connect, secret_label, set_secrets
from connections.taking_in.leads import REJECTED
from connections.watching.figures import (
    HARMLESS,
    MOST_NAMES,
    NOT_STORED_WORDS,
    State,
    read_doors,
)
from connections.watching.health import connections_line
from connections.watching.rejected import REJECTED_WORDS
from connections.web_forms.saving import connection_of
from kpis.models import KpiEvent
from leads.search import SEARCH_TAKES
from medspa import clock
from medspa.clinic_time import clinic_today
from medspa.models import AuditEvent
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_receiving import LEAD, PAID
from tests.factories import (
    LeadFactory,
    ReceivedDeliveryFactory,
    UserFactory,
    WebFormFactory,
)
from tests.page_text import text_of

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def anything(clinic: None) -> Connection:
    return connected()


def state(name: str = "connect") -> Any:
    [door] = [door for door in read_doors() if door.door.name == name]
    return door.connections[0]


def test_an_administrator_connects_a_system(admin_client: Client) -> None:
    admin_client.post("/connections/add/", {"door": "connect", "account": "zap"})
    row = Connection.objects.get()
    page = admin_client.post(f"/connections/{row.pk}/secrets/", {"make": "yes"})
    row.refresh_from_db()
    secret = row.secret_values["signing_secret"]
    assert secret in page.content.decode()
    assert secret not in admin_client.get("/connections/").content.decode()
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"system_connected", "connection_secret_set"} <= kinds


def test_a_secret_that_is_left_empty_stays(
    admin_client: Client, anything: Connection
) -> None:
    before = anything.secret_values
    admin_client.post(f"/connections/{anything.pk}/secrets/", {"signing_secret": " "})
    anything.refresh_from_db()
    assert anything.secret_values == before


SEVERAL = sorted(name for name, door in DOORS.items() if len(door.secrets) > 1)


@pytest.mark.parametrize("name", SEVERAL)
def test_a_connection_names_the_secrets_that_it_still_needs(
    name: str, admin_client: Client
) -> None:
    row, door = connect(name, "1207"), DOORS[name]
    assert state(name).state == State.WITHOUT_SECRET
    needed = [one for one in door.secrets if one not in door.optional_secrets]
    for number, secret in enumerate(needed[:-1], 1):
        set_secrets(row.pk, {secret: "key"})
        missing = [secret_label(door, one) for one in needed[number:]]
        page = admin_client.get("/connections/").text
        assert state(name).state == State.SECRET_MISSING
        assert f"<dd>{', '.join(missing)}</dd>" in page
        assert State.WITHOUT_SECRET not in page
    set_secrets(row.pk, {(needed or door.secrets)[-1]: "key"})
    page = admin_client.get("/connections/").text
    assert State.SECRET_MISSING not in page
    assert "Still missing" not in page


def test_a_secret_is_in_no_history_as_text(anything: Connection) -> None:
    secret = anything.secret_values["signing_secret"]
    rows = Connection.history.values_list("secrets", flat=True)
    assert rows
    assert not [row for row in rows if secret.encode() in bytes(row)]


def test_a_secret_is_in_no_sentence_of_the_audit_log(
    admin_client: Client, anything: Connection
) -> None:
    admin_client.post(
        f"/connections/{anything.pk}/secrets/", {"signing_secret": "whsec-never-told"}
    )
    anything.refresh_from_db()
    assert "whsec-never-told" in anything.secret_values.values()
    page = admin_client.get("/safekeeping/audit/", {"show": "changes"})
    assert "changed secrets" in page.content.decode()
    assert "never-told" not in page.content.decode()


def test_the_sums_add_up(anything: Connection) -> None:
    send(anything, LEAD, "msg_1")
    send(anything, PAID, "msg_2")
    send(anything, {**PAID, "id": "inv_2", "who": {"email": "n@example.com"}}, "msg_3")
    send(anything, {**PAID, "id": "inv_3", "amount": "0"}, "msg_4")
    work_off_all()
    sums = state().sums
    assert sums.received == 4
    assert (sums.applied, sums.parked, sums.refused) == (2, 1, 1)


def test_a_waiting_payment_is_matched_to_a_lead(
    admin_client: Client, anything: Connection
) -> None:
    lead = LeadFactory(first_name="Bea")
    named = {**PAID, "who": {"email": "other@example.com", "first_name": "Bea"}}
    send(anything, named)
    work_off_all()
    event = UnmatchedEvent.objects.get()
    assert "other@example.com" in admin_client.get("/connections/").content.decode()
    page = admin_client.get(f"/connections/unmatched/{event.pk}/").content.decode()
    assert "Match to Bea" in page
    nobody = f"/connections/unmatched/{event.pk}/?q=nobody"
    assert f"No leads match. {SEARCH_TAKES}" in text_of(admin_client.get(nobody))
    decide = f"/connections/unmatched/{event.pk}/decide/"
    admin_client.post(decide, {"act": "match", "lead": lead.pk})
    assert KpiEvent.objects.get(lead=lead).value_cents == 30_000
    assert admin_client.get(f"/connections/unmatched/{event.pk}/").status_code == 404


def test_who_paid_before_anybody_added_them_is_added_and_then_matched(
    admin_client: Client, anything: Connection
) -> None:
    send(anything, {**PAID, "who": {"email": "new@example.com"}})
    work_off_all()
    address = f"/connections/unmatched/{UnmatchedEvent.objects.get().pk}/"
    page = admin_client.get(address).content.decode()
    assert '<a class="text-link" href="/leads/new/">Add the lead</a>' in page
    lead = LeadFactory(first_name="Nia", email="new@example.com")
    assert "Match to Nia" in admin_client.get(address).content.decode()
    admin_client.post(f"{address}decide/", {"act": "match", "lead": lead.pk})
    assert KpiEvent.objects.get(lead=lead).value_cents == 30_000


def test_a_parked_delivery_is_retried_once_its_reason_is_gone(
    admin_client: Client, anything: Connection
) -> None:
    contact_id = "abcdefghij0123456789"
    lead = LeadFactory(first_name="Eve", external_id=contact_id)
    who = {
        "contact_id": contact_id,
        "first_name": "Bea",
        "email": "bea@example.com",
        "phone": "+12125550123",
    }
    send(anything, {"what": "lead", "who": who})
    work_off_all()
    row = ReceivedDelivery.objects.get()
    assert (row.state, row.reason) == ("parked", "other_person")
    lead.first_name = "Bea"
    lead.save()
    admin_client.post(f"/connections/deliveries/{row.pk}/decide/", {"act": "retry"})
    row.refresh_from_db()
    assert row.state == "done"
    assert state().sums.parked == 0


def test_a_parked_delivery_shows_its_amount_and_person_to_who_may_see_them(
    admin_client: Client, client: Client, anything: Connection
) -> None:
    send(anything, {**PAID, "currency": "EUR"}, "msg_2")
    send(anything, {**PAID, "id": "inv_2", "when": "2090-01-01T00:00:00Z"}, "msg_3")
    work_off_all()
    page = admin_client.get("/connections/").content.decode()
    parked = page[page.index('id="parked"') :]
    assert "300.00 EUR" in parked and "$300" in parked
    assert parked.count("bea@example.com") == 2
    assert "Its date is in the future." in parked
    desk = UserFactory()
    for name in ("view_connection", "work_connection"):
        desk.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(desk)
    page = client.get("/connections/").content.decode()
    parked = page[page.index('id="parked"') :]
    assert "300" not in parked and "bea@example.com" not in parked


def test_a_web_form_is_named_by_its_title(admin_client: Client) -> None:
    form = WebFormFactory(title="Free consult")
    ReceivedDeliveryFactory(connection=connection_of(form))
    page = admin_client.get("/connections/").content.decode()
    assert "<h3>Free consult</h3>" in page
    assert "Web form Free consult" in page[page.index('id="parked"') :]
    assert f"Web form {form.pk}" not in page and f"<h3>{form.pk}" not in page
    out = StringIO()
    call_command("connections", stdout=out)
    assert "Free consult: " in out.getvalue()


def test_a_parked_delivery_is_dismissed_and_forgotten(
    admin_client: Client, anything: Connection
) -> None:
    send(anything, LEAD, "msg_1")
    send(anything, {**PAID, "currency": "EUR"}, "msg_2")
    work_off_all()
    row = ReceivedDelivery.objects.get(kind="paid")
    admin_client.post(f"/connections/deliveries/{row.pk}/decide/", {"act": "dismiss"})
    row.refresh_from_db()
    assert (row.state, row.data) == ("dismissed", "")
    assert (state().sums.parked, state().sums.refused) == (0, 1)


def test_status_says_of_each_connection_what_its_page_says(
    anything: Connection,
) -> None:
    waits = "Connect anything: waiting for the first delivery."
    assert connections_line().words == f"1 connection. {waits}"
    send(anything, LEAD)
    work_off_all()
    assert connections_line().words == "1 connection, all working."
    square = connect("square", "1207")
    set_secrets(square.pk, {"access_token": "key"})
    assert state("square").state == State.SECRET_MISSING
    assert not connections_line().is_ok
    assert connections_line().words == "Square: a secret is missing."
    Connection.objects.filter(pk=square.pk).update(is_on=False)
    assert connections_line().is_ok
    assert connections_line().words == "2 connections. Square: off."


def test_what_waits_for_over_a_day_is_told(anything: Connection) -> None:
    send(anything, PAID)
    work_off_all()
    assert connections_line().is_ok
    UnmatchedEvent.objects.update(made_at=clock.now() - timedelta(days=2))
    assert "1 item has waited for over a day" in connections_line().words


def test_silence_is_told_after_three_times_the_usual_gap(anything: Connection) -> None:
    now = clock.now()
    for number in range(12):
        ReceivedDelivery.objects.create(
            connection=anything,
            key=str(number),
            kind="lead",
            received_at=now - timedelta(days=3, hours=2 * number),
        )
    assert state().state == State.SILENT
    assert "sent nothing" in connections_line().words
    send(anything, LEAD)
    assert state().state == State.WORKING


def test_refused_deliveries_are_told(anything: Connection) -> None:
    for _ in range(10):
        Client().post(f"/connections/in/{anything.pk}/", b"{}", "application/json")
    assert state().state == State.FAILING
    DeliveryCount.objects.update(day=clinic_today() - timedelta(days=2))
    assert state().state != State.FAILING


def test_the_command_lists_every_door_with_its_figures(anything: Connection) -> None:
    send(anything, LEAD)
    work_off_all()
    out = StringIO()
    call_command("connections", "--json", stdout=out)
    doors = {door["name"]: door for door in json.loads(out.getvalue())}
    [told] = doors["connect"]["connections"]
    assert (told["received"], told["applied"], told["state"]) == (1, 1, "Working")
    out = StringIO()
    call_command("connections", stdout=out)
    assert "1 received = 1 applied" in out.getvalue()


def test_the_page_says_in_words_what_was_not_stored_and_what_waits(
    admin_client: Client, anything: Connection
) -> None:
    assert NOT_STORED_WORDS.keys() == STATUS_OF_CODE.keys() | set(HARMLESS)
    for code in (*["bad_signature"] * 2, "too_deep", *["unreadable"] * 3):
        count(anything, code)
    ReceivedDeliveryFactory(connection=anything, kind="payment_intent.succeeded")
    page = text_of(admin_client.get("/connections/"))
    assert "4 unreadable, 2 with a wrong signature" in page
    parked = page.partition("Waiting for a decision")[2]
    title = f"Connect anything {anything.account}".strip()
    assert f'Payment intent succeeded <span class="mute">{title}</span>' in parked


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("payment_intent.succeeded", "Payment intent succeeded"),
        ("ContactCreate", "Contact create"),
        ("invitee", "Invitee"),
    ],
)
def test_what_a_system_sends_is_named_in_words(kind: str, words: str) -> None:
    assert kind_in_words(kind) == words


def test_the_page_says_why_items_were_rejected(
    anything: Connection, admin_client: Client
) -> None:
    nameless = {"what": "lead", "who": {"email": "nobody@example.com"}}
    send(anything, LEAD, "msg_1")
    send(anything, nameless, "msg_2")
    send(anything, {**nameless, "source": "google"}, "msg_3")
    send(anything, {**PAID, "amount": "99999999999"}, "msg_4")
    work_off_all()
    one = state()
    assert one.sums.refused == sum(number for _, number in one.rejected) == 3
    told = " ".join(admin_client.get("/connections/").text.split())
    assert (
        "Rejected: 2 without a first name, 1 with an amount that is too large" in told
    )
    out = StringIO()
    call_command("connections", "--json", stdout=out)
    [connect_] = [one for one in json.loads(out.getvalue()) if one["name"] == "connect"]
    assert connect_["connections"][0]["refused_why"]["without a first name"] == 2


def test_every_reason_of_a_rejection_has_words() -> None:
    """Those in the code; what a file's row says is told where it was imported."""
    code = "".join(
        path.read_text() for path in Path(connections.__file__).parent.rglob("*.py")
    )
    reasons = set(re.findall(r'Outcome\.REFUSED,\s*(?:reason=)?"(\w+)"', code))
    assert reasons - {"not_accepted"} <= REJECTED_WORDS.keys()
    assert set(REJECTED.values()) <= REJECTED_WORDS.keys()


def test_fields_that_were_left_out_are_told_by_their_names_only(
    anything: Connection, admin_client: Client
) -> None:
    send(anything, {**LEAD, "intake_notes": "a migraine", "ana@smith.example": "who"})
    send(anything, {**PAID, "intake_notes": "another"}, "msg_2")
    page = admin_client.get("/connections/").content.decode()
    names = "intake_notes, notes, who.last_name, others"
    assert f"Fields skipped in the latest deliveries: {names}" in page
    assert "migraine" not in page and "ana@smith" not in page


def test_a_stored_name_that_may_be_about_somebody_is_not_shown() -> None:
    names = ["", "Call ana@example.com", "Born 7/22/1990"]
    ReceivedDeliveryFactory(connection=connected(), dropped=names)
    assert state().left_out == ["others"]


def test_the_most_frequent_names_of_left_out_fields_come_first() -> None:
    row = connected()
    for place in range(3):
        dropped = [f"field_{n}" for n in range(place, MOST_NAMES + 1)]
        ReceivedDeliveryFactory(connection=row, dropped=dropped)
    names = state().left_out
    assert names[-1] == "others" and len(names) == MOST_NAMES + 1
    assert names[0] == "field_2" and "field_1" in names and "field_0" not in names
