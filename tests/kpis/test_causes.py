"""Each cause of a restated number, from rows as they were and as they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kpis.restatements.causes import (
    Cause,
    Comparison,
    EventRow,
    LeadRow,
    NumberChange,
    State,
    remainder,
)

START, END = datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 4, 1, 4, tzinfo=UTC)
TICK, DAY = timedelta(microseconds=1), timedelta(days=1)
LEAD = LeadRow("L", "Ada", START, None, False)
OTHER = LeadRow("M", "Bea", START - DAY, None, False)
PAID = EventRow("P", "L", "invoice_paid", 500, START + DAY, False)
REFUND = EventRow("R", "L", "invoice_refunded", 200, START + DAY, False)
Leads, Events = list[LeadRow], list[EventRow]


def state(leads: Leads, events: Events) -> State:
    return State({row.id: row for row in leads}, {row.id: row for row in events})


def compared(
    leads: tuple[Leads, Leads], events: tuple[Events, Events] = ([], []), **who: object
) -> dict[Cause, dict[str, int]]:
    then, now = state(leads[0], events[0]), state(leads[1], events[1])
    found: dict[Cause, dict[str, int]] = {}
    for change in Comparison(then, now, START, END, **who).changes():  # type: ignore[arg-type]
        known = found.setdefault(change.cause, {})
        for key, amount in change.amounts.items():
            known[key] = known.get(key, 0) + amount
    return found


def of_events(*pair: Events, **lead: object) -> dict[Cause, dict[str, int]]:
    """Of a lead that came before the month and is what it was."""
    one = replace(LEAD, created_at=START - DAY, **lead)  # type: ignore[arg-type]
    return compared(([one], [one]), (pair[0], pair[1]))


def test_a_late_payment_makes_a_customer_and_money() -> None:
    assert of_events([], [PAID]) == {
        Cause.PAYMENT: {
            "paid_invoices": 1,
            "gross_collected_cents": 500,
            "net_revenue_cents": 500,
            "paying_leads": 1,
            "new_customers": 1,
        }
    }


def test_a_late_refund_takes_money_and_no_customer() -> None:
    assert of_events([], [REFUND], campaign="C") == {
        Cause.REFUND: {
            "refunds_cents": -200,
            "net_revenue_cents": -200,
            "attributed_net_revenue_cents": -200,
        }
    }


def test_money_of_a_lead_with_a_campaign_is_attributed() -> None:
    amounts = of_events([], [PAID], campaign="C")[Cause.PAYMENT]
    assert amounts["attributed_net_revenue_cents"] == 500
    assert amounts["attributed_new_customers"] == 1


@pytest.mark.parametrize(
    ("kind", "amounts"),
    [
        ("consult_booked", {"booked_events": 1, "booked_leads": 1}),
        ("consult_show", {"show_events": 1, "shown_leads": 1}),
        ("ad_click", {"ad_clicks": 1}),
    ],
)
def test_other_late_events(kind: str, amounts: dict[str, int]) -> None:
    late = replace(PAID, kind=kind, cents=0)
    assert of_events([], [late]) == {Cause.EVENT: amounts}


@pytest.mark.parametrize(
    ("at", "counts"),
    [(START - TICK, False), (START, True), (END - TICK, True), (END, False)],
)
def test_the_month_begins_and_ends_to_the_microsecond(
    at: datetime, counts: bool
) -> None:
    late = replace(PAID, kind="consult_booked", cents=0, occurred_at=at)
    assert bool(of_events([], [late])) == counts
    came = replace(LEAD, created_at=at)
    assert compared(([], [came])) == ({Cause.ADDED: {"leads": 1}} if counts else {})


def test_a_payment_before_the_month_makes_nobody_new() -> None:
    early = replace(PAID, id="Q", occurred_at=START - TICK)
    assert of_events([PAID], [PAID, early]) == {Cause.PAYMENT: {"new_customers": -1}}
    after = replace(early, occurred_at=END)
    assert of_events([PAID], [PAID, after]) == {}
    refund = replace(early, kind="invoice_refunded")
    assert of_events([PAID], [PAID, refund]) == {}


def test_voided_brought_back_removed_and_moved() -> None:
    void = replace(PAID, is_voided=True)
    gone = {
        "paid_invoices": -1,
        "gross_collected_cents": -500,
        "net_revenue_cents": -500,
        "paying_leads": -1,
        "new_customers": -1,
    }
    back = {key: -amount for key, amount in gone.items()}
    assert of_events([PAID], [void]) == {Cause.VOIDED: gone}
    assert of_events([void], [PAID]) == {Cause.BACK: back}
    assert of_events([PAID], []) == {Cause.REMOVED: gone}
    moved = replace(PAID, occurred_at=END)
    assert of_events([PAID], [moved]) == {Cause.MOVED: gone}
    # A payment moved before the month: nobody new, and no payment in it.
    assert of_events([PAID], [replace(PAID, occurred_at=START - TICK)]) == {
        Cause.MOVED: gone
    }
    assert of_events([PAID], [PAID]) == {}
    assert of_events([void], [void]) == {}


def test_what_a_deleted_lead_brought_goes_with_it() -> None:
    gone = replace(LEAD, is_deleted=True)
    amounts = {
        "leads": -1,
        "paid_invoices": -1,
        "gross_collected_cents": -500,
        "net_revenue_cents": -500,
        "paying_leads": -1,
        "new_customers": -1,
    }
    events = ([PAID], [PAID])
    assert compared(([LEAD], [gone]), events) == {Cause.DELETED: amounts}
    back = {key: -amount for key, amount in amounts.items()}
    assert compared(([gone], [LEAD]), events) == {Cause.RESTORED: back}
    merged = compared(([LEAD], [gone]), events, merged=frozenset("L"))
    assert merged == {Cause.MERGED: amounts}
    apart = compared(([gone], [LEAD]), events, unmerged=frozenset("L"))
    assert apart == {Cause.UNMERGED: back}
    assert compared(([LEAD], []), ([], [])) == {Cause.REMOVED: {"leads": -1}}


def test_a_payment_that_goes_over_to_another_lead_was_merged() -> None:
    taken = replace(PAID, lead="M")
    leads = [replace(LEAD, campaign="C"), OTHER]
    events = ([PAID], [taken])
    merged = compared((leads, leads), events)
    assert merged[Cause.MERGED] == {
        "attributed_net_revenue_cents": -500,
        "attributed_new_customers": -1,
    } or merged[Cause.MERGED] == {
        "attributed_net_revenue_cents": -500,
        "attributed_new_customers": -1,
        "paying_leads": 0,
        "new_customers": 0,
    }
    apart = compared((leads, leads), events, unmerged=frozenset("M"))
    assert set(apart) == {Cause.UNMERGED}
    apart = compared((leads, leads), events, unmerged=frozenset("L"))
    assert set(apart) == {Cause.UNMERGED}


def test_another_campaign_and_another_moment_of_a_lead() -> None:
    of_campaign = replace(LEAD, campaign="C")
    assert compared(([LEAD], [of_campaign]), ([PAID], [PAID])) == {
        Cause.CAMPAIGN: {
            "leads_with_campaign": 1,
            "attributed_new_customers": 1,
            "attributed_net_revenue_cents": 500,
        }
    }
    late = replace(LEAD, created_at=END)
    assert compared(([LEAD], [late])) == {Cause.MOVED: {"leads": -1}}
    kept = compared(([LEAD], [late]), survivors=frozenset("L"))
    assert kept == {Cause.MERGED: {"leads": -1}}
    assert compared(([LEAD], [replace(LEAD, name="Bea")])) == {}


def test_a_click_without_a_lead_counts_for_itself() -> None:
    click = EventRow("N", None, "ad_click", 0, START, False)
    assert compared(([], []), ([], [click])) == {Cause.EVENT: {"ad_clicks": 1}}
    void = replace(click, is_voided=True)
    assert compared(([], []), ([click], [void])) == {Cause.VOIDED: {"ad_clicks": -1}}
    unknown = replace(click, lead="Z")
    assert compared(([], []), ([], [unknown])) == {}


def test_the_rows_say_whose_they_are() -> None:
    then, now = state([LEAD], []), state([replace(LEAD, name="Bea")], [PAID])
    event, lead = Comparison(then, now, START, END).changes()
    assert (event.name, event.lead, event.event) == ("Bea", "L", PAID)
    assert (lead.name, lead.lead, lead.event) == ("Bea", "L", None)
    assert lead.amounts == {"paying_leads": 1, "new_customers": 1}
    gone = Comparison(state([LEAD], []), state([], []), START, END).changes()
    assert [change.name for change in gone] == ["Ada"]


def test_what_is_left_unexplained() -> None:
    known = [
        NumberChange(Cause.ADDED, {"leads": 2}),
        NumberChange(Cause.PAYMENT, {"net_revenue_cents": 5, "leads": 1}),
    ]
    assert remainder({"leads": 3, "net_revenue_cents": 9}, known) == {
        "net_revenue_cents": 4
    }
    assert remainder({"leads": 2}, known[:1]) == {}
    assert remainder({}, known[:1]) == {"leads": -2}


def test_a_deleted_leads_numbers_went_with_it_whatever_became_of_its_events() -> None:
    gone, void = replace(LEAD, is_deleted=True), replace(PAID, is_voided=True)
    found = compared(([LEAD], [gone]), ([PAID], [void]))
    assert found[Cause.DELETED] == {
        "leads": -1,
        "paying_leads": -1,
        "new_customers": -1,
    }
    assert set(found) == {Cause.DELETED, Cause.VOIDED}


def test_the_number_of_leads_has_the_leads_own_cause() -> None:
    moved = replace(LEAD, created_at=END, campaign="C")
    found = compared(([replace(LEAD, campaign="C")], [moved]), ([], [PAID]))
    assert found[Cause.MOVED] == {"leads": -1, "leads_with_campaign": -1}
    assert found[Cause.PAYMENT]["paying_leads"] == 1
