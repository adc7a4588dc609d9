"""What Today offers for a consult: confirming it, and saying who came."""

from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from kpis.events.consults import book
from kpis.today import CONSULT_SECTION
from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from tests import factories
from tests.kpis.test_consult_pages import desk as desk
from tests.kpis.test_consult_pages import lead as lead
from tests.kpis.test_consult_pages import newest, undo_shown
from tests.page_text import text_of

__all__ = ["desk", "lead"]


def test_today_confirms_a_consult_by_one_button_and_takes_it_back(
    desk: Client, lead: Lead
) -> None:
    event = book(lead, clock.now() + timedelta(minutes=5))
    address = f"/leads/{lead.pk}/confirm-consult/?back=today"
    page = desk.get("/leads/today/").content.decode()
    assert f'action="{address}"' in page
    assert f'name="booking" value="{event.pk}"' in page
    answer = desk.post(address, {"booking": event.pk}, follow=True)
    page = text_of(answer)
    assert answer.redirect_chain[-1][0] == "/leads/today/"
    assert "Consult confirmed." in page
    assert f'action="{address}"' not in page
    undo_shown(desk, lead, page)
    assert not newest(lead).is_confirmed


@pytest.mark.parametrize(
    ("act", "said", "undone"),
    [
        ("shown", "Marked as showed.", "Showed"),
        ("no-show", "Marked as no-show.", "No-show undone."),
    ],
)
def test_today_marks_who_came_and_who_did_not_by_one_button_and_takes_it_back(
    act: str, said: str, undone: str, desk: Client, lead: Lead
) -> None:
    event = book(lead, clock.now() - timedelta(seconds=1))
    button = f'action="/leads/{lead.pk}/{act}/?back=today"'
    assert button in desk.get("/leads/today/").content.decode()
    address = f"/leads/{lead.pk}/{act}/?back=today"
    answer = desk.post(address, {"booking": event.pk}, follow=True)
    page = text_of(answer)
    assert answer.redirect_chain[-1][0] == "/leads/today/"
    assert said in page
    assert button not in page
    assert undone in undo_shown(desk, lead, page)
    assert button in desk.get("/leads/today/").content.decode()


@pytest.mark.parametrize(
    ("ahead", "offered"),
    [
        (timedelta(minutes=-1), ["shown", "no-show"]),
        (timedelta(hours=1), ["confirm-consult", "shown"]),
        (timedelta(days=1), ["confirm-consult"]),
    ],
)
def test_today_offers_what_can_be_said_of_a_consult_by_now(
    ahead: timedelta, offered: list[str], desk: Client, lead: Lead
) -> None:
    noon = datetime.combine(clinic_today(), time(12), clinic_zone())
    book(lead, noon + ahead)
    (row,) = CONSULT_SECTION.read(noon, User.objects.get(username="frontdesk"), ())
    acts = [button.address.split("/")[3] for button in row.buttons]
    assert acts == offered


def test_who_asked_for_no_contact_is_only_marked_as_showed(
    desk: Client, lead: Lead
) -> None:
    book(lead, clock.now() - timedelta(seconds=1))
    Lead.objects.filter(pk=lead.pk).update(do_not_contact_at=clock.now())
    page = desk.get("/leads/today/").content.decode()
    assert f"/leads/{lead.pk}/shown/" in page
    assert f"/leads/{lead.pk}/no-show/" not in page


def test_today_offers_no_confirming_to_who_only_reads(
    lead: Lead, client: Client
) -> None:
    book(lead, clock.now() + timedelta(minutes=5))
    reader = factories.UserFactory()
    reader.user_permissions.set(
        Permission.objects.filter(codename__in=["view_lead", "view_task"])
    )
    client.force_login(reader)
    page = client.get("/leads/today/").content.decode()
    assert "Ana" in page
    assert "confirm-consult" not in page
    assert "/shown/" not in page
