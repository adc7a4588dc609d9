"""Files of payments: each counts once, refunds find their payment, the rest is told."""

import pytest

from connections.door_parts.foreign_ids import fingerprint
from connections.files.importing import FileChoices, FileReport, import_file
from connections.models import (
    Connection,
    ExternalId,
    FileColumns,
    ItemOutcome,
    UnmatchedEvent,
)
from connections.taking_in import ItemSource, take_in
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.intake.files.refusals import FileRefused
from leads.models import Lead
from tests.connections.bringing import ago, event
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")

STRIPE = """\
id,Created date (UTC),Amount,Amount Refunded,Currency,Description,Status,\
PaymentIntent ID,Refunded date (UTC),Customer Email
ch_1,2026-05-01 10:00:00,450.00,0.00,usd,Lip filler for Dana Sampleton,Paid,pi_1,,\
dana@example.com
ch_2,2026-05-02 10:00:00,300.00,100.00,usd,,Paid,pi_2,2026-05-03 09:00:00,\
dana@example.com
ch_3,2026-05-04 10:00:00,80.00,0.00,usd,,Failed,pi_3,,dana@example.com
ch_4,2026-05-05 10:00:00,90.00,0.00,usd,,Paid,pi_4,,nobody@example.com
"""
SQUARE = """\
Date,Time,Total Collected,Tip,Event Type,Transaction ID,Payment ID,Customer ID,\
Customer Name,Original Payment ID
05/14/2026,14:03:22,"$330.00",$30.00,Payment,T1,PAY1,CUSTKIM,Kim Example,
05/15/2026,09:00:00,"-$100.00",$0.00,Refund,T2,REF1,CUSTKIM,Kim Example,PAY1
"""
TYPED = """\
Paid on,How much,Email
5/14/2026,"1,200.50",dana@example.com
5/14/2026,"1,200.50",DANA@example.com
"""


@pytest.fixture(autouse=True)
def dana(clinic: None) -> Lead:
    return LeadFactory(first_name="Dana", email="dana@example.com")


def bring(text: str, system: str, *, trial: bool = False, **more: object) -> FileReport:
    choices = FileChoices(system, "payments", is_trial=trial, **more)  # type: ignore[arg-type]
    return import_file(text.encode(), choices)


def cents(kind: Kind = Kind.INVOICE_PAID) -> list[int]:
    events = KpiEvent.objects.filter(kind=kind).order_by("value_cents")
    return [found.value_cents or 0 for found in events]


def test_a_trial_says_what_the_import_does_and_writes_nothing() -> None:
    trial = bring(STRIPE, "stripe", trial=True)
    assert cents() == []
    assert not ItemOutcome.objects.exists()
    assert not FileColumns.objects.exists()
    done = bring(STRIPE, "stripe")
    assert (trial.outcomes, trial.skipped) == (done.outcomes, done.skipped)
    assert done.outcomes == {"created": 3, "parked": 1}
    assert sum(done.skipped.values()) == 1
    assert cents() == [30_000, 45_000]
    assert cents(Kind.INVOICE_REFUNDED) == [10_000]


def test_a_second_run_changes_nothing() -> None:
    bring(STRIPE, "stripe")
    again = bring(STRIPE, "stripe")
    assert set(again.outcomes) == {"unchanged", "parked"}
    assert cents() == [30_000, 45_000]
    assert cents(Kind.INVOICE_REFUNDED) == [10_000]
    assert UnmatchedEvent.objects.count() == 1


def test_more_that_was_paid_back_adds_the_difference() -> None:
    bring(STRIPE, "stripe")
    bring(STRIPE.replace("300.00,100.00", "300.00,250.00"), "stripe")
    assert cents(Kind.INVOICE_REFUNDED) == [10_000, 15_000]


def test_a_file_and_a_door_count_a_payment_once() -> None:
    Connection.objects.create(door="stripe", account="acct_1")
    source = ItemSource("stripe", "acct_1")
    at = ago(days=20)
    paid = event(
        "paid", "pi_1", "dana@example.com", amount_cents=45_000, occurred_at=at
    )
    refund = event("refunded", "re_1", parent_id="pi_2", amount_cents=10_000)
    take_in([paid], source)
    bring(STRIPE, "stripe")
    assert cents() == [30_000, 45_000]
    assert [one.outcome.value for one in take_in([paid], source)] == ["unchanged"]
    assert refund.parent_id in set(ExternalId.objects.values_list("value", flat=True))


def test_a_refund_by_the_door_is_not_added_by_the_files_total() -> None:
    Connection.objects.create(door="stripe", account="acct_1")
    bring(STRIPE.replace("300.00,100.00", "300.00,0.00"), "stripe")
    refund = event("refunded", "re_1", parent_id="pi_2", amount_cents=10_000)
    take_in([refund], ItemSource("stripe", "acct_1"))
    bring(STRIPE, "stripe")
    assert cents(Kind.INVOICE_REFUNDED) == [10_000]


