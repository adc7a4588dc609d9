"""A payment that the front desk typed in and a system reports, too, counts once."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from connections.models import ItemOutcome
from kpis.choices import Kind, VoidReason
from kpis.events import undoing
from kpis.events.payments import (
    change_of,
    record_payment,
    record_refund,
    replace_payment,
)
from kpis.events.refusals import VoidRefused
from kpis.events.voiding import void
from kpis.models import KpiEvent
from leads.models import Lead
from leads.timeline import read_timeline
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from tests.connections.bringing import GHL, event, outcomes
from tests.factories import LeadFactory

pytestmark = pytest.mark.usefixtures("clinic")
YESTERDAY = clinic_today() - timedelta(days=1)


def at(hour: int, day_offset: int = 0) -> datetime:
    day = YESTERDAY + timedelta(days=day_offset)
    return datetime.combine(day, time(hour), tzinfo=clinic_zone())


@pytest.fixture
def ana() -> Lead:
    return LeadFactory(first_name="Ana", email="ana@example.com")


def typed(lead: Lead, cents: int = 65_000) -> KpiEvent:
    return record_payment(lead, cents, "", "", paid_at=at(12))


def by_stripe(pk: str = "pi_1", **more: object) -> list[str]:
    values = {"amount_cents": 65_000, "occurred_at": at(17)} | more
    return outcomes(event("paid", pk, **values))


def cents(kind: Kind = Kind.INVOICE_PAID) -> list[int | None]:
    return list(
        KpiEvent.objects.filter(kind=kind).values_list("value_cents", flat=True)
    )


def test_it_counts_once_as_it_was_typed_in_and_the_timeline_says_so(ana: Lead) -> None:
    payment = typed(ana)
    assert by_stripe() == ["duplicate"]
    assert by_stripe() == ["unchanged"]
    assert [one.pk for one in KpiEvent.objects.all()] == [payment.pk]
    assert ItemOutcome.objects.first().reason == "typed_in"  # type: ignore[union-attr]
    [told] = [one.text for one in read_timeline(ana) if "counts once" in one.text]
    assert told == (
        "Payment of $650 was recorded here and came from Stripe, too. It counts once."
    )


@pytest.mark.parametrize(
    "more",
    [
        {"amount_cents": 65_001},
        {"occurred_at": at(23, -1)},
        {"occurred_at": at(0, 1)},
    ],
)
def test_another_amount_or_day_is_another_payment(
    ana: Lead, more: dict[str, object]
) -> None:
    typed(ana)
    assert by_stripe(**more) == ["created"]
    assert len(cents()) == 2
    assert not [one for one in read_timeline(ana) if "counts once" in one.text]


def test_another_persons_payment_is_another_one(ana: Lead) -> None:
    typed(LeadFactory(email="bea@example.com"))
    assert by_stripe() == ["created"]


def test_a_voided_one_is_none(ana: Lead) -> None:
    void(typed(ana).pk, VoidReason.MISTAKE)
    assert by_stripe() == ["created"]


def test_of_two_there_the_second_is_another_payment(ana: Lead) -> None:
    typed(ana)
    assert (by_stripe(), by_stripe("pi_2")) == (["duplicate"], ["created"])
    assert cents() == [65_000, 65_000]


def test_two_typed_in_are_the_two_there(ana: Lead) -> None:
    typed(ana)
    typed(ana)
    assert (by_stripe(), by_stripe("pi_2")) == (["duplicate"], ["duplicate"])
    assert by_stripe("pi_3") == ["created"]


def test_it_stays_as_it_was_typed_in_whoever_reports_it(ana: Lead) -> None:
    """So that an undo of what was reported leaves it."""
    payment = typed(ana)
    ghl = event("paid", "t1", amount_cents=65_000, occurred_at=at(9), system=GHL.system)
    assert outcomes(ghl, source=GHL) == ["duplicate"]
    assert by_stripe() == ["duplicate"]
    assert [one.pk for one in KpiEvent.objects.all()] == [payment.pk]


def test_a_refund_there_is_of_it(ana: Lead) -> None:
    payment = typed(ana)
    by_stripe()
    refund = event("refunded", "re_1", parent_id="pi_1", amount_cents=15_000)
    assert outcomes(refund) == ["created"]
    assert KpiEvent.objects.get(kind=Kind.INVOICE_REFUNDED).refund_of == payment


def test_a_refund_that_was_typed_in_counts_once_too(ana: Lead) -> None:
    payment = typed(ana)
    by_stripe()
    record_refund(ana, payment.pk, 15_000, refunded_on=YESTERDAY)
    values = {"parent_id": "pi_1", "amount_cents": 15_000, "occurred_at": at(18)}
    assert outcomes(event("refunded", "re_1", **values)) == ["duplicate"]
    assert outcomes(event("refunded", "re_1", **values)) == ["unchanged"]
    assert outcomes(event("refunded", "re_2", **values)) == ["created"]
    assert cents(Kind.INVOICE_REFUNDED) == [15_000, 15_000]


# Undoing what a system reported, too ----------------------------------------


def typed_by(person: User, lead: Lead) -> KpiEvent:
    with acting(user=person):
        return typed(lead)


def offered(lead: Lead, viewer: User) -> list[tuple[str, bool]]:
    """What the timeline offers of payments and refunds, and whether it asks why."""
    items = read_timeline(lead, viewer=viewer)
    return [(one.undo, bool(one.reasons)) for one in items if one.source == "event"]


def test_who_typed_it_in_cannot_undo_it_once_a_system_reported_it(
    ana: Lead, front_desk: User
) -> None:
    """The money would be gone: what a system reported does not come again."""
    payment = typed_by(front_desk, ana)
    assert offered(ana, front_desk) == [("Undo", False)]
    by_stripe()
    assert offered(ana, front_desk) == [("", True)]
    with pytest.raises(VoidRefused, match=r"Stripe reported the same\. Only a man"):
        undoing.void(ana, payment.pk, front_desk)
    assert cents() == [65_000]


def test_until_then_they_undo_it_and_the_report_counts(
    ana: Lead, front_desk: User
) -> None:
    undoing.void(ana, typed_by(front_desk, ana).pk, front_desk)
    assert by_stripe() == ["created"]
    assert cents() == [65_000]


def test_a_manager_voids_it_with_a_reason_as_any_reported_payment(
    ana: Lead, manager: User
) -> None:
    payment = typed_by(manager, ana)
    by_stripe()
    assert offered(ana, manager) == [("Void", True)]
    with pytest.raises(VoidRefused, match=r"Stripe reported the same\. Choose"):
        undoing.void(ana, payment.pk, manager)
    done = undoing.void(ana, payment.pk, manager, VoidReason.NEVER_HAPPENED)
    assert done.sentence.endswith("What Stripe reported no longer counts, either.")
    assert by_stripe() == ["unchanged"]
    assert cents() == []


def test_who_typed_in_a_refund_cannot_undo_it_once_it_was_reported(
    ana: Lead, front_desk: User
) -> None:
    payment = typed(ana)
    by_stripe()
    with acting(user=front_desk):
        refund = record_refund(ana, payment.pk, 15_000, refunded_on=YESTERDAY)
    values = {"parent_id": "pi_1", "amount_cents": 15_000, "occurred_at": at(18)}
    outcomes(event("refunded", "re_1", **values))
    with pytest.raises(VoidRefused, match="Stripe reported the same"):
        undoing.void(ana, refund.pk, front_desk)
    assert cents(Kind.INVOICE_REFUNDED) == [15_000]


def corrected(payment: KpiEvent, amount: int) -> KpiEvent:
    new = replace(change_of(payment), cents=amount)
    return replace_payment(payment.lead, payment.pk, new)


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_refund_of_a_payment_that_was_corrected_here_counts(
    ana: Lead, is_typed: bool
) -> None:
    payment = typed(ana) if is_typed else None
    by_stripe(who={"email": "ana@example.com"})
    payment = payment or KpiEvent.objects.get(kind=Kind.INVOICE_PAID)
    new = corrected(payment, 64_000)
    assert by_stripe() == ["unchanged"]
    refund = event("refunded", "re_1", parent_id="pi_1", amount_cents=20_000)
    assert outcomes(refund) == ["created"]
    told = KpiEvent.objects.get(kind=Kind.INVOICE_REFUNDED)
    assert (told.refund_of, told.value_cents) == (new, 20_000)
    assert cents() == [64_000]
