"""With whom a consult is, asked by the forms that move a lead or add one."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissions.models import Provider
from kpis.events.bookings import Arrangement, Booking, bookings, events_of
from kpis.events.consults import book
from leads.models import Lead, LeadStage, PipelineStage
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from tests import factories
from tests.clinics import ChangeClinic
from tests.kpis.test_consult_times import OPEN
from tests.leads.adding_forms import HTMX, add, desk, stage

__all__ = ["desk", "stage"]

TEN = datetime.combine(clinic_today() + timedelta(days=2), time(10), clinic_zone())
JSON = {"Accept": "application/json"}


@pytest.fixture
def booked(stage: PipelineStage) -> PipelineStage:
    return factories.StageFactory(name="Booked", order=3, records_kpi="consult_booked")


@pytest.fixture
def ode(db: None) -> Provider:
    return factories.ProviderFactory(name="Dr. Ode")


@pytest.fixture
def busy(booked: PipelineStage, ode: Provider) -> Lead:
    """Has a consult with Dr. Ode at ten."""
    lead = factories.LeadFactory(first_name="Ana", admitted=True)
    book(lead, TEN, Arrangement(ode.pk))
    return lead


@pytest.fixture
def lead(stage: PipelineStage) -> Lead:
    return factories.LeadFactory(first_name="Zoe", stage=stage)


def move(client: Client, lead: Lead, to: PipelineStage, **fields: str) -> Any:
    address = reverse("board_move", args=[lead.pk])
    now = LeadStage.objects.get(lead=lead, left_at=None)
    sent = {"stage": to.pk, "expected": now.stage_id}
    return client.post(address, sent | fields, headers=JSON)


def at(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}"


def consult_of(lead: Lead) -> Booking:
    return bookings(events_of(lead))[0]


def test_a_move_books_with_the_provider_and_undo_takes_it_all_back(
    desk: Client, lead: Lead, booked: PipelineStage, ode: Provider
) -> None:
    entered = {"scheduled_for": at(TEN), "provider": ode.pk, "procedure": "BTX"}
    done = move(desk, lead, booked, **entered).json()
    assert done["message"] == "Zoe moved to Booked."
    assert consult_of(lead).scheduled_for == TEN
    assert consult_of(lead).arrangement == Arrangement(ode.pk, "BTX")
    desk.post(done["undo"], headers=JSON)
    assert bookings(events_of(lead)) == []


def test_undo_gives_a_consult_back_its_earlier_provider(
    desk: Client,
    lead: Lead,
    stage: PipelineStage,
    booked: PipelineStage,
    ode: Provider,
) -> None:
    book(lead, TEN, Arrangement(ode.pk, "BTX"))
    move(desk, lead, stage)
    other = factories.ProviderFactory()
    done = move(desk, lead, booked, provider=other.pk, procedure="BTX").json()
    assert consult_of(lead).arrangement == Arrangement(other.pk, "BTX")
    assert consult_of(lead).scheduled_for == TEN
    desk.post(done["undo"], headers=JSON)
    assert consult_of(lead).arrangement == Arrangement(ode.pk, "BTX")


def test_a_provider_without_a_date_is_kept_for_the_consult(
    desk: Client, lead: Lead, booked: PipelineStage, ode: Provider
) -> None:
    move(desk, lead, booked, provider=ode.pk)
    assert consult_of(lead).arrangement == Arrangement(ode.pk)
    assert consult_of(lead).scheduled_for is None


def test_a_double_booking_moves_nothing_until_it_is_meant(
    desk: Client, lead: Lead, busy: Lead, booked: PipelineStage, ode: Provider
) -> None:
    entered = {"scheduled_for": at(TEN), "provider": ode.pk}
    refused = move(desk, lead, booked, **entered)
    assert refused.status_code == 409
    assert refused.json()["code"] == "consult_clash"
    assert "Dr. Ode already has a consult then: Ana, 10:00" in refused.json()["message"]
    assert bookings(events_of(lead)) == []
    assert move(desk, lead, booked, **entered, anyway="1").status_code == 200
    assert consult_of(lead).arrangement == Arrangement(ode.pk)


def test_the_plain_form_asks_the_same_and_keeps_what_was_entered(
    desk: Client, lead: Lead, busy: Lead, booked: PipelineStage, ode: Provider
) -> None:
    address = reverse("board_move", args=[lead.pk])
    assert ">Dr. Ode</option>" in desk.get(address).content.decode()
    entered = {"stage": booked.pk, "scheduled_for": at(TEN), "provider": ode.pk}
    page = desk.post(address, entered).content.decode()
    assert "Dr. Ode already has a consult then" in page
    assert f'<option value="{ode.pk}" selected>' in page
    assert 'name="anyway" value="1">Book anyway</button>' in page
    desk.post(address, entered | {"anyway": "1"})
    assert consult_of(lead).arrangement == Arrangement(ode.pk)


def test_a_time_outside_opening_hours_is_booked_and_said(
    desk: Client, lead: Lead, booked: PipelineStage, clinic_is: ChangeClinic
) -> None:
    clinic_is(opening_hours=OPEN)
    late = TEN.replace(hour=23)
    done = move(desk, lead, booked, scheduled_for=at(late)).json()
    assert "Zoe moved to Booked. Consult booked for" in done["message"]
    assert done["message"].endswith("outside opening hours.")
    added = add(desk, consult_at=at(late), phone="")
    page = desk.get(added["Location"]).content.decode()
    assert "outside opening hours." in page


def test_who_is_added_has_the_consult_with_the_provider_for_their_procedure(
    desk: Client, booked: PipelineStage, ode: Provider
) -> None:
    wanted = {"procedure_code": "BTX", "expected_value_cents": "900"}
    add(desk, consult_at=at(TEN), provider=ode.pk, **wanted)
    assert consult_of(Lead.objects.get()).arrangement == Arrangement(ode.pk, "BTX")


def test_the_sheet_asks_again_before_it_books_twice(
    desk: Client, busy: Lead, ode: Provider
) -> None:
    entered = {"consult_at": at(TEN), "provider": ode.pk, "procedure": "FILLER"}
    answer = add(desk, htmx=True, **entered)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dr. Ode already has a consult then" in page
    assert f'<option value="{ode.pk}" selected>' in page
    assert 'type="checkbox" name="anyway"' in page
    assert Lead.objects.get() == busy
    add(desk, htmx=True, anyway="1", **entered)
    lead = Lead.objects.exclude(pk=busy.pk).get()
    assert consult_of(lead).arrangement == Arrangement(ode.pk, "FILLER")


def test_the_question_is_read_apart_by_five_queries(
    desk: Client, lead: Lead, busy: Lead
) -> None:
    address = reverse("stage_question", args=["consult_booked"])
    with CaptureQueriesContext(connection) as captured:
        page = desk.get(address, {"lead": busy.pk}, headers=HTMX).content.decode()
    # The session, the person with the clinic's lists; the lead, its consult, providers.
    assert len(captured) == 5, "\n".join(query["sql"][:150] for query in captured)
    assert "selected>Dr. Ode" in page
    assert "Leave the date empty to keep it." in page
    assert "Same procedure" in desk.get(address).content.decode()
    assert desk.get(address.replace("booked", "lost")).status_code == 404


def test_who_may_not_book_moves_leads_without_a_consult(
    client: Client, lead: Lead, booked: PipelineStage, front_desk: User, ode: Provider
) -> None:
    right = Permission.objects.get(codename="add_kpievent")
    front_desk.groups.get().permissions.remove(right)
    client.force_login(front_desk)
    refused = move(client, lead, booked, provider=ode.pk)
    assert "permission to book" in refused.json()["message"]
    assert move(client, lead, booked).status_code == 200
