"""Booking with a provider, confirming, moving and canceling on the lead page."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from kpis.choices import CancelReason
from kpis.events.bookings import Arrangement, Booking, bookings, events_of
from kpis.events.consult_details import cancel
from kpis.events.consult_times import suggested_times
from kpis.events.consults import book
from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from leads.services.merging import MergeChoice, merge
from medspa import clock
from medspa.clinic_time import clinic_zone
from medspa.models import User
from medspa.templatetags.clinic import moment
from tests import factories
from tests.clinics import ChangeClinic
from tests.kpis.test_consult_times import OPEN
from tests.page_text import text_of


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def lead(db: None) -> Lead:
    lead: Lead = factories.LeadFactory(admitted=True, first_name="Ana")
    factories.OpportunityFactory(lead=lead, procedure_code="FILLER")
    return lead


@pytest.fixture
def open_time() -> datetime:
    """In opening hours."""
    return suggested_times(clock.now())[0]


def act(client: Client, lead: Lead, name: str, **data: Any) -> str:
    answer = client.post(f"/leads/{lead.pk}/{name}/", data, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def typed(when: datetime) -> str:
    return f"{when.astimezone(clinic_zone()):%Y-%m-%dT%H:%M}"


def newest(lead: Lead) -> Booking:
    return bookings(events_of(lead))[0]


def undo_shown(client: Client, lead: Lead, page: str) -> str:
    """Press the toast's button."""
    form = page[page.index('id="lead-said"') :]
    source = re.search(r'name="source" value="(\w+)"', form)
    row = re.search(r'name="row" value="(\w+)"', form)
    assert source
    assert row
    return act(client, lead, "undo", source=source[1], row=row[1])