def test_squares_refund_row_finds_its_payment_and_tips_do_not_count(dana: Lead) -> None:
    ExternalId.objects.create(
        system="square", kind="customer", value=fingerprint("CUSTKIM"), lead=dana
    )
    report = bring(SQUARE, "square")
    assert report.outcomes == {"created": 2}
    assert cents() == [30_000]
    assert cents(Kind.INVOICE_REFUNDED) == [10_000]


def test_who_is_not_known_waits_with_the_customers_id() -> None:
    report = bring(SQUARE, "square")
    assert report.outcomes == {"parked": 2}
    assert sum(report.waiting.values()) == 2
    waiting = UnmatchedEvent.objects.get(what="paid")
    assert fingerprint("CUSTKIM") in waiting.content
    assert "Example" not in waiting.content


def test_a_mapping_is_kept_for_the_systems_next_file() -> None:
    chosen = {"Paid on": "date", "How much": "amount"}
    with pytest.raises(FileRefused):
        bring(TYPED, "vagaro")
    bring(TYPED, "vagaro", columns=chosen)
    assert cents() == [120_050, 120_050]
    again = bring(TYPED, "vagaro")
    assert again.outcomes == {"unchanged": 2}
    with pytest.raises(FileRefused):
        bring(TYPED, "boulevard")


def test_rows_without_ids_are_known_by_what_they_say() -> None:
    """Two equal payments of one day are two, and stay two."""
    chosen = {"Paid on": "date", "How much": "amount"}
    for _ in range(2):
        bring(TYPED, "vagaro", columns=chosen)
    assert cents() == [120_050, 120_050]
    ids = ExternalId.objects.filter(kind="payment").values_list("value", flat=True)
    assert len(set(ids)) == 2


def test_ids_of_rows_outlive_a_new_key_of_the_blind_indexes(settings: object) -> None:
    chosen = {"Paid on": "date", "How much": "amount"}
    bring(TYPED, "vagaro", columns=chosen)
    old = settings.BLIND_INDEX_KEY  # type: ignore[attr-defined]
    new = "bmV3LWtleS1mb3ItdGhlLXRlc3QtMzItYnl0ZXMhISE="
    settings.BLIND_INDEX_KEY = f"{new},{old}"  # type: ignore[attr-defined]
    assert bring(TYPED, "vagaro").outcomes == {"unchanged": 2}


def test_rows_that_cannot_be_believed_are_told_by_number() -> None:
    text = (
        "Date,Amount,Status,Email\n"
        "2026-05-01,10.00,Paid,dana@example.com,extra\n"
        "2026-05-01,10.00,Zzz,dana@example.com\n"
        "2026-05-01,ten,Paid,dana@example.com\n"
        "2026-05-01,10.00,Paid,\n"
        "2036-05-01,10.00,Paid,dana@example.com\n"
        "2026-05-01,12.00,Paid,dana@example.com\n"
    )
    report = bring(text, "other")
    assert cents() == [1_200]
    assert sorted(n for rows in report.refused.values() for n in rows) == [
        2,
        3,
        4,
        5,
        6,
    ]
    assert "Zzz" not in str(report.refused)
    assert [(one.events, one.label) for one in report.counts] == [
        (1, "recorded"),
        (5, "failed"),
    ]


def test_an_amount_in_another_currency_fails_and_waits_for_nobody() -> None:
    text = "Date,Amount,Currency,Status,Email,ID\n"
    report = bring(f"{text}2026-05-01,10.00,EUR,Paid,dana@example.com,t1\n", "other")
    assert not report.waiting
    assert report.refused == {"The amount isn't in the clinic's currency.": [2]}


def test_what_is_no_field_is_left_out_and_named() -> None:
    report = bring(STRIPE, "stripe")
    assert "Description" in report.mapping.left_out
    assert "Sampleton" not in str(report)


def test_a_second_line_of_one_order_is_another_payment() -> None:
    text = (
        "Date,Amount,Order ID,Email\n"
        "2026-05-01,10.00,77,dana@example.com\n"
        "2026-05-01,15.00,77,dana@example.com\n"
        "2026-05-01,15.00,77,dana@example.com\n"
    )
    report = bring(text, "zenoti")
    assert cents() == [1_000, 1_500]
    assert report.skipped == {"the same as an earlier row": 1}
    assert bring(text, "zenoti").outcomes == {"unchanged": 2}


def test_the_import_is_one_batch_of_outcomes() -> None:
    report = bring(STRIPE, "stripe")
    assert ItemOutcome.objects.filter(batch=report.batch).count() == 4
