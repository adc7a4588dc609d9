"""Confirming, canceling and moving a consult, with whom it is, and taking that back."""

from datetime import UTC, datetime, timedelta

import pytest

from kpis.events import consult_details, undoing
from kpis.events.bookings import Arrangement, Booking, bookings, events_of
from kpis.events.coming_consults import consult_notes
from kpis.events.consult_details import cancel, confirm, last_change, rearrange
from kpis.events.consults import book, no_show, show
from kpis.events.refusals import ConsultClash, ConsultRefused
from kpis.events.stage_after_cancel import offer_after_cancel
from kpis.models import KpiEvent
from kpis.period import Window, whole_month
from kpis.queries.durations import consults_from_rollups, consults_from_rows
from kpis.rollups import rebuild_rollups, refresh_rollups
from leads.models import Lead, PipelineStage
from medspa import clock
from medspa.clinic_time import clinic_today, clinic_zone, local_date
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lead(db: None) -> Lead:
    return factories.LeadFactory(admitted=True, first_name="Ana")


@pytest.fixture
def when() -> datetime:
    return (clock.now() + 3 * DAY).replace(minute=0, second=0, microsecond=0)


def newest(lead: Lead) -> Booking:
    return bookings(events_of(lead))[0]


def past_booking(lead: Lead, ago: timedelta) -> KpiEvent:
    planned = (clock.now() - ago).astimezone(UTC).isoformat()
    event: KpiEvent = factories.KpiEventFactory(
        lead=lead, metadata_json={"scheduled_for": planned}
    )
    return event


def test_a_consult_keeps_its_provider_when_it_is_moved_and_is_not_confirmed_then(
    lead: Lead, when: datetime
) -> None:
    provider = factories.ProviderFactory(name="Dr. Ode")
    first = book(lead, when, Arrangement(provider.pk, "BTX"))
    confirm(lead, first.pk)
    assert newest(lead).is_confirmed
    # As the board moves it: with a date alone.
    second = book(lead, when + DAY)
    assert newest(lead).event == second
    assert newest(lead).arrangement == Arrangement(provider.pk, "BTX")
    assert not newest(lead).is_confirmed
    note = consult_notes([lead.pk], clock.now())[lead.pk]
    assert note.endswith(" with Dr. Ode")
    confirm(lead, second.pk)
    note = consult_notes([lead.pk], clock.now())[lead.pk]
    assert note.endswith(" with Dr. Ode, confirmed")


@pytest.mark.parametrize("chosen", ["provider", "procedure"])
def test_only_who_works_here_and_what_is_offered_can_be_chosen(
    lead: Lead, when: datetime, chosen: str
) -> None:
    left = factories.ProviderFactory()
    left.delete()
    refused = {
        "provider": [Arrangement(left.pk), Arrangement("nobody")],
        "procedure": [Arrangement("", "NOSE")],
    }
    for arrangement in refused[chosen]:
        with pytest.raises(ConsultRefused, match=f"Choose a {chosen}"):
            book(lead, when, arrangement)
    assert not KpiEvent.objects.exists()


def test_a_canceled_consult_is_booked_but_neither_due_nor_a_no_show(
    manager: User,
) -> None:
    rebuild_rollups(clinic_zone().key)
    missed, called_off = (factories.LeadFactory(admitted=True) for _ in range(2))
    for one in (missed, called_off):
        past_booking(one, timedelta(seconds=1))
    booking = newest(called_off).event
    assert counted() == (2, 2)
    details = cancel(called_off, booking.pk, "clinic")
    assert counted() == (2, 1)
    undoing.VOIDERS["consult"](called_off, last_change(details), manager)
    assert counted() == (2, 2)


def counted() -> tuple[int, int]:
    """Bookings and due consults of this month, the same from rows and rollups."""
    zone = clinic_zone()
    window = Window(whole_month(clinic_today()), zone, clock.now() + DAY)
    refresh_rollups(zone.key)
    found = consults_from_rows(window)
    assert found == consults_from_rollups(window)
    assert found.no_show == found.due
    booked = KpiEvent.objects.counting().filter(kind="consult_booked").count()
    return booked, found.due


def test_after_a_canceled_consult_the_next_is_a_new_booking(
    lead: Lead, when: datetime
) -> None:
    first = book(lead, when)
    cancel(lead, first.pk, "cant_make_it")
    assert consult_notes([lead.pk], clock.now()) == {}
    second = book(lead, when)
    assert {first, second} == set(KpiEvent.objects.all())
    assert newest(lead).stands


def test_what_was_held_canceled_or_is_over_can_not_be_canceled_or_confirmed(
    lead: Lead,
) -> None:
    today = past_booking(lead, timedelta(seconds=1))
    show(lead, today.pk)
    canceled = past_booking(factories.LeadFactory(admitted=True), -DAY)
    cancel(canceled.lead, canceled.pk, "elsewhere")
    over = past_booking(factories.LeadFactory(admitted=True), 2 * DAY)
    for event, why in (
        (today, "marked as showed"),
        (canceled, "was canceled"),
        (over, "is over"),
    ):
        with pytest.raises(ConsultRefused, match=why):
            cancel(event.lead, event.pk, "clinic")
        with pytest.raises(ConsultRefused, match=why):
            confirm(event.lead, event.pk)
    for act in (show, no_show):
        with pytest.raises(ConsultRefused, match="was canceled"):
            act(canceled.lead, canceled.pk)
    with pytest.raises(ConsultRefused, match="no longer booked"):
        cancel(factories.LeadFactory(), today.pk, "clinic")


