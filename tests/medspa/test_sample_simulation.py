"""The sample's leads, generated in memory: are three thousand of them plausible?"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from commissions.models import Role
from medspa.demo.sample.clinic import SampleClinic, Stages
from medspa.demo.sample.days import DAY, HOUR
from medspa.demo.sample.distributions import distributions
from medspa.demo.sample.generate_leads import generate_chunk
from medspa.demo.sample.people import ContactKeys
from medspa.demo.sample.plan import (
    Chunk,
    Request,
    World,
    calendar,
    chunks,
    fresh_leads,
    leads_by_day,
)
from medspa.demo.sample.rows import COPY_COLUMNS, NULL
from medspa.demo.sample.workers import generate_chunks

LEADS = 3_000
REQUEST = Request(LEADS, 12, 7, datetime(2024, 7, 1, 3, 59, 59, tzinfo=UTC))
CLINIC = SampleClinic(
    stages=Stages("new", "contacted", "booked", "won", "lost"),
    tags={"botox": "tag1", "skin": "tag2"},
    staff=("user1", "user2"),
    campaigns={},
    providers={role.value: (role.value, f"{role.value}2") for role in Role},
)
KEYS = ContactKeys(("A" * 43 + "=",), b"k" * 32, "e", "ei", "p", "pi", "l")

CopyRows = dict[str, list[dict[str, str]]]


def make_world() -> tuple[World, list[Chunk]]:
    known = distributions()
    days = calendar(REQUEST, known)
    by_day = leads_by_day(REQUEST, known, days)
    world = World(REQUEST, known, days, CLINIC, KEYS)
    return world, list(chunks(by_day, fresh_leads(LEADS)))


def read(text: dict[str, tuple[int, bytes]]) -> CopyRows:
    return {
        table: [
            dict(zip(COPY_COLUMNS[table].split(), line.split("\t"), strict=True))
            for line in lines.decode().splitlines()
        ]
        for table, (_, lines) in text.items()
    }


def without_nonces(text: dict[str, tuple[int, bytes]]) -> CopyRows:
    rows = read(text)
    for lead in rows["leads_lead"]:
        del lead["email"], lead["phone"]
    return rows


@pytest.fixture(scope="module")
def rows() -> CopyRows:
    world, portions = make_world()
    merged: CopyRows = {}
    for chunk in portions:
        for table, lines in read(generate_chunk(world, chunk)).items():
            merged.setdefault(table, []).extend(lines)
    return merged


def share(rows: CopyRows, table: str, **wanted: str) -> float:
    """CopyRows with these values, for each lead."""
    fitting = [
        row
        for row in rows[table]
        if all(row[column] == value for column, value in wanted.items())
    ]
    return len(fitting) / LEADS


def test_who_just_came_is_not_deleted_while_they_wait_for_a_call() -> None:
    world, portions = make_world()
    delays = world.known.delays.model_copy(update={"soft_deleted": 1.0})
    world.known = world.known.model_copy(update={"delays": delays})
    leads = read(generate_chunk(world, portions[-1]))["leads_lead"]
    fresh = fresh_leads(LEADS)  # written last
    kept = [lead["deleted_at"] == NULL for lead in leads]
    assert kept == [False] * (len(leads) - fresh) + [True] * fresh


def test_chunks_share_the_leads_out_by_whole_days() -> None:
    _, portions = make_world()
    assert len(portions) == 3
    assert sum(chunk.leads for chunk in portions) == LEADS
    days = [day for chunk in portions for day, _ in chunk.arrivals]
    assert days == sorted(set(days))
    assert [chunk.fresh > 0 for chunk in portions] == [False, False, True]
    first, second, _ = portions
    assert second.first_number == first.first_number + first.leads


def test_a_chunk_is_told_the_same_again() -> None:
    world, (chunk, *_) = make_world()
    short = replace(chunk, arrivals=chunk.arrivals[:9])
    assert without_nonces(generate_chunk(world, short)) == without_nonces(
        generate_chunk(world, short)
    )


@pytest.mark.slow
def test_working_processes_tell_what_one_process_tells() -> None:
    world, (chunk, *_) = make_world()
    small = [
        Chunk(index, index * 10 + 1, (arrival,), 0)
        for index, arrival in enumerate(chunk.arrivals[:9])
    ]
    together = [without_nonces(text) for text in generate_chunks(world, small)]
    assert together == [without_nonces(generate_chunk(world, chunk)) for chunk in small]


@pytest.mark.slow
def test_ids_are_those_of_their_moments(rows: CopyRows) -> None:
    leads = sorted(rows["leads_lead"], key=lambda row: row["created_at"])
    assert [row["id"][:9] for row in leads] == sorted(row["id"][:9] for row in leads)
    ids = [row["id"] for table in rows.values() for row in table]
    assert len(set(ids)) == len(ids)
    assert {len(row_id) for row_id in ids} == {25}


def test_sources_have_their_shares(rows: CopyRows) -> None:
    assert share(rows, "leads_lead", source="google") == pytest.approx(0.22, abs=0.03)
    assert share(rows, "leads_lead", ad_platform="facebook") == pytest.approx(
        0.34 * 0.6, abs=0.03
    )
    assert share(rows, "leads_lead", ad_platform="instagram") == pytest.approx(
        0.34 * 0.4, abs=0.03
    )
    assert share(rows, "leads_lead", source="referral") == pytest.approx(0.13, abs=0.03)


def test_procedures_have_their_shares(rows: CopyRows) -> None:
    wishes = Counter(row["procedure_code"] for row in rows["leads_opportunity"])
    assert wishes["BTX"] / wishes.total() == pytest.approx(0.36, abs=0.04)
    assert wishes["LASER"] / wishes.total() == pytest.approx(0.18, abs=0.04)


def test_one_in_a_hundred_is_deleted(rows: CopyRows) -> None:
    assert 0.005 < 1 - share(rows, "leads_lead", deleted_at=NULL) < 0.015


def test_three_in_a_hundred_come_a_second_time(rows: CopyRows) -> None:
    people = Counter(
        row["email_index"] for row in rows["leads_lead"] if len(row["email_index"]) > 3
    )
    again = people.total() - len(people)
    assert again / people.total() == pytest.approx(0.03, abs=0.01)


def test_the_funnel_narrows_as_in_a_clinic(rows: CopyRows) -> None:
    booked = share(rows, "leads_leadstage", stage_id="booked")
    shown = share(rows, "kpis_kpievent", kind="consult_show")
    won = share(rows, "leads_leadstage", stage_id="won")
    assert 0.25 < booked < 0.4
    assert 0.65 < shown / booked < 0.95
    assert 0.5 < won / shown < 0.75


def test_prices_stay_within_their_bounds(rows: CopyRows) -> None:
    paid = [
        int(row["value_cents"])
        for row in rows["kpis_kpievent"]
        if row["kind"] == "invoice_paid" and '"BTX"' in row["metadata_json"]
    ]
    assert min(paid) >= 20_000
    assert max(paid) <= 140_000
    assert sorted(paid)[len(paid) // 2] == pytest.approx(48_000, rel=0.1)


def test_refunds_and_retail_are_rare(rows: CopyRows) -> None:
    events = rows["kpis_kpievent"]
    payments = [row for row in events if row["kind"] == "invoice_paid"]
    retail = [row for row in payments if '"retail"' in row["metadata_json"]]
    refunds = [row for row in events if row["kind"] == "invoice_refunded"]
    assert 0.1 < len(retail) / (len(payments) - len(retail)) < 0.25
    assert 0.005 < len(refunds) / len(payments) < 0.04


def test_some_clicks_are_of_nobody(rows: CopyRows) -> None:
    clicks = [row for row in rows["kpis_kpievent"] if row["kind"] == "ad_click"]
    anonymous = [row for row in clicks if row["lead_id"] == NULL]
    assert len(anonymous) == 3 * (len(clicks) - len(anonymous))


def test_nights_are_quiet_and_mondays_busy(rows: CopyRows) -> None:
    zone = ZoneInfo("America/New_York")
    moments = [
        datetime.fromisoformat(row["created_at"]).astimezone(zone)
        for row in rows["leads_lead"]
    ]
    nights = sum(moment.hour in (1, 2, 3, 4) for moment in moments)
    assert nights / LEADS < 0.04
    weekdays = Counter(moment.weekday() for moment in moments)
    assert weekdays[0] > weekdays[5]


def test_opening_hours_know_sundays_and_clock_changes() -> None:
    world, _ = make_world()
    days = world.days
    sunday = days.dates.index(date(2024, 3, 10))
    noon = days.at_hour(sunday, 12)
    assert not days.is_open(noon)
    assert noon - days.midnights[sunday] == 11 * HOUR
    assert days.next_opening(noon) == days.at_hour(sunday + 1, 9)
    assert days.midnights[sunday + 1] - days.midnights[sunday] == DAY - HOUR
    assert days.at_hour(sunday, 2.5) <= days.at_hour(sunday, 3.5)
