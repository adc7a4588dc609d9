"""Consults in a real browser: the clicks that they cost, and the calendar by keys."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from kpis.calendar.days import ShownDays
from kpis.events.bookings import bookings, events_of
from leads.models import Lead
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.roles import FRONT_DESK
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
WEEK_DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def booked(name: str, at: datetime) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name=name)
    factories.KpiEventFactory(
        lead=lead, metadata_json={"scheduled_for": at.isoformat()}
    )
    return lead


def test_arrows_go_from_consult_to_consult_and_letters_to_other_weeks(
    live_server: object, login_as: Callable[..., Page]
) -> None:
    week = ShownDays.week_of(clinic_today())
    ten = datetime.combine(week.each[1], datetime.min.time(), clinic_zone()) + 10 * HOUR
    booked("Ana", ten)
    booked("Bea", ten + HOUR)
    cleo = booked("Cleo", ten + 2 * WEEK_DAY + HOUR)
    window = login_as(FRONT_DESK)
    window.goto("/calendar/")

    focused = window.locator(".consult > a:focus")
    for key, name in (
        ("ArrowDown", "Ana"),
        ("ArrowDown", "Bea"),
        ("ArrowRight", "Cleo"),
        ("ArrowLeft", "Bea"),
        ("ArrowUp", "Ana"),
        ("ArrowRight", "Cleo"),
    ):
        window.keyboard.press(key)
        expect(focused).to_contain_text(name)
    window.keyboard.press("Enter")
    expect(window).to_have_url(re.compile(f"/leads/{cleo.pk}/$"))
    window.go_back()
    window.keyboard.press("j")
    expect(window.locator(".calendar-title")).to_have_text(week.moved(1).label)
    expect(window.get_by_text("No consults this week")).to_be_visible()
    window.keyboard.press("k")
    expect(window.locator(".calendar-title")).to_have_text(week.label)


def test_a_consult_is_booked_confirmed_moved_and_canceled_in_two_clicks_each(
    live_server: object, login_as: Callable[..., Page]
) -> None:
    lead = factories.LeadFactory(admitted=True, first_name="Ana")
    window = login_as(FRONT_DESK)
    window.goto(f"/leads/{lead.pk}/")
    said, line = window.locator(".said"), window.locator(".consult-line")
    window.locator("summary", has_text="Book consult").click()
    window.locator("[name=suggested]").first.click()
    expect(said).to_contain_text("Consult booked for")
    window.get_by_role("button", name="Confirm").click()
    expect(line).to_contain_text("confirmed")
    window.locator("summary", has_text="Rebook").click()
    window.locator("[name=suggested]").last.click()
    expect(said).to_contain_text("Consult moved from")
    expect(line).not_to_contain_text("confirmed")
    window.locator("summary", has_text="Cancel consult").click()
    window.get_by_role("button", name="Can't make it").click()
    expect(line).to_contain_text("canceled: Can't make it")
    window.keyboard.press("u")
    expect(line).to_contain_text(re.compile("Consult (today|tomorrow|[A-Z][a-z]{2},)"))
    assert bookings(events_of(lead))[0].stands
