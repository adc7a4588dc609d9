"""The calendar of consults: its days, where consults stand, and what the page says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpis.calendar import data
from kpis.calendar.consults import NO_PROVIDER
from kpis.calendar.data import Calendar, Span, read_calendar
from kpis.calendar.days import ShownDays
from kpis.calendar.layout import (
    CalendarConsult,
    DayHours,
    hours_around,
    lay_out,
    mark_doubles,
)
from kpis.events.consults import show
from kpis.models import KpiEvent
from leads.models import Lead
from medspa import clock
from medspa.models import User
from tests import factories
from tests.clinics import ChangeClinic
from tests.kpis.test_consult_times import HOLIDAY, OPEN

# A Wednesday.
TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
WEEK = ShownDays.week_of(TODAY)
MINUTE = timedelta(minutes=1)


def consult(
    at: str, *, minutes: int = 30, provider: str = "", name: str = ""
) -> CalendarConsult:
    starts = datetime.fromisoformat(f"2026-03-04T{at}")
    return CalendarConsult(
        "lead", name, starts, starts + minutes * MINUTE, provider_id=provider
    )


def booked(lead: Lead, at: str, **details: object) -> Lead:
    event = factories.KpiEventFactory(lead=lead, metadata_json={"scheduled_for": at})
    if details:
        factories.ConsultDetailsFactory(booking=event, **details)
    return lead


# Days ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "first"), [("US", date(2026, 3, 1)), ("GB", date(2026, 3, 2))]
)
def test_a_week_begins_as_the_country_does(
    country: str, first: date, clinic_is: ChangeClinic
) -> None:
    clinic_is(country=country)
    weeks = {ShownDays.week_of(first + timedelta(days=day)) for day in range(7)}
    assert weeks == {ShownDays(first, first + timedelta(days=6))}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, WEEK),
        ({"week": "2026-03-14"}, WEEK.moved(1)),
        ({"week": "2026-02-22", "day": "x"}, WEEK.moved(-1)),
        ({"day": "2026-03-09"}, ShownDays(date(2026, 3, 9), date(2026, 3, 9))),
        ({"week": "9999-12-31"}, WEEK),
        ({"day": "0001-01-01"}, WEEK),
        ({"week": "yesterday"}, WEEK),
    ],
)
def test_the_address_says_which_days(query: dict[str, str], shown: ShownDays) -> None:
    assert ShownDays.read(query, TODAY) == shown


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["week", "day"])
def test_a_day_out_of_our_years_shows_this_week(
    name: str, client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    this_week = client.get("/calendar/").context["calendar"].shown
    odd = "1", "0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "next", "\0"
    for text in odd:
        answer = client.get("/calendar/", {name: text})
        assert (answer.status_code, text) == (200, text)
        assert answer.context["calendar"].shown == this_week
    for text in ("2000-01-01", "2100-12-31"):
        answer = client.get("/calendar/", {name: text})
        assert (answer.status_code, text) == (200, text)
        assert (
            answer.context["calendar"].shown.first.year == int(text[:4])
            or name == "week"
        )


def test_a_day_moves_by_days() -> None:
    day = ShownDays(TODAY, TODAY)
    assert day.moved(1).query == "day=2026-03-05"
    assert WEEK.moved(-1).query == "week=2026-02-22"


# Layout ----------------------------------------------------------------------------


def test_hours_hold_the_usual_ones_and_every_consult() -> None:
    at = [consult("07:15").starts, consult("18:00").starts]
    ends = [consult("18:00").ends, consult("19:00", minutes=60).ends]
    assert hours_around([], []) == DayHours(9, 17)
    assert hours_around(at, ends) == DayHours(7, 20)
    midnight = consult("23:30").ends
    assert hours_around([], [midnight]) == DayHours(9, 24)
    after_midnight = consult("23:45").ends
    assert hours_around([], [after_midnight]).last >= 17


def test_a_consult_stands_in_the_row_of_its_time() -> None:
    placed, _ = lay_out([consult("10:30")], DayHours(9, 17), 3)
    assert [(one.row, one.rows, one.lane, one.lanes) for one in placed] == [
        (6, 2, 0, 1)
    ]


def test_consults_that_overlap_stand_side_by_side_and_others_take_the_width() -> None:
    four = [consult("10:00"), consult("10:15"), consult("10:30"), consult("11:00")]
    placed, beyond = lay_out(four, DayHours(9, 17), 3)
    assert [(one.lane, one.lanes) for one in placed] == [(0, 2), (1, 2), (0, 2), (0, 1)]
    assert not beyond


def test_what_has_no_room_is_counted() -> None:
    five = [consult("10:00", name=name) for name in "abcde"]
    placed, beyond = lay_out(five, DayHours(9, 17), 3)
    assert [one.is_beyond for one in placed] == [False, False, True, True, True]
    assert [(one.count, one.row, one.lane, one.lanes) for one in beyond] == [
        (3, 4, 2, 3)
    ]
    placed, beyond = lay_out(five[:3], DayHours(9, 17), 3)
    assert not beyond
    assert not any(one.is_beyond for one in placed)


def test_only_consults_of_one_provider_that_overlap_are_double() -> None:
    found = mark_doubles(
        [
            consult("10:15", provider="ode"),
            consult("10:00", provider="ode"),
            consult("10:45", provider="ode"),
            consult("10:00", provider="may"),
            consult("10:00"),
            consult("10:00"),
        ]
    )
    assert [one.is_double for one in found] == [True, True, *[False] * 4]


# What is read ----------------------------------------------------------------------


def shown_in(calendar: Calendar) -> list[str]:
    return [one.name for day in calendar.days for one in day.consults]


@pytest.mark.django_db
def test_the_week_has_its_standing_consults_and_no_others() -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    names = ["first", "last", "before", "after", "canceled", "deleted", "voided"]
    lead = {
        name: factories.LeadFactory(admitted=True, first_name=name.title())
        for name in names
    }
    # Sunday begins at 5:00 in UTC, and so does the next one: the clocks change then.
    booked(lead["first"], "2026-03-01T05:00:00+00:00", provider=ode)
    booked(lead["last"], "2026-03-08T04:59:00Z")
    booked(lead["before"], "2026-03-01T04:59:00+00:00", provider=ode)
    booked(lead["after"], "2026-03-08T05:00:00+00:00")
    for name in ("deleted", "voided", "canceled"):
        booked(lead[name], "2026-03-04T15:00:00+00:00", provider=ode)
    lead["deleted"].delete()
    lead["voided"].kpi_events.get().delete()
    lead["canceled"].kpi_events.get().consult_details.delete()
    factories.ConsultDetailsFactory(
        booking=lead["canceled"].kpi_events.get(),
        canceled_at=NOW,
        cancel_reason="clinic",
    )
    assert shown_in(read_calendar(WEEK, "", NOW)) == ["First", "Last"]
    assert shown_in(read_calendar(WEEK, ode.pk, NOW)) == ["First"]
    assert shown_in(read_calendar(WEEK, NO_PROVIDER, NOW)) == ["Last"]
    assert shown_in(read_calendar(WEEK, "someone", NOW)) == []
    assert shown_in(read_calendar(WEEK.moved(1), "", NOW)) == ["After"]


@pytest.mark.django_db
@pytest.mark.parametrize("offset", ["-14:59", "-11:00", "+00:00", "+09:30", "+14:59"])
def test_a_consult_is_on_its_day_in_whatever_zone_it_was_written(offset: str) -> None:
    zone = datetime.fromisoformat(f"2026-03-04T00:00{offset}").tzinfo
    # The clinic's Wednesday, from 5:00 in UTC on.
    begins = datetime(2026, 3, 4, 5, tzinfo=UTC)
    moments = {
        "before": begins - MINUTE,
        "first": begins,
        "last": begins + timedelta(days=1) - MINUTE,
        "after": begins + timedelta(days=1),
    }
    for name, at in moments.items():
        lead = factories.LeadFactory(admitted=True, first_name=name.title())
        booked(lead, at.astimezone(zone).isoformat())
    day = ShownDays(TODAY, TODAY)
    assert shown_in(read_calendar(day, "", NOW)) == ["First", "Last"]
    planned = KpiEvent.objects.planned_between(begins, moments["after"])
    assert [one.planned_at for one in planned] == [moments["first"], moments["last"]]


@pytest.mark.django_db
def test_a_consult_says_whether_it_is_confirmed_held_and_over() -> None:
    when = clock.now() - timedelta(hours=1)
    coming = clock.now() + timedelta(hours=1)
    held, confirmed = (factories.LeadFactory(admitted=True) for _ in range(2))
    booked(held, when.isoformat())
    booked(confirmed, coming.isoformat(), confirmed_at=clock.now())
    show(held, held.kpi_events.get().pk)
    local = when.astimezone().date()
    shown = ShownDays(local - timedelta(days=1), local + timedelta(days=2))
    found = {
        one.lead_id: (one.is_held, one.is_confirmed, one.is_past)
        for day in read_calendar(shown, "", clock.now()).days
        for one in day.consults
    }
    assert found == {
        held.pk: (True, False, True),
        confirmed.pk: (False, True, False),
    }


@pytest.mark.django_db
def test_who_left_can_be_chosen_while_they_have_consults() -> None:
    here, gone, idle = (
        factories.ProviderFactory(name=name) for name in ("b", "a", "c")
    )
    for one in (gone, idle):
        booked(
            factories.LeadFactory(admitted=True), "2026-03-04T15:00:00Z", provider=gone
        )
        one.delete()
    names = [choice.name for choice in read_calendar(WEEK, here.pk, NOW).choices]
    assert names == ["Everyone", "b", "No provider"]
    found = read_calendar(WEEK, "", NOW)
    assert [choice.name for choice in found.choices] == [
        "Everyone",
        "a",
        "b",
        "No provider",
    ]
    # Its two consults are at the same time, but over.
    assert [one.is_double for day in found.days for one in day.consults] == [True, True]
    assert not found.doubles
    [double] = read_calendar(WEEK, "", NOW - timedelta(days=1)).doubles
    assert (double.provider, len(double.consults)) == ("a", 2)


@pytest.mark.django_db
def test_closed_hours_are_shaded_and_holidays_named(clinic_is: ChangeClinic) -> None:
    unknown = read_calendar(WEEK, "", NOW)
    assert [day.closed for day in unknown.days] == [[]] * 7
    early = {"opens": "07:30:00", "closes": "12:00:00"}
    lunch = OPEN["monday"] | {"break_from": "12:00:00", "break_to": "13:30:00"}
    hours = OPEN | {"saturday": early, "tuesday": lunch}
    clinic_is(opening_hours=hours, holidays=[HOLIDAY])
    week = read_calendar(WEEK, "", NOW)
    assert week.hours == DayHours(7, 17)
    sunday, monday, tuesday, *_, saturday = week.days
    assert sunday.closed == [Span(0, 40)]
    assert monday.closed == [Span(0, 8)]
    assert tuesday.closed == [Span(0, 8), Span(20, 6)]
    assert saturday.closed == [Span(0, 2), Span(20, 20)]
    holiday = read_calendar(WEEK.moved(1), "", NOW).days[1]
    assert (holiday.holiday, holiday.closed) == ("Spring Day", [Span(0, 40)])


# The page --------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 30])
def test_a_week_costs_as_many_queries_with_thirty_consults_as_with_two(
    count: int, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    client.get("/calendar/")
    for number in range(count):
        booked(
            factories.LeadFactory(admitted=True),
            f"2026-03-04T{10 + number % 9}:00:00Z",
            provider=factories.ProviderFactory(),
        )
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/calendar/?week=2026-03-04")
    assert answer.status_code == 200
    # Session, person, consults, providers.
    assert len(captured) == 4
    assert answer.content.decode().count('class="consult ') == count


def test_a_week_with_more_consults_than_fit_shows_the_first_and_says_so(
    front_desk: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at in ("05T14", "04T16", "04T15"):
        booked(factories.LeadFactory(admitted=True), f"2026-03-{at}:00:00Z")
    client.force_login(front_desk)

    def page() -> str:
        return client.get("/calendar/?week=2026-03-04").content.decode()

    assert "more consults than fit" not in page()
    monkeypatch.setattr(data, "MOST_CONSULTS_SHOWN", 1)
    cut = page()
    assert "more consults than fit" in cut
    assert "10:00 AM" in cut
    assert "11:00 AM" not in cut
    assert "9:00 AM" not in cut


def test_the_page_names_its_days_and_leads_to_others_and_to_leads(
    front_desk: User, client: Client
) -> None:
    ode = factories.ProviderFactory(name="Dr. Ode")
    lead = booked(
        factories.LeadFactory(admitted=True, first_name="Talia"),
        "2026-03-04T15:00:00Z",
        provider=ode,
        procedure_code="BTX",
    )
    client.force_login(front_desk)
    page = " ".join(
        client.get(f"/calendar/?week=2026-03-04&provider={ode.pk}")
        .content.decode()
        .split()
    )
    assert "Mar 1–7, 2026" in page
    assert f'href="/leads/{lead.pk}/"' in page
    assert "10:00 AM" in page
    assert "Dr. Ode · Botox" in page
    for days in ("week=2026-02-22", "week=2026-03-08", "day=2026-03-04"):
        assert f'href="?{days}&amp;provider={ode.pk}"' in page
    assert 'href="?week=2026-03-01"' in page
    empty = client.get("/calendar/?week=2026-05-01").content.decode()
    assert "No consults this week" in " ".join(empty.split())


def test_who_may_not_see_leads_sees_no_calendar(
    person: Callable[[str], User], client: Client
) -> None:
    client.force_login(person("Provider"))
    assert client.get("/calendar/").status_code == 403


@pytest.mark.parametrize(
    "query", ["provider=%00", "provider=" + "x" * 999, "day=2026-13-40"]
)
def test_what_is_no_provider_or_day_finds_nothing_and_fails_nowhere(
    query: str, front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    assert client.get(f"/calendar/?{query}").status_code == 200
