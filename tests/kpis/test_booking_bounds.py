"""When a consult may be booked, moved and marked, and what a stage entry records."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kpis.events import consults
from kpis.events.bookings import Booking, bookings
from kpis.events.consults import FURTHEST_AHEAD, book, no_show, show
from kpis.events.recording import record_stage_entries
from kpis.events.refusals import ConsultRefused
from kpis.extension_points import after_recorded
from kpis.models import KpiEvent
from leads.models import LeadStage, PipelineStage
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from tests.factories import KpiEventFactory, LeadFactory, LeadStageFactory, StageFactory
from tests.kpis.edges import TICK

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def event(name: str, kind: str, at: datetime, **metadata: object) -> KpiEvent:
    return KpiEvent(id=name, kind=kind, occurred_at=at, metadata_json=metadata)


@pytest.mark.django_db
def test_bookings_are_the_newest_first_and_held_where_a_show_names_them() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    found = bookings(
        [
            event("a", "consult_booked", at, scheduled_for="2026-03-05T17:00:00+00:00"),
            event("c", "consult_booked", at),
            event("b", "consult_booked", at + DAY),
            event("s", "consult_show", at, booking="a"),
            event("t", "consult_show", at),
            event("p", "invoice_paid", at + 2 * DAY),
        ]
    )
    assert [(one.event.pk, one.is_held) for one in found] == [
        ("b", False),
        ("c", False),
        ("a", True),
    ]
    assert found[2].scheduled_for == datetime(2026, 3, 5, 17, tzinfo=UTC)
    assert found[0].scheduled_for is None


@pytest.mark.parametrize(
    ("after_today", "is_due"),
    [(-DAY, True), (0 * DAY, True), (DAY - TICK, True), (DAY, False)],
)
def test_a_consult_is_due_from_the_first_moment_of_its_day(
    after_today: timedelta, is_due: bool
) -> None:
    local = datetime.combine(clinic_today(), datetime.min.time(), clinic_zone())
    planned = (local + after_today).astimezone(UTC)
    assert Booking(KpiEvent(), planned, False).is_due == is_due
    assert not Booking(KpiEvent(), None, False).is_due


def test_a_consult_can_change_until_its_time_or_until_it_was_held() -> None:
    later, before = timezone.now() + MINUTE, timezone.now() - MINUTE
    changeable = [
        Booking(KpiEvent(), at, held).can_change
        for at in (later, before, None)
        for held in (False, True)
    ]
    assert changeable == [True, False, False, False, True, False]


@pytest.mark.django_db
def test_a_consult_is_booked_from_today_to_a_year_ahead() -> None:
    lead = LeadFactory()
    today = start_of_day(clinic_today(), clinic_zone())
    with pytest.raises(ConsultRefused, match="before today"):
        book(lead, today - TICK)
    with pytest.raises(ConsultRefused, match="more than a year ahead"):
        book(lead, timezone.now() + FURTHEST_AHEAD + MINUTE)
    assert timedelta(days=366) == FURTHEST_AHEAD
    assert not KpiEvent.objects.exists()
    book(lead, today)
    last = book(lead, timezone.now() + FURTHEST_AHEAD - MINUTE)
    # The first one was due: it is history, and the second a new booking.
    assert KpiEvent.objects.count() == 2
    moved = book(lead, timezone.now() + DAY)
    assert KpiEvent.objects.count() == 2
    assert moved.occurred_at == last.occurred_at
    assert consults.booking_replaced_by(moved) == KpiEvent.all_objects.get(pk=last.pk)


@pytest.mark.django_db
def test_who_came_and_who_did_not_is_marked_once_and_not_early() -> None:
    lead = LeadFactory()
    early = book(lead, timezone.now() + 2 * DAY)
    for act in (show, no_show):
        with pytest.raises(ConsultRefused, match="mark it then"):
            act(lead, early.pk)
        with pytest.raises(ConsultRefused, match="no longer booked"):
            act(lead, "gone")
        with pytest.raises(ConsultRefused, match="no longer booked"):
            act(LeadFactory(), early.pk)
    undated = KpiEventFactory(lead=LeadFactory(), kind="consult_booked")
    with pytest.raises(ConsultRefused, match="has no date"):
        no_show(undated.lead, undated.pk)
    assert show(undated.lead, undated.pk).metadata.booking == undated.pk
    due = KpiEventFactory(
        lead=LeadFactory(),
        kind="consult_booked",
        metadata_json={"scheduled_for": timezone.now().isoformat()},
    )
    planned = no_show(due.lead, due.pk)
    assert no_show(due.lead, due.pk) == planned
    assert show(due.lead, due.pk) == show(due.lead, due.pk)
    assert KpiEvent.objects.filter(kind="consult_show").count() == 2
    with pytest.raises(ConsultRefused, match="marked as showed"):
        no_show(due.lead, due.pk)


def stage_of(outcome: str, order: int) -> PipelineStage:
    return StageFactory.build(outcome=outcome, order=order)


@pytest.mark.parametrize(
    ("here", "is_further"),
    [
        (("open", 5), False),
        (("open", 6), True),
        (("open", 7), True),
        (("won", 1), True),
        (("lost", 9), False),
    ],
)
def test_booking_never_moves_a_lead_back(
    here: tuple[str, int], is_further: bool
) -> None:
    """A customer stays one; whoever was lost comes back."""
    assert consults._is_further(stage_of(*here), stage_of("open", 6)) == is_further


@pytest.mark.django_db
def test_entering_a_stage_records_its_event_once_in_a_leads_life() -> None:
    PipelineStage.objects.update(records_kpi="")
    booked = StageFactory(records_kpi="consult_booked")
    plain = StageFactory()
    stage_periods = [LeadStageFactory(stage=booked) for _ in range(3)]
    KpiEventFactory(lead=stage_periods[0].lead, kind="consult_booked")
    KpiEventFactory(lead=stage_periods[1].lead, kind="consult_show")
    voided = KpiEventFactory(lead=stage_periods[2].lead, kind="consult_booked")
    voided.delete()
    told: list[list[str]] = []
    with after_recorded.extended(
        lambda events, extras: told.append([e.kind for e in events])
    ):
        record_stage_entries(None, stage_periods=stage_periods)
        record_stage_entries(None, stage_periods=[LeadStageFactory(stage=plain)])
        record_stage_entries(None, stage_periods=[])
        record_stage_entries(None, stage_periods=stage_periods[:1])
    found = KpiEvent.objects.exclude(metadata_json={})
    by_lead = {one.lead_id: one for one in found}
    assert set(by_lead) == {stage_periods[1].lead_id, stage_periods[2].lead_id}
    one = by_lead[stage_periods[1].lead_id]
    assert one.kind == "consult_booked"
    assert one.occurred_at == LeadStage.objects.get(pk=stage_periods[1].pk).changed_at
    assert one.metadata_json == {"stay": stage_periods[1].pk}
    assert one.history.count() == 1
    assert told == [["consult_booked", "consult_booked"]]
