"""No-show risk: the clinic's own past, smoothed; and how Today shows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kpis.events.no_show import (
    LEAST_RISK,
    MOST_RISK,
    PRIOR_RATE,
    Consult,
    Past,
    ahead_in_words,
    learn,
    risk,
)
from kpis.models import KpiEvent
from kpis.today import CONSULT_SECTION
from leads.models import Lead
from medspa.clinic_time import clinic_today, clinic_zone, day_range
from medspa.models import User
from tests import factories

WEEK = timedelta(days=7)


def consult(source: str = "google", procedure: str = "BTX", days: int = 5) -> Consult:
    return Consult(source, procedure, timedelta(days=days))


def test_without_any_past_the_risk_is_a_guess() -> None:
    assert risk(consult(), Past()) == pytest.approx(PRIOR_RATE)


def test_two_of_two_missed_is_no_verdict() -> None:
    past = learn([(consult("tiktok"), False)] * 2 + [(consult("google"), True)] * 98)
    assert past.rate < risk(consult("tiktok"), past) < 0.5


def test_what_all_consults_share_changes_nothing() -> None:
    past = learn([(consult(), False)] * 30 + [(consult(), True)] * 70)
    assert risk(consult(), past) == pytest.approx(past.rate)


def test_a_source_whose_people_often_stay_away_is_riskier() -> None:
    past = learn(
        [(consult("tiktok"), False)] * 60
        + [(consult("tiktok"), True)] * 40
        + [(consult("referral"), False)] * 5
        + [(consult("referral"), True)] * 95
    )
    assert risk(consult("tiktok"), past) > 0.5
    assert risk(consult("referral"), past) < 0.15


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "booked a day ahead or less"),
        (7, "booked up to a week ahead"),
        (8, "booked one to three weeks ahead"),
        (60, "booked more than three weeks ahead"),
    ],
)
def test_lead_time_is_told_in_words(days: int, words: str) -> None:
    assert ahead_in_words(timedelta(days=days)) == words


some_consults = st.builds(
    Consult,
    st.sampled_from(["google", "tiktok"]),
    st.sampled_from(["", "BTX"]),
    st.integers(-2, 90).map(lambda days: timedelta(days=days)),
)


@given(st.lists(st.tuples(some_consults, st.booleans())), some_consults)
def test_a_risk_is_always_a_chance(
    past: list[tuple[Consult, bool]], asked: Consult
) -> None:
    assert LEAST_RISK <= risk(asked, learn(past)) <= MOST_RISK


@given(st.lists(st.tuples(some_consults, st.booleans()), min_size=1), some_consults)
def test_one_more_no_show_never_lowers_the_risk_of_its_like(
    past: list[tuple[Consult, bool]], asked: Consult
) -> None:
    same = [(asked, came) for _, came in past]
    assert risk(asked, learn([*same, (asked, False)])) >= risk(asked, learn(same))


# Today ----------------------------------------------------------------------


@pytest.fixture
def noon() -> datetime:
    local = timezone.now().astimezone(clinic_zone()) - timedelta(days=1)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def booked(due: datetime, source: str = "google", came: bool = False) -> Lead:
    lead = factories.LeadFactory(source=source, created_at=due - 3 * WEEK)
    booking = KpiEvent.objects.create(
        lead=lead,
        kind="consult_booked",
        occurred_at=due - 2 * WEEK,
        metadata_json={"scheduled_for": due.isoformat()},
    )
    if came:
        KpiEvent.objects.create(
            lead=lead,
            kind="consult_show",
            occurred_at=due,
            metadata_json={"booking": booking.pk},
        )
    return lead


@pytest.mark.django_db
def test_consults_come_by_time_with_their_risk_beside(
    noon: datetime, front_desk: User
) -> None:
    for number in range(30):
        booked(noon - WEEK, "tiktok", came=number < 10)
        booked(noon - WEEK, "referral", came=True)
    hour = timedelta(hours=1)
    risky = booked(noon + 3 * hour, "tiktok")
    safe = booked(noon + hour, "referral")
    past = booked(noon - hour)
    tomorrow = booked(noon + timedelta(days=1), "tiktok")
    booked(noon + timedelta(days=2))
    booked(noon - timedelta(days=1))
    booked(noon - hour, came=True)
    rows = CONSULT_SECTION.read(noon, front_desk, ())
    assert [row.lead_id for row in rows] == [past.pk, safe.pk, risky.pk, tomorrow.pk]
    assert "did they show?" in rows[0].why
    assert [row.tone for row in rows] == ["bad", "", "warn", "warn"]
    assert rows[2].note_reasons == "Booked one to three weeks ahead, TikTok"


@pytest.mark.django_db
def test_a_marked_no_show_needs_no_answer_any_more(front_desk: User) -> None:
    now = timezone.now()
    lead = booked(now - timedelta(minutes=1))
    assert len(CONSULT_SECTION.read(now, front_desk, ())) == 1
    factories.TaskFactory(lead=lead, what="follow_up_no_show")
    assert CONSULT_SECTION.read(now, front_desk, ()) == []


@pytest.mark.django_db
def test_who_missed_a_consult_and_booked_again_is_expected(
    noon: datetime, front_desk: User
) -> None:
    booked(noon - timedelta(hours=3))
    lead = booked(noon + timedelta(days=1))
    factories.TaskFactory(
        lead=lead, what="follow_up_no_show", created_at=noon - timedelta(hours=2)
    )
    rows = CONSULT_SECTION.read(noon, front_desk, ())
    assert rows[-1].lead_id == lead.pk


@pytest.mark.django_db
def test_voided_bookings_and_deleted_leads_are_left_out(front_desk: User) -> None:
    now = timezone.now()
    booked(now).delete()
    KpiEvent.objects.get(lead=booked(now)).delete()
    kept = booked(now)
    assert [row.lead_id for row in CONSULT_SECTION.read(now, front_desk, ())] == [
        kept.pk
    ]


@pytest.mark.django_db
def test_a_moment_written_in_another_zone_is_the_clinics_day(
    noon: datetime, front_desk: User
) -> None:
    late = noon.replace(hour=23, minute=30)
    lead = factories.LeadFactory()
    KpiEvent.objects.create(
        lead=lead,
        kind="consult_booked",
        occurred_at=noon - WEEK,
        metadata_json={"scheduled_for": late.astimezone().isoformat()},
    )
    assert [row.lead_id for row in CONSULT_SECTION.read(noon, front_desk, ())] == [
        lead.pk
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        lambda at: at.isoformat(),
        lambda at: at.isoformat(timespec="milliseconds"),
        lambda at: at.isoformat(timespec="minutes"),
        lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
        lambda at: at.astimezone(ZoneInfo("Asia/Tokyo")).isoformat(),
        lambda at: at.astimezone(ZoneInfo("Pacific/Honolulu")).isoformat(),
    ],
    ids=["UTC", "milliseconds", "minutes", "Z", "Tokyo", "Honolulu"],
)
def test_the_first_and_the_last_minute_of_the_days_count_however_they_are_written(
    written: Callable[[datetime], str], noon: datetime, front_desk: User
) -> None:
    today = clinic_today(noon)
    first, end = day_range(today, today + timedelta(days=1), clinic_zone())
    minute = timedelta(minutes=1)
    found = []
    for at in (first - minute, first, end - minute, end):
        lead = factories.LeadFactory()
        KpiEvent.objects.create(
            lead=lead,
            kind="consult_booked",
            occurred_at=noon - WEEK,
            metadata_json={"scheduled_for": written(at.astimezone(UTC))},
        )
        found.append(lead.pk)
    rows = CONSULT_SECTION.read(noon, front_desk, ())
    assert [row.lead_id for row in rows] == found[1:3]
