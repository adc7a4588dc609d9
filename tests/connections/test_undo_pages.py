"""The pages of an undo: the link after an import, the preview, the result."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from connections.models import UndoRun
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_zone
from medspa.models import User
from tests.connections.doors import connected, send, work_off_all
from tests.connections.test_receiving import LEAD, PAID
from tests.connections.test_undo_of_leads import ANA, BEA
from tests.connections.undoing import HEADERS, import_leads
from tests.factories import LeadFactory
from tests.page_text import text_of

pytestmark = pytest.mark.usefixtures("clinic")


@pytest.fixture
def page(client: Client, clinic: None, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_an_import_is_undone_from_its_own_page(page: Client) -> None:
    file = SimpleUploadedFile("leads.csv", f"{HEADERS}\n{ANA}\n{BEA}".encode())
    done = text_of(
        page.post(reverse("lead_import"), {"file": file, "action": "import"})
    )
    [address] = re.findall(r'href="(/connections/undo/[^"]+)"', done)
    preview = text_of(page.get(address))
    assert ">2</strong> new leads would be deleted" in preview
    assert Lead.objects.count() == 2
    result = text_of(page.post(address, follow=True))
    assert ">2</strong> new leads deleted" in result
    assert not Lead.objects.exists()
    again = page.post(address, follow=True)
    assert "This was already undone by" in text_of(again)
    assert "Undone" in text_of(page.get(reverse("connections")))


def test_what_stays_is_listed_with_its_lead(page: Client, manager: User) -> None:
    lead = LeadFactory(first_name="Ana", external_id="abcdefghij0123456789", phone="")
    batch = import_leads(manager, ANA)
    lead.refresh_from_db()
    lead.email = "newer@example.com"
    lead.save()
    result = text_of(page.post(reverse("undo_batch", args=[batch.pk]), follow=True))
    assert reverse("lead", args=[lead.pk]) in result
    assert "Changed since: email." in result
    assert "newer@example.com" not in result


def test_a_period_of_a_door_is_undone(page: Client) -> None:
    door = connected()
    send(door, LEAD, "msg_1")
    send(door, PAID, "msg_2")
    work_off_all()
    assert Lead.objects.exists() and KpiEvent.objects.exists()
    zone, now = clinic_zone(), clock.now()
    period = {
        "since": f"{(now - timedelta(hours=1)).astimezone(zone):%Y-%m-%dT%H:%M}",
        "until": f"{(now + timedelta(minutes=1)).astimezone(zone):%Y-%m-%dT%H:%M}",
    }
    address = reverse("undo_period", args=[door.pk])
    assert address in text_of(page.get(reverse("connections")))
    assert "would be" not in text_of(page.get(address))
    preview = text_of(page.get(address, period))
    assert ">1</strong> new lead would be deleted" in preview
    assert ">1</strong> payment would be voided" in preview
    page.post(address, period)
    assert not Lead.objects.exists() and not KpiEvent.objects.exists()
    assert UndoRun.objects.get().ended_at


def test_people_who_may_not_work_with_connections_see_no_undo(
    client: Client, front_desk: User, manager: User
) -> None:
    batch = import_leads(manager, ANA)
    client.force_login(front_desk)
    assert client.get(reverse("undo_batch", args=[batch.pk])).status_code == 403
    assert client.post(reverse("undo_batch", args=[batch.pk])).status_code == 403
