"""Events in order: local days, refunds beside their payments, nothing twice."""

from datetime import UTC, date, datetime

import pytest

from commissions.engine import CreditShare, Event, InputRefused
from commissions.engine.journal import JournalEntry, journal, orphans, unique
from tests.commissions.small_month import ZONE, back, moment, paid


def entries(*events: Event) -> list[JournalEntry]:
    return journal(unique(events), ZONE, {})


def parts(*events: Event) -> list[tuple[str, int]]:
    return [
        (refund.event.id, refund.part_cents)
        for entry in entries(*events)
        for refund in entry.refunds
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


def test_refunds_come_in_the_order_of_their_moments_then_of_their_ids() -> None:
    events = [back("b", "e", 1), back("a", "e", 1), back("z", "e", 1, "2026-03-11")]
    assert parts(paid("e", 100), *events) == [("z", 1), ("a", 1), ("b", 1)]


def test_a_refund_is_on_its_local_day() -> None:
    (entry,) = entries(paid("e1", 100, "2026-03-31"), back("r", "e1", 4, "2026-04-02"))
    (refund,) = entry.refunds
    assert (entry.month, refund.day) == (date(2026, 3, 1), date(2026, 4, 2))
    assert refund.month == date(2026, 4, 1)


def test_a_refund_older_than_its_payment_counts_with_it() -> None:
    (entry,) = entries(
        back("r1", "e1", 40, "2026-02-02"), paid("e1", 100, "2026-03-31")
    )
    (refund,) = entry.refunds
    assert (refund.day, refund.moment) == (entry.day, entry.event.occurred_at)


def test_refunds_take_back_no_more_than_what_is_left() -> None:
    sale, late = paid("e1", 100), back("r3", "e1", 5, "2026-03-13")
    first = back("r1", "e1", 60)
    assert parts(sale, first, back("r2", "e1", 40), late) == [("r1", 60), ("r2", 40)]
    assert parts(sale, first, back("r2", "e1", 900)) == [("r1", 60), ("r2", 40)]
    assert parts(paid("e1", 1), back("r1", "e1", 1)) == [("r1", 1)]
    assert parts(paid("e1", 0), back("r1", "e1", 5)) == []


def test_refunds_of_two_payments_are_counted_apart() -> None:
    sales = paid("e1", 100), paid("e2", 50)
    assert parts(*sales, back("r1", "e1", 50), back("r2", "e2", 50)) == [
        ("r1", 50),
        ("r2", 50),
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
    assert [entry.event.id for entry in journal(known, ZONE, {})] == ["e1", "e2"]
