"""Leads that asked not to be contacted: marked, shown, and left alone."""

import re
from csv import DictReader
from io import StringIO

import pytest
from django.test import Client

from leads.lead_list.export import export
from leads.models import Lead, LeadMerge
from leads.selection.filters import open_waiting_q
from leads.services.actions import ActionRefused
from leads.services.contacting import stop_contact
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from leads.today import queue
from medspa import clock
from medspa.models import User
from tests.factories import LeadFactory, StageFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Lead:
    stage = StageFactory(name="New", order=1)
    return LeadFactory(
        first_name="Ana",
        email="ana@example.com",
        phone="+12125550123",
        source="instagram",
        stage=stage,
    )


def page(client: Client, lead: Lead) -> str:
    return client.get(f"/leads/{lead.pk}/").content.decode()


def test_the_desk_marks_a_lead_and_undoes_it(
    client: Client, front_desk: User, lead: Lead
) -> None:
    client.force_login(front_desk)
    assert "tel:" in page(client, lead)
    address = f"/leads/{lead.pk}/do-not-contact/"
    told = client.post(address, {"act": "stop"}, follow=True).content.decode()
    assert "Ana is marked as do not contact." in told
    shown = page(client, lead)
    assert "Do not contact: Ana asked not to be" in shown
    assert not [way for way in ("tel:", "sms:", "mailto:") if way in shown]
    assert "ana@example.com" in shown
    newest = lead.history.order_by("-history_id").first()
    assert newest.history_user == front_desk
    undo = {"source": "lead", "row": newest.history_id}
    client.post(f"/leads/{lead.pk}/undo/", undo)
    lead.refresh_from_db()
    assert lead.do_not_contact_at is None


def test_allowing_contact_again_takes_the_mark_away(
    client: Client, front_desk: User, lead: Lead
) -> None:
    client.force_login(front_desk)
    stop_contact(lead)
    client.post(f"/leads/{lead.pk}/do-not-contact/", {"act": "allow"})
    lead.refresh_from_db()
    assert lead.do_not_contact_at is None
    assert "tel:" in page(client, lead)


def test_marking_twice_keeps_the_first_moment(lead: Lead) -> None:
    stop_contact(lead)
    first = lead.do_not_contact_at
    assert not stop_contact(lead)
    lead.refresh_from_db()
    assert lead.do_not_contact_at == first


def test_board_list_and_today_say_so_and_offer_no_call(
    client: Client, front_desk: User, lead: Lead
) -> None:
    client.force_login(front_desk)
    TaskFactory(lead=lead, due_at=clock.now())
    assert "tel:" in client.get("/leads/today/").content.decode()
    stop_contact(lead)
    for address in ("/leads/board/", "/leads/"):
        shown = client.get(address).content.decode()
        assert "Ana" in shown
        assert re.search(r'class="[\w -]+ bad">Do not contact<', shown)
        assert "tel:" not in shown and "mailto:" not in shown
    today = client.get("/leads/today/").content.decode()
    assert f"/leads/{lead.pk}/" in today and "tel:" not in today
    assert '<strong class="bad">Do not contact</strong>' in today


def test_an_export_says_who_must_not_be_contacted(lead: Lead, front_desk: User) -> None:
    LeadFactory(first_name="Bea")
    stop_contact(lead)
    file = b"".join(export(Lead.objects.all(), front_desk, "")).decode()
    rows = {
        row["First name"]: row for row in DictReader(StringIO(file.lstrip("\ufeff")))
    }
    assert [rows[name]["Do not contact"] for name in ("Ana", "Bea")] == ["yes", ""]


def test_they_wait_for_nobody(lead: Lead, front_desk: User) -> None:
    assert Lead.objects.filter(open_waiting_q()).exists()
    assert list(queue(clock.now(), front_desk, ())) == [lead.pk]
    stop_contact(lead)
    assert not Lead.objects.filter(open_waiting_q()).exists()
    assert not list(queue(clock.now(), front_desk, ()))


def test_a_merge_keeps_the_stricter_and_its_undo_gives_both_back(lead: Lead) -> None:
    other = LeadFactory(first_name="Ana", email="ana2@example.com")
    stop_contact(other)
    row: LeadMerge = merge(lead.pk, other.pk, MergeChoice())
    lead.refresh_from_db()
    assert lead.do_not_contact_at == other.do_not_contact_at
    unmerge(row.pk)
    lead.refresh_from_db()
    assert lead.do_not_contact_at is None


def test_nobody_is_marked_who_was_erased(lead: Lead) -> None:
    lead.erased_at = clock.now()
    with pytest.raises(ActionRefused):
        stop_contact(lead)


def test_the_wish_and_its_end_are_said_in_the_timeline(
    client: Client, front_desk: User, lead: Lead
) -> None:
    client.force_login(front_desk)
    address = f"/leads/{lead.pk}/do-not-contact/"
    client.post(address, {"act": "stop"})
    client.post(address, {"act": "allow"})
    shown = page(client, lead)
    assert "Marked this as do not contact" in shown
    assert "Allowed contact again" in shown
    assert "do not contact since" not in shown