def test_a_suggested_time_is_booked_with_provider_and_procedure_by_one_button(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    page = act(desk, lead, "tag")
    # The form begins with what the lead asked for.
    assert '<option value="FILLER" selected>' in page
    assert f'name="suggested" value="{typed(open_time)}"' in page
    page = act(
        desk,
        lead,
        "book",
        suggested=typed(open_time),
        scheduled_for="",
        provider=ode.pk,
        procedure="FILLER",
    )
    assert f"Consult booked for {moment(open_time)}." in page
    assert "opening hours" not in page
    assert "with Dr. Ode" in page
    assert f"{moment(open_time)} with Dr. Ode, Filler" in page


def test_a_time_outside_opening_hours_is_booked_and_said(
    desk: Client, lead: Lead, open_time: datetime, clinic_is: ChangeClinic
) -> None:
    clinic_is(opening_hours=OPEN)
    page = act(desk, lead, "book", scheduled_for=typed(open_time - timedelta(hours=8)))
    assert "This is outside opening hours." in page
    assert newest(lead).scheduled_for == open_time - timedelta(hours=8)


def test_a_moved_consult_is_said_to_be_moved_from_when_to_when(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    first, then = moment(open_time), moment(open_time + timedelta(days=1))
    factories.KpiEventFactory(
        lead=lead,
        occurred_at=clock.now() - timedelta(hours=1),
        metadata_json={"scheduled_for": open_time.isoformat()},
    )
    page = act(desk, lead, "book", scheduled_for=typed(open_time + timedelta(days=1)))
    assert f"Consult moved from {first} to {then}." in page
    assert f"Consult booked for {then} (moved from {first})" in page
    page = undo_shown(desk, lead, page)
    assert f"Consult booked for {first}" in page
    assert "moved from" not in page
    page = act(desk, lead, "book", scheduled_for=typed(open_time))
    assert "moved from" not in page


def test_a_consult_moved_within_moments_says_from_when_in_the_timeline(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    later = open_time + timedelta(days=1)
    act(desk, lead, "book", scheduled_for=typed(open_time))
    act(desk, lead, "book", scheduled_for=typed(later))
    page = act(desk, lead, "tag")
    assert (
        f"Consult booked for {moment(later)} (moved from {moment(open_time)})" in page
    )


def test_a_busy_provider_is_asked_about_and_booked_anyway(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    form = {
        "suggested": typed(open_time),
        "scheduled_for": "",
        "provider": ode.pk,
        "procedure": "BTX",
    }
    talia = factories.LeadFactory(admitted=True, first_name="Talia")
    act(desk, talia, "book", **form)
    page = act(desk, lead, "book", **form)
    assert "Dr. Ode already has a consult then: Talia" in page
    assert "Nothing was booked yet." in page
    assert 'name="anyway"' in page
    # What was chosen stands in the form again.
    assert f'value="{typed(open_time)}"' in page
    chosen = re.findall(r'<option value="(\w+)" selected ?>', page)
    assert chosen[:2] == [ode.pk, "BTX"]
    assert not lead.kpi_events.exists()
    again = {"scheduled_for": typed(open_time), "anyway": "1"}
    page = act(desk, lead, "book", **form | again | {"suggested": ""})
    assert "Consult booked for" in page
    assert 'name="anyway"' not in page
    assert newest(lead).arrangement.provider_id == ode.pk
    calendar = desk.get(f"/calendar/?day={open_time.astimezone(clinic_zone()).date()}")
    words = re.sub(r"<[^>]*>", "", calendar.content.decode())
    [told] = re.findall(r"Double-booked:(.*?Ana)", " ".join(words.split()))
    assert told.count(str(ode)) == 1


def suggested(page: str) -> list[str]:
    return re.findall(r'name="suggested" value="([^"]+)"', page)


def test_times_when_the_chosen_provider_has_a_consult_are_not_suggested(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    ode, may = (factories.ProviderFactory(name=f"Dr. {n}") for n in ("Ode", "May"))
    talia = factories.LeadFactory(admitted=True, first_name="Talia")
    overlapping = open_time + timedelta(minutes=15)
    book(talia, overlapping, Arrangement(ode.pk))
    # Who chose no provider is told the first time.
    page = act(desk, lead, "untag")
    assert suggested(page)[0] == typed(open_time)
    assert f'name="scheduled_for" required value="{typed(open_time)}"' in page
    form = {"scheduled_for": typed(open_time), "procedure": ""}
    page = act(desk, lead, "book", **form, provider=ode.pk)
    assert "Dr. Ode already has a consult then: Talia" in page
    assert len(suggested(page)) == 3
    assert typed(open_time) not in suggested(page)
    page = act(desk, lead, "book", **form, provider=may.pk)
    assert typed(open_time) in suggested(page)
    # Own consults are no reason, nor are canceled ones.
    book(lead, open_time, Arrangement(ode.pk))
    page = act(desk, lead, "untag")
    assert typed(open_time) not in suggested(page)
    cancel(talia, newest(talia).event.pk, "clinic")
    assert suggested(act(desk, lead, "untag"))[0] == typed(open_time)


def test_another_provider_alone_moves_nothing(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    event = book(lead, open_time)
    ode = factories.ProviderFactory(name="Dr. Ode")
    page = act(
        desk,
        lead,
        "book",
        scheduled_for=typed(open_time),
        provider=ode.pk,
        procedure="",
    )
    assert "Consult saved." in page
    assert "with Dr. Ode" in page
    assert KpiEvent.objects.get() == event
    undo_shown(desk, lead, page)
    assert newest(lead).arrangement.provider_id == ""


def test_confirming_and_canceling_are_said_and_undone(
    desk: Client, lead: Lead, open_time: datetime, front_desk: User
) -> None:
    event = book(lead, open_time)
    page = act(desk, lead, "confirm-consult", booking=event.pk)
    assert "Consult confirmed." in page
    assert ", confirmed" in page
    assert newest(lead).details.confirmed_by == front_desk
    assert "/confirm-consult/" not in page
    undo_shown(desk, lead, page)
    assert not newest(lead).is_confirmed
    page = act(desk, lead, "cancel-consult", booking=event.pk, reason="cant_make_it")
    why = escape("Can't make it")
    assert f"Consult canceled: {why}." in page
    assert f"Consult of {moment(open_time)} canceled: {why}" in page
    assert "/cancel-consult/" not in page
    assert "Book consult" in page
    board = desk.get("/leads/board/").content.decode()
    assert "card-note" not in board
    undo_shown(desk, lead, page)
    assert newest(lead).stands


def test_after_canceling_the_page_offers_to_move_the_lead_back(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    PipelineStage.objects.update(records_kpi="")
    here = lead.stage_periods.get(left_at=None).stage
    factories.StageFactory(order=here.order + 1, records_kpi="consult_booked")
    event = book(lead, open_time)
    page = act(desk, lead, "cancel-consult", booking=event.pk, reason="clinic")
    assert f"The consult is canceled. Move to {here}?" in page


def test_the_page_lists_the_reasons_to_pick_from(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    book(lead, open_time)
    page = desk.get(f"/leads/{lead.pk}/").content.decode()
    for reason, label in CancelReason.choices:
        assert f'name="reason" value="{reason}">{escape(label)}' in page
    page = act(desk, lead, "cancel-consult", booking=newest(lead).event.pk, reason="")
    assert "Choose why the consult is canceled." in page


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"scheduled_for": "2020-01-01T10:00"}, "before today"),
        ({"suggested": "2020-01-01T10:00"}, "before today"),
        ({"scheduled_for": "2027-03-14T02:30"}, "does not exist"),
        ({"suggested": "x", "scheduled_for": ""}, "Enter the consult"),
        ({"provider": "\x00"}, "Choose a provider"),
        ({"procedure": "NOSE"}, "Choose a procedure"),
    ],
)
def test_what_can_not_be_booked_is_refused_with_a_sentence(
    data: dict[str, str], why: str, desk: Client, lead: Lead, open_time: datetime
) -> None:
    form = {"scheduled_for": typed(open_time), "provider": "", "procedure": ""}
    assert why in act(desk, lead, "book", **form | data)
    assert not lead.kpi_events.exists()


def test_a_provider_who_was_deleted_is_named_and_not_offered(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    act(
        desk,
        lead,
        "book",
        scheduled_for=typed(open_time),
        provider=ode.pk,
        procedure="",
    )
    ode.delete()
    page = text_of(desk.get(f"/leads/{lead.pk}/"))
    assert "with Dr. Ode" in page
    assert "Dr. Ode was deleted. Choose another provider." in page
    assert f'<option value="{ode.pk}"' not in page


def test_list_and_today_say_the_consult_too(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    soon = factories.KpiEventFactory(
        lead=lead,
        metadata_json={"scheduled_for": (clock.now() + timedelta(hours=1)).isoformat()},
    )
    factories.ConsultDetailsFactory(
        booking=soon, provider=ode, confirmed_at=clock.now()
    )
    for address in ("/leads/", "/leads/today/", "/leads/board/"):
        page = text_of(desk.get(address))
        assert "with Dr. Ode, confirmed" in page, address


def test_a_merge_takes_the_consult_with_its_details(
    lead: Lead, open_time: datetime
) -> None:
    other = factories.LeadFactory(admitted=True, first_name="Anne")
    event = book(other, open_time)
    factories.ConsultDetailsFactory(
        booking=event, provider=factories.ProviderFactory(name="Dr. Ode")
    )
    merge(lead.pk, other.pk, MergeChoice())
    assert str(newest(lead).details.provider) == "Dr. Ode"


def test_a_consult_later_today_is_moved_and_not_booked_twice(
    desk: Client, lead: Lead, open_time: datetime
) -> None:
    later = clock.now() + timedelta(minutes=5)
    book(lead, later)
    page = act(desk, lead, "tag")
    assert "Rebook" in page
    assert f"Booked for {moment(later)}." in page
    act(desk, lead, "book", scheduled_for=typed(open_time + timedelta(days=1)))
    assert len(bookings(events_of(lead))) == 1


def test_a_consult_whose_time_has_passed_is_followed_by_another(
    desk: Client, lead: Lead
) -> None:
    book(lead, clock.now() - timedelta(seconds=1))
    page = act(desk, lead, "tag")
    assert "Book consult" in page
    assert "Rebook" not in page