@pytest.mark.parametrize("reason", ["", "she is ill"])
def test_a_reason_is_picked_and_not_typed(
    lead: Lead, when: datetime, reason: str
) -> None:
    event = book(lead, when)
    with pytest.raises(ConsultRefused, match="Choose why"):
        cancel(lead, event.pk, reason)
    assert newest(lead).stands


def test_each_change_can_be_undone_once_and_not_over_a_later_one(
    lead: Lead, when: datetime, front_desk: User
) -> None:
    provider = factories.ProviderFactory(name="Dr. Ode")
    event = book(lead, when)
    arranged = rearrange(lead, when, Arrangement(provider.pk, "BTX"))
    assert arranged
    undo_arranging = last_change(arranged)
    undo_confirming = last_change(confirm(lead, event.pk))
    undo_canceling = last_change(cancel(lead, event.pk, "clinic"))

    def undo(change: str) -> str:
        return consult_details.undo_change(lead, change, front_desk).sentence

    assert undo(undo_canceling) == "Consult is no longer canceled."
    with pytest.raises(ConsultRefused, match="changed since"):
        undo(undo_canceling)
    assert undo(undo_confirming) == "Consult is not confirmed."
    assert undo(undo_arranging) == "Consult has no provider. Consult has no procedure."
    assert newest(lead).arrangement == Arrangement()
    for unknown in ("", "x", "1", "9" * 30, last_change(arranged) + "0"):
        with pytest.raises(ConsultRefused, match="already undone"):
            undo(unknown)


def test_a_canceled_consult_does_not_come_back_beside_a_new_one(
    lead: Lead, when: datetime, front_desk: User
) -> None:
    first = book(lead, when)
    change = last_change(cancel(lead, first.pk, "clinic"))
    second = book(lead, when + DAY)
    with pytest.raises(ConsultRefused, match="new consult was booked"):
        consult_details.undo_change(lead, change, front_desk)
    second.delete()
    consult_details.undo_change(lead, change, front_desk)
    assert newest(lead).stands


def test_who_may_not_book_undoes_nothing(
    lead: Lead, when: datetime, outsider: User
) -> None:
    event = book(lead, when)
    change = last_change(confirm(lead, event.pk))
    with pytest.raises(ConsultRefused, match="permission"):
        consult_details.undo_change(lead, change, outsider)


def test_a_provider_who_is_busy_is_booked_only_by_who_was_told(
    lead: Lead, when: datetime
) -> None:
    provider = factories.ProviderFactory(name="Dr. Ode")
    other = factories.LeadFactory(admitted=True, first_name="Talia")
    with_ode = Arrangement(provider.pk)
    taken = book(other, when, with_ode, may_clash=False)
    just_before_its_end = when + timedelta(minutes=29)
    for clash in (when, just_before_its_end, when - timedelta(minutes=29)):
        with pytest.raises(ConsultClash, match=r"Dr. Ode already has .* Talia"):
            book(lead, clash, with_ode, may_clash=False)
    # Beside it, with somebody else, with nobody, and the same lead again.
    book(lead, when + timedelta(minutes=30), with_ode, may_clash=False)
    book(lead, when - timedelta(minutes=30), with_ode, may_clash=False)
    someone = Arrangement(factories.ProviderFactory().pk)
    book(lead, when, someone, may_clash=False)
    book(lead, when, Arrangement(), may_clash=False)
    with pytest.raises(ConsultClash):
        rearrange(lead, when, with_ode, may_clash=False)
    book(other, when, with_ode, may_clash=False)
    book(lead, when, with_ode, may_clash=True)
    # Canceled, voided and deleted ones take nobody's time.
    mine = newest(lead).event
    cancel(lead, mine.pk, "double_booked")
    other.delete()
    book(factories.LeadFactory(admitted=True), when, with_ode, may_clash=False)
    assert taken.lead == other


def test_only_a_consult_at_that_time_is_rearranged(lead: Lead, when: datetime) -> None:
    arrangement = Arrangement("", "BTX")
    assert rearrange(lead, when, arrangement) is None
    seconds = when + timedelta(seconds=20)
    event = book(lead, seconds)
    confirm(lead, event.pk)
    assert rearrange(lead, when + DAY, arrangement) is None
    assert rearrange(lead, when, arrangement)
    assert newest(lead).event == event
    assert newest(lead).is_confirmed
    assert rearrange(lead, when, arrangement)
    assert event.consult_details.history.count() == 2


def test_after_canceling_the_page_offers_the_stage_before(
    lead: Lead, when: datetime
) -> None:
    PipelineStage.objects.update(records_kpi="")
    here = lead.stage_periods.get(left_at=None).stage
    booked = factories.StageFactory(order=here.order + 1, records_kpi="consult_booked")
    assert offer_after_cancel(lead) is None
    event = book(lead, when)
    assert lead.stage_periods.get(left_at=None).stage == booked
    cancel(lead, event.pk, "clinic")
    # Nothing moves by itself.
    assert lead.stage_periods.get(left_at=None).stage == booked
    offer = offer_after_cancel(lead)
    assert offer
    assert offer.stage == here


def test_a_consult_of_today_is_over_tomorrow(lead: Lead) -> None:
    booking = Booking(KpiEvent(), clock.now(), is_held=False)
    assert local_date(clock.now(), clinic_zone()) == clinic_today()
    assert not booking.is_over
    assert Booking(KpiEvent(), clock.now() - DAY, is_held=False).is_over
