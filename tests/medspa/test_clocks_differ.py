"""A computer's clock runs ahead, or all clocks are set back: nothing is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from commissions.models import LeadProvider
from kpis.events.consults import book, show
from kpis.events.payments import record_payment, record_refund
from kpis.models import KpiEvent
from leads.models import Activity, Lead, LeadStage
from leads.services.contacting import log_contact
from leads.services.pipeline import create_lead, move
from medspa import clock
from medspa.clock import DatabaseClock
from tests import factories

pytestmark = pytest.mark.django_db
AHEAD = timedelta(minutes=3)


def ahead() -> datetime:
    return datetime.now(UTC) + AHEAD


@pytest.fixture
def our_clock_is_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this computer, as far as moments are taken from it."""
    monkeypatch.setattr(clock, "DATABASE_CLOCK", DatabaseClock(wall=ahead))


def test_the_databases_clock_counts_once_ours_is_off_by_seconds() -> None:
    with connection.cursor() as cursor:  # the question is asked on an open connection
        cursor.execute("SELECT 1")
    for off in (timedelta(hours=5), timedelta(seconds=-6)):
        found = DatabaseClock(wall=lambda off=off: datetime.now(UTC) + off)
        assert abs(found.now() - datetime.now(UTC)) < timedelta(seconds=2)
        assert abs(found.skew() + off) < timedelta(seconds=2)


def test_a_small_difference_leaves_our_clock_as_it_is() -> None:
    off = timedelta(seconds=4)
    found = DatabaseClock(wall=lambda: datetime.now(UTC) + off)
    assert found.now() - datetime.now(UTC) > timedelta(seconds=3)


def test_the_database_is_asked_once_a_minute_and_a_step_of_ours_changes_nothing() -> (
    None
):
    step, seconds = [timedelta()], [0.0]
    found = DatabaseClock(
        wall=lambda: datetime.now(UTC) + step[0], monotonic=lambda: seconds[0]
    )
    begun = found.now()
    step[0] = timedelta(hours=-1)
    seconds[0] = 30
    assert abs(found.now() - begun - timedelta(seconds=30)) < timedelta(seconds=2)
    seconds[0] = 61  # asked again: only then it learns that no minute has passed
    assert abs(found.now() - begun) < timedelta(seconds=2)


def test_without_an_open_connection_none_is_opened() -> None:
    connection.close()
    assert DatabaseClock(wall=ahead).skew() == timedelta()


def test_a_clock_that_runs_ahead_refuses_nothing_and_dates_nothing_ahead(
    our_clock_is_ahead: None,
) -> None:
    lead = factories.LeadFactory.build()
    create_lead(lead, factories.StageFactory())
    everything(lead)
    latest = datetime.now(UTC) + timedelta(seconds=2)
    for model, moment in MOMENTS:
        assert model.objects.exists()
        assert not model.objects.filter(**{f"{moment}__gt": latest}).exists()


MOMENTS = (
    (LeadStage, "changed_at"),
    (Activity, "created_at"),
    (KpiEvent, "occurred_at"),
)


def everything(lead: Lead) -> None:
    """Each act that records a moment."""
    move(lead.pk, factories.StageFactory().pk)
    log_contact(lead, "call", "answered")
    booking = book(lead, datetime.now(UTC))
    show(lead, booking.pk)
    payment = record_payment(lead, 10_000)
    record_refund(lead, payment.pk, 5_000)
    lead.delete()
    lead.restore()


def test_clocks_set_back_by_five_minutes_refuse_nothing() -> None:
    """What was written before is ahead of both clocks now."""
    lead = factories.LeadFactory(admitted=True)
    later = datetime.now(UTC) + timedelta(minutes=5)
    lead.created_at = later
    lead.save()
    for model, moment in MOMENTS:
        if model is not LeadStage:
            factory = {
                Activity: factories.ActivityFactory,
                KpiEvent: factories.KpiEventFactory,
            }[model]
            factory(lead=lead, **{moment: later, "recorded_at": later})
    lead.stage_periods.update(changed_at=later, recorded_at=later)
    everything(lead)
    period = lead.stage_periods.get(left_at=None)
    assert period.changed_at >= later
    assert period.recorded_at == period.changed_at


@pytest.mark.parametrize(
    "write",
    [
        lambda at: factories.ActivityFactory(created_at=at),
        lambda at: factories.LeadStageFactory(changed_at=at),
        lambda at: factories.KpiEventFactory(occurred_at=at),
        lambda at: LeadProvider.objects.create(
            lead=factories.LeadFactory(),
            provider=factories.ProviderFactory(),
            chosen_at=at,
        ),
    ],
)
def test_a_row_minutes_ahead_is_recorded_then_and_a_later_one_is_refused(
    write: Callable[[datetime], object],
) -> None:
    at = datetime.now(UTC) + timedelta(minutes=9)
    row = write(at)
    row.refresh_from_db()  # type: ignore[attr-defined]
    assert row.recorded_at == at  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError, match="not_in_the_future"):
        write(datetime.now(UTC) + timedelta(minutes=11))
