"""Past months that became others: causes add up to the cent and open their rows."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, CampaignSpend
from kpis.choices import VoidReason
from kpis.events.voiding import void
from kpis.models import KpiEvent, MonthSnapshot
from kpis.period import Period, Window, whole_month
from kpis.queries.numbers import KpiData
from kpis.restatements.causes import Cause
from kpis.restatements.data import RestatementPageData
from kpis.restatements.reading import baseline, read_restatement, restated_month
from kpis.restatements.snapshots import snapshot_of
from leads.models import Lead
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa.clinic_time import clinic_today, clinic_zone
from medspa.models import User
from tests.factories import (
    CampaignFactory,
    CampaignSpendFactory,
    KpiEventFactory,
    LeadFactory,
)
from tests.page_text import text_of
from tests.rules import let_history_change

MONTH = whole_month(clinic_today() - timedelta(days=70))
START, END = MONTH.utc_range(clinic_zone())
MIDDLE = START + timedelta(days=12, hours=15)
RANGE = f"from={MONTH.first}&to={MONTH.last}"
ADDRESS = f"/kpis/restatements/?month={MONTH.first:%Y-%m}"


def window(period: Period = MONTH) -> Window:
    return Window(period, clinic_zone(), datetime.now(UTC))


@pytest.fixture
def some(db: None) -> list[Lead]:
    """Eight leads of the month; all but two booked, came and paid $500 in it."""
    glow, reels = CampaignFactory(name="Glow"), CampaignFactory(name="Reels")
    leads = [
        LeadFactory(
            created_at=START + timedelta(days=day),
            campaign=(glow, reels, None)[day % 3],
        )
        for day in range(1, 9)
    ]
    for lead in leads[:6]:
        at = lead.created_at + timedelta(days=2)
        KpiEventFactory(lead=lead, occurred_at=at)
        KpiEventFactory(lead=lead, kind="consult_show", occurred_at=at)
        KpiEventFactory(lead=lead, paid=True, occurred_at=at)
        KpiEventFactory(lead=lead, kind="ad_click", occurred_at=at)
    KpiEventFactory(lead=None, campaign=glow, kind="ad_click", occurred_at=MIDDLE)
    return leads


@pytest.fixture
def kept(some: list[Lead]) -> MonthSnapshot:
    """The month as it stood when this began."""
    snapshot = snapshot_of(window())
    snapshot.save()
    assert snapshot.net_revenue_cents == 300_000
    return snapshot


def now() -> RestatementPageData:
    snapshot = baseline(MONTH, clinic_zone().key)
    assert snapshot is not None
    return read_restatement(snapshot, KpiData(window()))


def reasons(number: str) -> dict[Cause, tuple[int, int]]:
    """By cause: how many rows, and what they add up to."""
    found = next((one for one in now().numbers if one.key == number), None)
    return {r.cause: (r.count, r.amount) for r in found.reasons} if found else {}


def check_sums() -> None:
    """Every difference is explained to the last cent."""
    restatement = now()
    sums: Counter[str] = Counter()
    for change in restatement.changes:
        assert change.cause != Cause.OTHER, change
        sums.update(change.amounts)
    assert {
        key: cents for key, cents in sums.items() if cents
    } == restatement.differences


def payment_of(lead: Lead) -> KpiEvent:
    return KpiEvent.objects.get(lead=lead, kind="invoice_paid")


def refund_late(paid: KpiEvent) -> KpiEvent:
    return KpiEventFactory(
        refunded=True,
        lead=paid.lead,
        refund_of=paid,
        value_cents=20_000,
        occurred_at=paid.occurred_at + timedelta(hours=1),
    )


def test_nothing_is_said_before_anything_changed(kept: MonthSnapshot) -> None:
    assert now().differences == {}
    assert restated_month(KpiData(window())) is None


def test_a_refund_recorded_late_says_its_amount(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    refund_late(payment_of(some[0]))
    assert reasons("net_revenue_cents") == {Cause.REFUND: (1, -20_000)}
    assert now().numbers[0].signed == "−$200"
    check_sums()


def test_a_refund_of_today_changes_no_past_month(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    paid = payment_of(some[0])
    KpiEventFactory(refunded=True, lead=paid.lead, refund_of=paid, value_cents=20_000)
    assert now().differences == {}


def test_a_voided_payment_takes_its_customer_along(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    void(payment_of(some[0]).pk, VoidReason.TEST)
    assert reasons("net_revenue_cents") == {Cause.VOIDED: (1, -50_000)}
    assert reasons("new_customers") == {Cause.VOIDED: (1, -1)}
    check_sums()


def test_a_deleted_lead_takes_what_it_brought_and_comes_back_without_a_trace(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    some[0].delete()
    assert reasons("net_revenue_cents") == {Cause.DELETED: (1, -50_000)}
    assert reasons("leads") == {Cause.DELETED: (1, -1)}
    check_sums()
    some[0].restore()
    assert now().differences == {}
    check_sums()


def test_a_merge_makes_two_leads_one_and_moves_no_money(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    row = merge(some[0].pk, some[1].pk, MergeChoice())
    assert reasons("leads") == {Cause.MERGED: (1, -1)}
    assert "net_revenue_cents" not in now().differences
    assert reasons("booked_leads") == {Cause.MERGED: (1, -1)}
    check_sums()
    unmerge(row.pk)
    assert now().differences == {}


def test_another_campaign_moves_only_what_is_attributed(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    assert some[0].campaign
    some[0].campaign = None
    some[0].save()
    assert reasons("attributed_net_revenue_cents") == {Cause.CAMPAIGN: (1, -50_000)}
    assert reasons("leads_with_campaign") == {Cause.CAMPAIGN: (1, -1)}
    assert "net_revenue_cents" not in now().differences
    check_sums()


def test_leads_and_events_that_were_added_late(kept: MonthSnapshot) -> None:
    lead = LeadFactory(created_at=MIDDLE)
    KpiEventFactory(lead=lead, occurred_at=MIDDLE)
    KpiEventFactory(lead=lead, paid=True, occurred_at=MIDDLE)
    assert reasons("leads") == {Cause.ADDED: (1, 1)}
    assert reasons("net_revenue_cents") == {Cause.PAYMENT: (1, 50_000)}
    check_sums()


def test_an_earlier_payment_found_later_makes_a_customer_no_new_one(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    early = START - timedelta(days=3)
    KpiEventFactory(lead=some[0], paid=True, occurred_at=early)
    assert reasons("new_customers") == {Cause.PAYMENT: (1, -1)}
    assert "net_revenue_cents" not in now().differences
    check_sums()


def test_spend_that_was_entered_and_changed_late(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    campaign = CampaignFactory(monthly_spend_cents=0)
    CampaignSpendFactory(campaign=campaign, month=MONTH.first, spend_cents=120_000)
    assert reasons("spend_cents") == {Cause.SPEND: (1, 120_000)}
    other = some[0].campaign
    other.monthly_spend_cents += 500
    other.save()
    assert reasons("spend_cents") == {Cause.SPEND: (2, 120_500)}
    CampaignSpend.objects.get().delete()
    assert reasons("spend_cents") == {Cause.SPEND: (1, 500)}
    check_sums()


def test_rows_without_any_history_tell_by_their_moments(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    let_history_change(Lead, KpiEvent, Campaign)
    Lead.history.all().delete()
    KpiEvent.history.all().delete()
    Campaign.history.all().delete()
    void(payment_of(some[0]).pk, VoidReason.TEST)
    some[1].delete()
    assert reasons("net_revenue_cents") == {
        Cause.VOIDED: (1, -50_000),
        Cause.DELETED: (1, -50_000),
    }
    check_sums()


def test_what_was_changed_behind_our_back_is_named_other(
    kept: MonthSnapshot, some: list[Lead]
) -> None:
    Lead.objects.filter(pk=some[7].pk).update(created_at=START - timedelta(days=90))
    assert reasons("leads") == {Cause.OTHER: (1, -1)}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(3))
def test_everything_at_once_adds_up(
    kept: MonthSnapshot, some: list[Lead], first: int
) -> None:
    leads = some[first:] + some[:first]
    merge(leads[0].pk, leads[1].pk, MergeChoice(frozenset({"campaign"})))
    leads[2].delete()
    leads[3].campaign = Campaign.objects.order_by("-id").first()
    leads[3].save()
    for event in KpiEvent.objects.filter(lead=leads[4], refunds=None):
        event.delete()
    KpiEventFactory(lead=leads[0], paid=True, occurred_at=MIDDLE)
    KpiEventFactory(lead=leads[5], paid=True, occurred_at=START - timedelta(days=40))
    KpiEventFactory(lead=leads[5], occurred_at=MIDDLE)
    KpiEventFactory(lead=leads[6], kind="ad_click", occurred_at=MIDDLE)
    KpiEvent.objects.filter(lead=None).first().delete()
    check_sums()
    leads[0].refresh_from_db()
    leads[0].delete()
    leads[2].restore()
    check_sums()


# The pages ----------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_kpi_page_says_what_changed_and_the_page_shows_its_rows(
    desk: Client, kept: MonthSnapshot, some: list[Lead]
) -> None:
    address = f"/kpis/?{RANGE}"
    assert "Restated since" not in page_of(desk, address)
    refund = refund_late(payment_of(some[0]))
    page = page_of(desk, address)
    day = timezone.localtime(kept.taken_at, clinic_zone())
    assert f"Restated since {day:%b} {day.day}" in page
    assert "Net revenue −$200" in page
    line = page_of(desk, f"{ADDRESS}&part=line")
    assert "(1 refund recorded late)" in line
    rows = page_of(desk, f"{ADDRESS}&number=net_revenue_cents")
    assert "1 row<" in rows
    assert f"/leads/{refund.lead_id}/" in rows
    assert "Refund $200" in rows
    assert "Restated since" not in page_of(desk, f"{address}&basis=cohort")


@pytest.mark.slow
@pytest.mark.parametrize("month", ["", "2026-13", "2026-02", "10000-01", "x"])
def test_a_month_that_was_not_kept_is_not_found(
    desk: Client, kept: MonthSnapshot, month: str
) -> None:
    assert desk.get(f"/kpis/restatements/?month={month}").status_code == 404


def test_only_who_sees_the_numbers_sees_what_changed_them(
    client: Client, front_desk: User, kept: MonthSnapshot
) -> None:
    client.force_login(front_desk)
    assert client.get(ADDRESS).status_code == 403


def test_the_kpi_page_names_the_months_without_spend(
    desk: Client, some: list[Lead]
) -> None:
    starts_on = MONTH.first + timedelta(days=9)
    CampaignFactory(name="Lips", monthly_spend_cents=0, starts_on=starts_on)
    page = page_of(desk, f"/kpis/?{RANGE}")
    assert "Spend missing:" in page
    assert f">Lips {MONTH.first:%b}" in page
