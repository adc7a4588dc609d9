"""Deliveries that arrive are worked off together, in their order, each once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from connections import arrivals
from connections.arrivals import (
    FLOOD_AT_ONCE,
    SECONDS_BETWEEN_LOOKS,
    SECONDS_TO_GATHER,
    WORK_OFF,
    hand_over_lost,
    keep_working_off,
    seconds_to_rest,
    work_off_all_arrivals,
    work_off_arrivals,
)
from connections.models import (
    Connection,
    DeliveryState,
    ItemOutcome,
    ReceivedDelivery,
    UnmatchedEvent,
)
from connections.page.deciding import DecisionRefused, retry
from connections.refusals import RetryLater
from connections.registry import DOORS
from connections.working_off import LONGEST_REST
from kpis.models import KpiEvent
from kpis.models.rollup import DirtySubject, Fact
from kpis.rollups import rebuild_rollups
from leads.models import Lead
from medspa import clock
from medspa.clinic_time import clinic_zone
from tests.connections.deliveries import delivery_of, fixture
from tests.connections.doors import connected, post, send, work_off_all

pytestmark = pytest.mark.usefixtures("clinic")
NAMES = ("Ana", "Bea", "Cleo", "Dora", "Eva")


def lead(name: str) -> dict[str, Any]:
    email = f"{name.lower()}@example.com"
    return {"what": "lead", "who": {"first_name": name, "email": email}}


def event(what: str, number: int, name: str, **more: Any) -> dict[str, Any]:
    who = {"email": f"{name.lower()}@example.com"}
    when = "2026-03-02T10:00:00-05:00"
    return {"what": what, "id": f"obj_{number}", "when": when, "who": who, **more}


def paid(number: int, name: str) -> dict[str, Any]:
    return event("paid", number, name, amount="300.00", currency="USD")


def refunded(number: int, name: str, of: int) -> dict[str, Any]:
    more = {"amount": "100.00", "currency": "USD", "parent_id": f"obj_{of}"}
    return event("refunded", number, name, **more)


DAY = [
    *(lead(name) for name in NAMES),
    {"what": "lead", "who": {"first_name": "Nobody"}},
    *(paid(number, name) for number, name in enumerate(NAMES)),
    paid(0, "Ana"),
    refunded(20, "Bea", of=1),
    refunded(21, "Eva", of=40),
    event("booked", 30, "Ana", scheduled_for="2026-03-09T10:00:00-05:00"),
    event("cancelled", 30, "Ana", status_at="2026-03-05T10:00:00-05:00"),
    {**paid(50, "Cleo"), "currency": "EUR"},
    paid(51, "Stranger"),
    {"what": "lead", "who": {"first_name": "Ana", "email": "ana@example.com"}},
]


def what_is_there() -> dict[str, Any]:
    return {
        "leads": sorted(Lead.objects.values_list("first_name", flat=True)),
        "events": sorted(
            KpiEvent.objects.values_list("kind", "value_cents", "lead__first_name")
        ),
        "outcomes": sorted(
            ItemOutcome.objects.values_list(
                "delivery__key", "number", "what", "object_id", "outcome", "reason"
            )
        ),
        "states": sorted(
            (row.key, row.state, bool(row.data))
            for row in ReceivedDelivery.objects.all()
        ),
        "waiting": sorted(
            UnmatchedEvent.objects.values_list("object_id", "why", "delivery__key")
        ),
    }


def of_a_day(work: Callable[[], object]) -> dict[str, Any]:
    """What is there after the day, which is then taken back."""
    sender = connected()
    sets = transaction.savepoint()
    for number, message in enumerate(DAY):
        assert send(sender, message, f"msg_{number:02}").status_code == 200
    work()
    found = what_is_there()
    transaction.savepoint_rollback(sets)
    sender.delete()
    return found


def test_together_they_come_to_the_same_as_one_by_one() -> None:
    together = of_a_day(work_off_all_arrivals)
    assert together == of_a_day(work_off_all)
    states = Counter(state for _, state, _ in together["states"])
    assert states == {"done": len(DAY) - 1, "parked": 1}
    assert len(together["outcomes"]) == len(DAY) and len(together["waiting"]) == 2


def test_they_are_worked_off_in_the_order_in_which_they_arrived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also from one connection to the next: a payment finds the lead before it."""
    monkeypatch.setattr(arrivals, "DELIVERIES_AT_ONCE", 3)
    first, second = connected(account="a"), connected(account="b")
    for number, name in enumerate(NAMES):
        send(first, lead(name), f"msg_{number}")
        send(second, paid(number, name), f"msg_{number}")
    assert [work_off_arrivals() for _ in range(5)] == [3, 3, 3, 1, 0]
    assert KpiEvent.objects.count() == len(NAMES)
    assert not UnmatchedEvent.objects.exists()
    assert Lead.history.first().history_actor == "Connect anything"


