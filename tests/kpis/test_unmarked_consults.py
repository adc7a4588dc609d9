"""Today asks about past consults until somebody says whether the person came."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from kpis.events.consults import no_show, show
from kpis.events.reported import record_show
from kpis.events.undoing import take_back_no_show, void
from kpis.models import KpiEvent
from kpis.today import UNMARKED_FOR, UNMARKED_SECTION
from leads.choices import NextStep
from leads.models import Lead
from leads.services import pipeline
from leads.services.undoing import undo
from medspa import clock
from medspa.audit.actors import acting
from medspa.clinic.settings import WEEKDAYS
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from medspa.templatetags.clinic import moment
from tests import factories
from tests.clinics import ChangeClinic
from tests.page_text import text_of


@pytest.fixture
def today() -> datetime:
    """The moment it begins."""
    return start_of_day(clinic_today(), clinic_zone())


@pytest.fixture
def yesterday(today: datetime) -> datetime:
    return today - timedelta(hours=8)


def booked(due: datetime, lead: Lead | None = None, **event: object) -> KpiEvent:
    event.setdefault("occurred_at", due - timedelta(days=3))
    made: KpiEvent = factories.KpiEventFactory(
        lead=lead or factories.LeadFactory(created_at=due - timedelta(days=30)),
        metadata_json={"scheduled_for": due.isoformat()},
        **event,
    )
    return made


def came(booking: KpiEvent) -> None:
    factories.KpiEventFactory(
        lead=booking.lead, kind="consult_show", metadata_json={"booking": booking.pk}
    )


def asked(person: User, without: tuple[str, ...] = ()) -> list[str]:
    now = start_of_day(clinic_today(), clinic_zone()) + timedelta(hours=12)
    return [row.lead_id for row in UNMARKED_SECTION.read(now, person, without)]


def test_the_newest_is_asked_first(yesterday: datetime, front_desk: User) -> None:
    older = booked(yesterday - timedelta(days=5))
    newer = booked(yesterday)
    assert asked(front_desk) == [newer.lead_id, older.lead_id]
    assert asked(front_desk, (newer.lead_id,)) == [older.lead_id]


def test_the_days_end_as_today_begins(today: datetime, front_desk: User) -> None:
    first, minute = today - UNMARKED_FOR, timedelta(minutes=1)
    booked(first - minute)
    booked(today)
    listed = [booked(today.astimezone(UTC) - minute), booked(first)]
    assert asked(front_desk) == [each.lead_id for each in listed]


def lost(booking: KpiEvent) -> None:
    factories.LeadStageFactory(
        lead=booking.lead,
        stage=factories.StageFactory(outcome="lost"),
        lost_reason="price",
    )


def canceled(booking: KpiEvent) -> None:
    factories.ConsultDetailsFactory(
        booking=booking, canceled_at=booking.recorded_at, cancel_reason="clinic"
    )


def voided(booking: KpiEvent) -> None:
    booking.delete()


def deleted(booking: KpiEvent) -> None:
    booking.lead.delete()


def booked_again(booking: KpiEvent) -> None:
    later = booking.occurred_at + timedelta(days=1)
    booked(later + timedelta(days=30), booking.lead, occurred_at=later)


def wants_no_contact(booking: KpiEvent) -> None:
    booking.lead.do_not_contact_at = booking.recorded_at
    booking.lead.save()


def marked_as_no_show(booking: KpiEvent) -> None:
    no_show(booking.lead, booking.pk)


def marked_and_followed_up(booking: KpiEvent) -> None:
    task = no_show(booking.lead, booking.pk)
    task.done_at = task.created_at
    task.save()


@pytest.mark.parametrize(
    "answer",
    [
        came,
        lost,
        canceled,
        voided,
        deleted,
        booked_again,
        wants_no_contact,
        marked_as_no_show,
        marked_and_followed_up,
    ],
)
def test_nobody_is_asked_about_what_has_an_answer(
    answer: Callable[[KpiEvent], None], yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    assert asked(front_desk) == [booking.lead_id]
    answer(booking)
    assert asked(front_desk) == []


def test_what_was_followed_up_before_is_no_answer(
    yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    before = yesterday - timedelta(days=1)
    factories.TaskFactory(
        lead=booking.lead,
        what=NextStep.FOLLOW_UP_NO_SHOW,
        created_at=before,
        done_at=before,
    )
    assert asked(front_desk) == [booking.lead_id]


def test_a_follow_up_counts_from_when_the_consult_should_have_begun(
    yesterday: datetime, front_desk: User
) -> None:
    booking, minute = booked(yesterday), timedelta(minutes=1)
    step = {"lead": booking.lead, "what": NextStep.FOLLOW_UP_NO_SHOW}
    before = factories.TaskFactory(**step, created_at=yesterday - minute)
    assert asked(front_desk) == [booking.lead_id]
    before.delete()
    factories.TaskFactory(**step, created_at=yesterday)
    assert asked(front_desk) == []


def test_a_second_no_show_ends_the_follow_up_of_the_first(
    yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    earlier = factories.TaskFactory(
        lead=booking.lead,
        what=NextStep.FOLLOW_UP_NO_SHOW,
        created_at=yesterday - timedelta(days=1),
    )
    marked = no_show(booking.lead, booking.pk)
    earlier.refresh_from_db()
    assert earlier.done_at
    assert asked(front_desk) == []
    assert no_show(booking.lead, booking.pk) == marked
    take_back_no_show(booking.lead, marked.pk, front_desk)
    earlier.refresh_from_db()
    assert earlier.done_at is None
    assert asked(front_desk) == [booking.lead_id]


def test_a_no_show_is_followed_up_while_the_clinic_is_open(
    yesterday: datetime, front_desk: User, client: Client, clinic_is: ChangeClinic
) -> None:
    day = clinic_today() + timedelta(days=2)
    hours = {"opens": "10:30:00", "closes": "18:00:00"}
    clinic_is(opening_hours={WEEKDAYS[day.weekday()]: hours})
    booking = booked(yesterday)
    opens = datetime.combine(day, time(10, 30), clinic_zone())
    client.force_login(front_desk)
    address = f"/leads/{booking.lead_id}/no-show/"
    page = client.post(address, {"booking": booking.pk}, follow=True).content.decode()
    assert booking.lead.tasks.get().due_at == opens
    assert f"Follow up after a no-show, due {moment(opens)}." in page


def test_who_came_after_all_needs_no_follow_up(
    yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    marked = no_show(booking.lead, booking.pk)
    with acting(user=front_desk):
        showed = show(booking.lead, booking.pk)
    marked.refresh_from_db()
    assert marked.done_at
    void(booking.lead, showed.pk, front_desk)
    marked.refresh_from_db()
    assert marked.done_at is None


def test_who_came_by_the_word_of_another_system_needs_no_follow_up(
    yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    marked = no_show(booking.lead, booking.pk)
    record_show(booking.lead, booking.pk, yesterday)
    marked.refresh_from_db()
    assert marked.done_at


def test_who_was_moved_to_a_stage_of_people_who_came_needs_no_follow_up(
    yesterday: datetime, front_desk: User
) -> None:
    here = factories.StageFactory(order=1)
    there = factories.StageFactory(order=2, records_kpi="consult_show")
    lead = booked(yesterday).lead
    factories.LeadStageFactory(lead=lead, stage=here)
    marked = no_show(lead, lead.kpi_events.get().pk)
    with acting(user=front_desk):
        period = pipeline.move(lead.pk, there.pk)
    marked.refresh_from_db()
    assert marked.done_at
    undo(lead, "stage_period", period.pk, front_desk)
    marked.refresh_from_db()
    assert marked.done_at is None


def test_a_canceled_booking_after_it_is_no_answer(
    yesterday: datetime, front_desk: User
) -> None:
    booking = booked(yesterday)
    booked_again(booking)
    canceled(KpiEvent.objects.latest("occurred_at"))
    assert asked(front_desk) == [booking.lead_id]


@pytest.mark.parametrize(
    ("act", "said"),
    [("shown", "Marked as showed."), ("no-show", "Marked as no-show.")],
)
def test_one_button_answers(
    act: str, said: str, yesterday: datetime, front_desk: User, client: Client
) -> None:
    booking = booked(yesterday)
    ode = factories.ProviderFactory(name="Dr. Ode")
    factories.ConsultDetailsFactory(booking=booking, provider=ode)
    client.force_login(front_desk)
    page = text_of(client.get("/leads/today/"))
    assert "Consults to mark" in page
    assert "did they show?" in page
    assert "with Dr. Ode" in page
    address = f"/leads/{booking.lead_id}/{act}/?back=today"
    assert f'action="{address}"' in page
    answer = client.post(address, {"booking": booking.pk}, follow=True)
    page = text_of(answer)
    assert said in page
    assert "did they show?" not in page
    assert "No past consults to mark." in page


@pytest.mark.django_db
def test_a_consult_counts_on_its_day_however_late_it_is_marked(
    yesterday: datetime, today: datetime
) -> None:
    booking = booked(yesterday)
    assert show(booking.lead, booking.pk).occurred_at == yesterday
    to_come = booked(today + timedelta(hours=23, minutes=59))
    shown = show(to_come.lead, to_come.pk)
    assert shown.occurred_at <= shown.recorded_at
    without_a_date = factories.KpiEventFactory(kind="consult_booked")
    assert show(without_a_date.lead, without_a_date.pk).occurred_at > today


@pytest.mark.django_db
def test_nobody_came_before_the_consult_was_booked(today: datetime) -> None:
    booking = booked(today, occurred_at=clock.now())
    shown = show(booking.lead, booking.pk)
    assert shown.occurred_at == booking.occurred_at
