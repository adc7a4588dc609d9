"""Events in order: local days, refunds beside their payments, nothing twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commissions.engine import CreditShare, Event, InputRefused
from commissions.engine.journal import JournalEntry, journal, orphans, unique
from tests.commissions.small_month import ZONE, back, moment, paid


def entries(*events: Event) -> list[JournalEntry]:
    return list(journal(unique(events), ZONE))


def parts(*events: Event) -> list[tuple[str, int, bool]]:
    return [
        (entry.event.id, entry.refunded.cents, entry.refunded.is_rest)
        for entry in entries(*events)
        if entry.refunded
    ]


def test_a_payment_is_on_its_local_day_and_takes_nothing_back() -> None:
    sale = paid("e1", 100)
    assert entries(sale) == [JournalEntry(sale, date(2026, 3, 10), date(2026, 3, 1))]


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-04-01T03:59:59", date(2026, 3, 31)),
        ("2026-04-01T04:00:00", date(2026, 4, 1)),
        ("2026-03-01T04:59:59", date(2026, 2, 28)),
        ("2028-03-01T04:59:59", date(2028, 2, 29)),
        ("2000-01-01T04:59:59", date(1999, 12, 31)),
        ("2100-03-01T04:59:59", date(2100, 2, 28)),
    ],
)
def test_midnight_is_that_of_the_clinic(at: str, day: date) -> None:
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    (entry,) = entries(paid("e1", 1)._replace(occurred_at=when))
    assert (entry.day, entry.month) == (day, day.replace(day=1))


def test_entries_come_in_the_order_of_their_moments_then_of_their_ids() -> None:
    events = [paid("b", 1), paid("a", 1), paid("z", 1, "2026-03-09")]
    assert [entry.event.id for entry in entries(*events)] == ["z", "a", "b"]


def test_a_refund_at_the_very_moment_of_payments_comes_after_them() -> None:
    events = [back("a", "b", 1, "2026-03-10"), paid("c", 1), paid("b", 1)]
    assert [entry.event.id for entry in entries(*events)] == ["b", "c", "a"]


def test_a_refund_names_its_payment_and_the_day_that_was_paid() -> None:
    sale = paid("e1", 100, "2026-03-31")
    _, entry = entries(sale, back("r1", "e1", 40, "2026-04-02"))
    assert entry.refunded is not None
    assert entry.refunded[:2] == (sale, date(2026, 3, 31))
    assert (entry.day, entry.month) == (date(2026, 4, 2), date(2026, 4, 1))


def test_a_refund_older_than_its_payment_counts_with_it() -> None:
    _, entry = entries(
        back("r1", "e1", 40, "2026-02-02"), paid("e1", 100, "2026-03-31")
    )
    assert (entry.event.id, entry.day) == ("r1", date(2026, 3, 31))


def test_refunds_take_back_what_is_left_and_the_last_cent_is_the_rest() -> None:
    sale = paid("e1", 100)
    assert parts(sale, back("r1", "e1", 60), back("r2", "e1", 39)) == [
        ("r1", 60, False),
        ("r2", 39, False),
    ]
    assert parts(sale, back("r1", "e1", 60), back("r2", "e1", 40)) == [
        ("r1", 60, False),
        ("r2", 40, True),
    ]
    assert parts(sale, back("r1", "e1", 60), back("r2", "e1", 900)) == [
        ("r1", 60, False),
        ("r2", 40, True),
    ]
    assert parts(sale, back("r1", "e1", 1), back("r2", "e1", 99)) == [
        ("r1", 1, False),
        ("r2", 99, True),
    ]


def test_after_the_rest_a_refund_takes_nothing_and_is_no_rest() -> None:
    sale = paid("e1", 100)
    later = back("r2", "e1", 5, "2026-03-13")
    assert parts(sale, back("r1", "e1", 100), later) == [
        ("r1", 100, True),
        ("r2", 0, False),
    ]


def test_one_cent_paid_and_paid_back_is_the_rest() -> None:
    assert parts(paid("e1", 1), back("r1", "e1", 1)) == [("r1", 1, True)]


def test_payments_of_nothing_have_no_rest() -> None:
    assert parts(paid("e1", 0), back("r1", "e1", 5)) == [("r1", 0, False)]


def test_refunds_of_two_payments_are_counted_apart() -> None:
    sales = paid("e1", 100), paid("e2", 50)
    assert parts(*sales, back("r1", "e1", 50), back("r2", "e2", 50)) == [
        ("r1", 50, False),
        ("r2", 50, True),
    ]


def test_what_is_delivered_twice_counts_once_the_first_time() -> None:
    first, again = paid("e1", 100), paid("e1", 200)
    assert unique([first, again]) == {"e1": first}


def test_shares_may_fill_the_whole_and_not_one_basis_point_more() -> None:
    whole = paid("e1", 1, by={"P1": 3_333, "P2": 6_667})
    assert unique([whole]) == {"e1": whole}
    more = whole._replace(credits=(*whole.credits, CreditShare("P3", 1)))
    with pytest.raises(InputRefused, match="The shares of e1 exceed the whole"):
        unique([more])


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = paid("e1", 1)._replace(
        occurred_at=moment("2026-03-10").replace(tzinfo=None)
    )
    with pytest.raises(InputRefused, match="e1 has a moment without a zone"):
        unique([naive])


def test_refunds_without_their_payment_are_named_in_order_and_come_nowhere() -> None:
    known = unique(
        [
            back("r3", "gone", 1),
            paid("e1", 100),
            back("r2", "e1", 1),
            back("r1", "gone", 1),
            back("r0", "", 1)._replace(refund_of=None),
            paid("e2", 1)._replace(refund_of="gone"),
        ]
    )
    assert orphans(known) == ["r0", "r1", "r3"]
    assert [entry.event.id for entry in journal(known, ZONE)] == ["e1", "e2", "r2"]


def test_a_refund_two_seconds_later_is_after_what_came_between() -> None:
    sale = paid("e1", 10)
    between = paid("e2", 10)._replace(
        occurred_at=sale.occurred_at + timedelta(seconds=1)
    )
    later = back("a", "e1", 10)._replace(
        occurred_at=sale.occurred_at + timedelta(seconds=2)
    )
    assert [entry.event.id for entry in entries(later, between, sale)] == [
        "e1",
        "e2",
        "a",
    ]