def test_a_delivery_that_fails_unexpectedly_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others are worked off alone, as jobs, and the guilty one is parked."""
    sender = connected()
    for name in NAMES:
        send(sender, lead(name), name)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.broken() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN IF NEW.first_name = 'Cleo' THEN"
            " RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END IF;"
            " RETURN NEW; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON leads_lead"
            " FOR EACH ROW EXECUTE FUNCTION pg_temp.broken()"
        )
    assert work_off_arrivals() == len(NAMES)
    assert not Lead.objects.exists()
    assert work_off_arrivals() == 0
    assert jobs() == set(ReceivedDelivery.objects.values_list("pk", flat=True))
    work_off_all()
    assert Lead.objects.count() == len(NAMES) - 1
    assert ReceivedDelivery.objects.get(state="parked").reason == "failed"


def jobs() -> set[str]:
    rows = ProcrastinateJob.objects.filter(task_name=WORK_OFF, status="todo")
    return {row.args["delivery_id"] for row in rows}


def test_what_the_other_system_must_be_asked_about_is_handed_over_to_jobs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    door = DOORS["meta"]
    assert not door.works_in_batches and DOORS["connect"].works_in_batches
    sender = connected("meta")
    given = door.sign(delivery_of(fixture("meta", "leadgen")), sender.secret_values)
    assert post(sender, given).status_code == 200
    row = ReceivedDelivery.objects.get()
    assert row.attempts == 0 and not jobs()
    assert [work_off_arrivals(), work_off_arrivals()] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 1)
    assert jobs() == {row.pk}
    # Nobody was asked first, while others waited.
    assert not caplog.records


def test_a_delivery_of_a_door_that_is_gone_is_handed_over_and_parked() -> None:
    sender = connected()
    send(sender, lead("Ana"))
    Connection.objects.update(door="gone")
    work_off_arrivals()
    assert jobs()
    work_off_all()
    assert ReceivedDelivery.objects.get().reason == "unknown_door"


def waiting_row(sender: Connection, **fields: Any) -> ReceivedDelivery:
    send(sender, lead("Ana"))
    ReceivedDelivery.objects.update(**fields)
    return ReceivedDelivery.objects.get()


def test_a_delivery_whose_job_was_lost_gets_another_one() -> None:
    long_ago = clock.now() - timedelta(hours=1)
    row = waiting_row(connected(), attempts=3, received_at=long_ago)
    hand_over_lost()
    assert jobs() == {row.pk}
    hand_over_lost()
    assert ProcrastinateJob.objects.filter(task_name=WORK_OFF).count() == 1
    row.refresh_from_db()
    assert row.attempts == 3


def test_a_delivery_that_was_just_handed_over_is_not_lost() -> None:
    waiting_row(connected(), attempts=1)
    hand_over_lost()
    assert not jobs()


def test_a_retry_without_an_answer_is_tried_again_by_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = connected("meta")
    door = DOORS["meta"]
    post(
        sender, door.sign(delivery_of(fixture("meta", "leadgen")), sender.secret_values)
    )
    row = ReceivedDelivery.objects.get()
    ReceivedDelivery.objects.update(state="parked", reason="failed")

    def silence(*given: Any, **also: Any) -> None:
        raise RetryLater

    monkeypatch.setattr("connections.working_off._apply", silence)
    with pytest.raises(DecisionRefused):
        retry(row.pk)
    row.refresh_from_db()
    assert row.state == DeliveryState.WAITING and row.attempts == 2
    assert jobs() == {row.pk} and work_off_arrivals() == 0


def test_the_loop_works_off_what_comes_until_it_must_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrivals, "close_old_connections", lambda: None)
    monkeypatch.setattr(arrivals, "DELIVERIES_AT_ONCE", 2)
    sender = connected()
    for name in NAMES:
        send(sender, lead(name), name)
    keep_working_off(lambda: Lead.objects.count() == len(NAMES))
    assert ReceivedDelivery.objects.filter(state="done").count() == len(NAMES)


def test_what_arrived_is_in_the_totals_before_a_page_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrivals, "close_old_connections", lambda: None)
    rebuild_rollups(clinic_zone().key)
    send(connected(), lead("Ana"), "Ana")
    assert not Fact.objects.exists()
    looks = iter(range(5))
    keep_working_off(lambda: next(looks, None) is None)
    assert Fact.objects.exists() and not DirtySubject.objects.exists()


def test_in_a_flood_the_worker_gathers_and_rests() -> None:
    most = arrivals.DELIVERIES_AT_ONCE
    assert seconds_to_rest(0, 0.01) == seconds_to_rest(3, 0.01) == SECONDS_BETWEEN_LOOKS
    assert seconds_to_rest(FLOOD_AT_ONCE, 0.01) == SECONDS_TO_GATHER
    assert seconds_to_rest(most, 0.2) == 0.2
    assert seconds_to_rest(most, 60) == LONGEST_REST
