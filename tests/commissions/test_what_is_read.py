"""Which events a month is worked out from, at every edge."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commissions.engine import CreditShare, compute
from commissions.models import Provider
from commissions.rules.month_totals import load_totals
from commissions.statements.loading import load, rule_row, terms_of
from kpis.models import KpiEvent
from medspa.clinic_time import clinic_zone
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    refund,
)
from tests.factories import (
    CreditFactory,
    KpiEventFactory,
    LeadFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
ONCE = {
    "type": "flat",
    "event": "invoice_paid",
    "amount_cents": 2_500,
    "once_per_lead": True,
}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clinic_zone())


def at(moment: datetime, **columns: Any) -> KpiEvent:
    columns.setdefault("paid", True)
    return KpiEventFactory(occurred_at=moment, **columns)


def read(month: date = APRIL, provider: Provider | None = None) -> set[str]:
    loaded = load(month, provider and provider.pk)
    return {event.id for event in loaded.inputs.events}


# Events ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_read"),
    [
        ("2026-03-31T23:59:59.999999", False),
        ("2026-04-01T00:00:00", True),
        ("2026-04-30T23:59:59.999999", True),
        ("2026-05-01T00:00:00", False),
    ],
)
def test_a_month_begins_and_ends_at_the_clinic_s_midnight(
    moment: str, is_read: bool
) -> None:
    event = at(local(moment))
    assert (event.pk in read()) == is_read


def test_a_leap_day_is_in_its_month() -> None:
    event = at(local("2024-02-29T23:59:59"))
    assert read(date(2024, 2, 1)) == {event.pk}
    assert read(date(2024, 3, 1)) == set()


@pytest.mark.parametrize(
    ("kind", "is_read"),
    [
        ("invoice_paid", True),
        ("consult_show", True),
        ("consult_booked", True),
        ("ad_click", False),
    ],
)
def test_payments_and_consults_are_read(kind: str, is_read: bool) -> None:
    columns: dict[str, Any] = {"paid": True} if kind == "invoice_paid" else {}
    event = at(local("2026-04-10T12:00:00"), **{"paid": False, **columns})
    if kind not in ("invoice_paid", "consult_booked"):
        KpiEvent.objects.filter(pk=event.pk).update(kind=kind)
    assert (event.pk in read()) == is_read


def test_what_is_voided_or_of_a_deleted_lead_is_not_read() -> None:
    gone, of_nobody, stage_periods = (
        at(local("2026-04-10T12:00:00")) for _ in range(3)
    )
    gone.delete()
    of_nobody.lead.delete()
    assert read() == {stage_periods.pk}


def test_what_stands_in_an_event_is_read_to_the_microsecond() -> None:
    moment = datetime(2026, 4, 10, 12, 0, 0, 123_457, tzinfo=UTC)
    details = {"procedure": "BTX", "category": "retail", "cost_cents": 1_999}
    sale = at(moment, value_cents=10**9, metadata_json=details)
    ana, bea = sorted([hire(), hire()], key=lambda person: person.pk)
    CreditFactory(kpi_event=sale, provider=bea, share_bps=6_000)
    CreditFactory(kpi_event=sale, provider=ana, share_bps=4_000)
    back = refund(sale, 500, APRIL)
    found = {event.id: event for event in load(APRIL).inputs.events}
    assert found[sale.pk] == (
        *(sale.pk, "invoice_paid", moment, 10**9, sale.lead_id, "BTX", "retail"),
        *(1_999, (CreditShare(ana.pk, 4_000), CreditShare(bea.pk, 6_000)), None),
    )
    event = found[back.pk]
    assert (event.refund_of, event.category, event.cost_cents) == (
        sale.pk,
        "service",
        0,
    )
    assert (event.procedure, event.credits) == (None, ())


def test_a_consult_has_no_value() -> None:
    consult = at(local("2026-04-10T12:00:00"), paid=False)
    (event,) = load(APRIL).inputs.events
    assert (event.id, event.value_cents) == (consult.pk, 0)


# Refunds --------------------------------------------------------------------


def test_behind_a_refund_stand_its_payment_and_all_refunds_up_to_then() -> None:
    sale = pay(None, 10_000, date(2026, 1, 1))
    other = pay(None, 10_000, date(2026, 1, 1))
    first = refund(sale, 1_000, MARCH)
    now = refund(sale, 1_000, APRIL)
    refund(sale, 1_000, MAY)
    refund(other, 1_000, MARCH)
    assert read() == {sale.pk, first.pk, now.pk}


def test_old_refunds_dated_before_their_payment_count_with_it() -> None:
    """The database refuses new ones, and did not look at those that it had."""
    sale, later = pay(None, 10_000, APRIL), pay(None, 10_000, MAY)
    early, other = refund(sale, 1_000, APRIL), refund(later, 1_000, MAY)
    rule = "kpis_kpievent_refund_follows"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE kpis_kpievent DISABLE TRIGGER {rule}")
    moved = KpiEvent.objects.filter(pk__in=[early.pk, other.pk])
    assert moved.update(occurred_at=local("2026-03-10T12:00:00")) == 2
    assert read() == {sale.pk, early.pk}


def test_a_voided_refund_is_not_read() -> None:
    sale = pay(None, 10_000, MARCH)
    gone = refund(sale, 1_000, APRIL)
    gone.delete()
    assert read() == set()


def test_where_a_minimum_is_a_refund_reads_its_payment_s_whole_month() -> None:
    ana = hire()
    sale, beside = pay(ana, 10_000, MARCH), pay(ana, 10_000, MARCH, day=1)
    back = refund(sale, 1_000, APRIL)
    pay(ana, 10_000, date(2026, 2, 1))
    agree(ana, TEN_PERCENT)
    assert read() == {sale.pk, back.pk}
    agree(ana, {**TEN_PERCENT, "min_period_base_cents": 5_000})
    assert read() == {sale.pk, back.pk, beside.pk}


def test_a_month_after_one_without_statements_reads_its_refunds() -> None:
    ana = hire()
    sale = pay(ana, 10_000, date(2026, 2, 1))
    back = refund(sale, 1_000, MARCH)
    assert read() == set()
    StatementFactory(provider=ana, month=date(2026, 2, 1))
    assert read() == {sale.pk, back.pk}
    StatementFactory(provider=ana, month=MARCH)
    assert read() == set()


def test_a_refund_at_the_first_midnight_after_the_statements_before_is_read() -> None:
    ana = hire()
    sale = pay(ana, 10_000, date(2026, 2, 1))
    back = refund(sale, 1_000, MARCH)
    midnight = local("2026-03-01T00:00:00")
    KpiEvent.objects.filter(pk=back.pk).update(occurred_at=midnight)
    StatementFactory(provider=ana, month=date(2026, 2, 1))
    assert read() == {sale.pk, back.pk}
    earlier = midnight - timedelta(microseconds=1)
    KpiEvent.objects.filter(pk=back.pk).update(occurred_at=earlier)
    assert read() == set()


@pytest.mark.parametrize(
    "terms",
    [
        {"type": "pool", "rate_bps": 1, "members": {"c1": 1}},
        {"type": "bonus", "threshold_cents": 1, "amount_cents": 1},
        {**TEN_PERCENT, "cap_cents": 5},
    ],
    ids=lambda terms: str(terms["type"]),
)
def test_rules_of_whole_months_read_all_of_a_refunded_payment_s_month(
    terms: dict[str, Any],
) -> None:
    ana = hire()
    sale, beside = pay(ana, 10_000, MARCH), pay(ana, 10_000, MARCH, day=1)
    other = refund(beside, 1, MARCH, day=2)
    back = refund(sale, 1_000, APRIL)
    agree(ana, {"event": "invoice_paid", **terms})
    assert read() == {sale.pk, back.pk, beside.pk, other.pk}


def test_for_totals_alike_payments_are_one_also_of_a_month_that_is_read_whole() -> None:
    ana = hire()
    capped = agree(ana, {**TEN_PERCENT, "cap_cents": 5})
    for day in (1, 10, 20):
        pay(ana, 10_000, MARCH, day=day)
    sale = pay(ana, 10_000, MARCH)
    back = refund(sale, 1_000, APRIL)
    inputs = load_totals(APRIL, rule_row(capped, terms_of(capped))).inputs
    (alike,) = {event.id for event in inputs.events} - {sale.pk, back.pk}
    assert len(inputs.events) == 3
    assert inputs.times == {alike: 3}


# Once -----------------------------------------------------------------------


def test_all_events_of_such_a_rule_s_leads_are_read_from_the_first_on() -> None:
    ana, lead = hire(), LeadFactory()
    agree(ana, ONCE, effective_from=date(2026, 3, 10))
    early = pay(ana, 1, date(2026, 2, 1), lead=lead)
    assert read() == set()
    now = pay(ana, 1, APRIL, lead=lead)
    pay(ana, 1, MAY, lead=lead)
    assert read() == {early.pk, now.pk}
    back = refund(early, 1, MARCH)
    assert read() == {early.pk, back.pk, now.pk}


@pytest.mark.parametrize(
    ("more", "is_whole"),
    [({"cap_cents": 5_000}, True), ({"min_period_base_cents": 1}, True), ({}, False)],
)
def test_the_month_to_which_a_sum_may_pass_is_read_whole(
    more: dict[str, int], is_whole: bool
) -> None:
    ana, lead = hire(), LeadFactory()
    agree(ana, ONCE | more, effective_from=APRIL)
    first, second = pay(ana, 1, MARCH, lead=lead), pay(ana, 1, APRIL, lead=lead)
    beside = pay(ana, 1, APRIL)
    back = refund(first, 1, MAY)
    always = {first.pk, second.pk, back.pk}
    assert read(MAY) == (always | {beside.pk} if is_whole else always)


def test_a_cap_that_was_reached_stays_reached_when_a_sum_passes_on() -> None:
    ana, lead = hire(), LeadFactory()
    agree(ana, ONCE | {"cap_cents": 5_000}, effective_from=APRIL)
    first = pay(ana, 1, MARCH, lead=lead)
    for each in (lead, LeadFactory(), LeadFactory()):
        pay(ana, 1, APRIL, lead=each)
    refund(first, 1, MAY)
    loaded = load(MAY)
    (statement,) = compute(loaded.inputs, [MAY], since=loaded.since).statements
    assert statement.earned_cents == 0


def test_only_the_same_people_s_events_of_that_kind_are_read() -> None:
    ana, lead = hire(), LeadFactory()
    agree(ana, ONCE)
    shown = KpiEventFactory(lead=lead, occurred_at=local("2026-03-10T12:00:00"))
    CreditFactory(kpi_event=shown, provider=ana)
    somebody_else_s = pay(ana, 1, MARCH)
    now = pay(ana, 1, APRIL, lead=lead)
    assert read() == {now.pk}
    assert read(MARCH) == {shown.pk, somebody_else_s.pk}


# One provider alone ---------------------------------------------------------


def test_for_one_provider_their_events_and_those_of_their_people_are_read() -> None:
    ana, bea, lead = hire(), hire(), LeadFactory()
    own = pay(ana, 1, APRIL, lead=lead)
    same_person = pay(bea, 1, APRIL, lead=lead)
    other = pay(bea, 1, APRIL)
    back = refund(own, 1, APRIL)
    assert read(provider=ana) == {own.pk, same_person.pk, back.pk}
    members = {ana.pk: 1}
    pool = {"type": "pool", "event": "invoice_paid", "rate_bps": 1, "members": members}
    agree(None, pool)
    agree(None, TEN_PERCENT)
    assert read(provider=ana) == {own.pk, same_person.pk, back.pk, other.pk}
    zoe = hire()  # who has no part in the pool
    assert read(provider=zoe) == set()
