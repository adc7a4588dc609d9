"""The kept sums say what the rows say, whatever happens to the rows."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kpis.models import DaySum, DirtySubject, Fact, KpiEvent, Repeat, RollupState
from kpis.period import Period, Window
from kpis.queries.counts import period_slices, period_slices_from_rows, total
from kpis.rollups import rebuild_rollups
from kpis.rollups.reading import RollupRange, is_fresh
from kpis.verify import check, check_stored
from leads.choices import Source
from leads.models import Activity, Lead, Opportunity
from leads.services.merging import MergeChoice, merge
from medspa.clinic_time import clinic_zone
from tests.clinics import ChangeClinic
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    KpiEventFactory,
    LeadFactory,
    OpportunityFactory,
)
from tests.kpis.reference_case import ReferenceCase

pytestmark = pytest.mark.slow

NEW_YORK = "America/New_York"
PROCEDURES = ["BTX", "FILLER", "LASER", "RHINO"]
KINDS = ["consult_booked", "consult_show", "invoice_paid", "ad_click"]
ages = st.integers(0, 24 * 100)  # hours
places = st.integers(0, 10**6)


def wrong_ranges() -> list[str]:
    checked = (*check_stored(), *check())
    return [f"{one.period.label}: {one.wrong}" for one in checked if one.wrong]


class ClinicLife(RuleBasedStateMachine):
    """Things that happen in a clinic; whatever their order, the sums stay true."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = datetime.now(UTC)
        self.campaigns = [None, CampaignFactory(), CampaignFactory()]
        LeadFactory(created_at=self.now)

    def teardown(self) -> None:
        assert wrong_ranges() == []
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def ago(self, hours: int) -> datetime:
        return self.now - timedelta(hours=hours)

    def one(self, rows: object, place: int) -> object:
        found = list(rows.order_by("pk"))  # type: ignore[attr-defined]
        return found[place % len(found)] if found else None

    @rule(hours=ages, place=places, source=st.sampled_from(Source.values))
    def a_lead_comes(self, hours: int, place: int, source: str) -> None:
        campaign = self.campaigns[place % 3]
        LeadFactory(created_at=self.ago(hours), source=source, campaign=campaign)

    @rule(place=places, hours=ages, kind=st.sampled_from(KINDS), cents=places)
    def something_happens(self, place: int, hours: int, kind: str, cents: int) -> None:
        planned = {"scheduled_for": (self.ago(hours - 48)).isoformat()}
        KpiEventFactory(
            lead=self.one(Lead.objects, place),
            kind=kind,
            campaign=self.campaigns[1 + place % 2] if kind == "ad_click" else None,
            value_cents=cents + 1 if kind == "invoice_paid" else None,
            metadata_json=planned if kind == "consult_booked" else {},
            occurred_at=self.ago(hours),
        )

    @rule(place=places, hours=ages)
    def somebody_clicks(self, place: int, hours: int) -> None:
        KpiEventFactory(
            lead=None,
            kind="ad_click",
            campaign=self.campaigns[1 + place % 2],
            occurred_at=self.ago(hours),
        )

    @rule(place=places, hours=ages)
    def a_booked_consult_is_held(self, place: int, hours: int) -> None:
        if booking := self.one(KpiEvent.objects.filter(kind="consult_booked"), place):
            KpiEventFactory(
                lead=booking.lead,
                kind="consult_show",
                metadata_json={"booking": booking.pk},
                occurred_at=self.ago(hours),
            )

    @rule(place=places, hours=ages)
    def a_payment_is_refunded(self, place: int, hours: int) -> None:
        payments = KpiEvent.objects.filter(kind="invoice_paid", refunds=None)
        if paid := self.one(payments, place):
            KpiEventFactory(
                lead=paid.lead,
                kind="invoice_refunded",
                value_cents=1 + paid.value_cents // 2,
                refund_of=paid,
                occurred_at=max(self.ago(hours), paid.occurred_at),
            )

    @rule(place=places)
    def an_event_is_voided_or_restored(self, place: int) -> None:
        alone = KpiEvent.all_objects.filter(refunds=None, refund_of=None)
        if event := self.one(alone, place):
            deleted_at = None if event.is_deleted else self.now
            KpiEvent.all_objects.filter(pk=event.pk).update(deleted_at=deleted_at)

    @rule(place=places, hours=ages, automated=st.booleans())
    def a_lead_is_texted(self, place: int, hours: int, automated: bool) -> None:
        lead = self.one(Lead.objects, place)
        ActivityFactory(
            lead=lead,
            type="sms_sent",
            payload_json={"automated": automated},
            created_at=self.ago(hours),
        )

    @rule(place=places)
    def a_text_is_deleted_or_restored(self, place: int) -> None:
        if text := self.one(Activity.all_objects.all(), place):
            deleted_at = None if text.is_deleted else self.now
            Activity.all_objects.filter(pk=text.pk).update(deleted_at=deleted_at)

    @rule(place=places)
    def a_lead_is_deleted_or_restored(self, place: int) -> None:
        lead = self.one(Lead.all_objects.filter(merged_into=None), place)
        if lead.is_deleted:
            lead.restore()
        elif Lead.objects.count() > 1:
            lead.delete()

    @rule(place=places, which=places, source=st.sampled_from(Source.values))
    def a_lead_turns_out_to_come_from_elsewhere(
        self, place: int, which: int, source: str
    ) -> None:
        lead = self.one(Lead.all_objects.all(), place)
        Lead.all_objects.filter(pk=lead.pk).update(
            source=source, campaign=self.campaigns[which % 3]
        )

    @rule(place=places, procedure=st.sampled_from(PROCEDURES))
    def somebody_wants_something_else(self, place: int, procedure: str) -> None:
        lead = self.one(Lead.objects, place)
        if Opportunity.all_objects.filter(lead=lead).exists():
            Opportunity.all_objects.filter(lead=lead).update(procedure_code=procedure)
        else:
            OpportunityFactory(lead=lead, procedure_code=procedure)

    @rule(place=places)
    def an_opportunity_goes_or_comes_back(self, place: int) -> None:
        if found := self.one(Opportunity.all_objects.all(), place):
            found.restore() if found.is_deleted else found.delete()

    @rule(place=places)
    def two_leads_are_one_person(self, place: int) -> None:
        leads = list(Lead.objects.order_by("pk"))
        if len(leads) > 2:
            one, other = leads[place % len(leads)], leads[(place + 1) % len(leads)]
            merge(one.pk, other.pk, MergeChoice())

    @rule()
    def somebody_asks(self) -> None:
        assert wrong_ranges() == []

    @rule()
    def the_sums_are_made_again(self) -> None:
        rebuild_rollups(clinic_zone().key)

    @invariant()
    def nothing_is_noted_for_nobody(self) -> None:
        assert not DirtySubject.objects.filter(subject="").exists()


@pytest.mark.django_db
def test_the_sums_are_true_after_anything_in_any_order() -> None:
    run_state_machine_as_test(
        ClinicLife,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_first_question_makes_the_sums(clinic: ReferenceCase) -> None:
    assert not RollupState.objects.exists()
    assert is_fresh(clinic.window(clinic.content["ranges"][0]["id"]))
    assert RollupState.objects.get().zone == NEW_YORK
    assert wrong_ranges() == []


def test_another_zone_of_the_clinic_makes_them_again(
    clinic: ReferenceCase, clinic_is: ChangeClinic
) -> None:
    assert wrong_ranges() == []
    clinic_is(time_zone="Asia/Kolkata")
    assert wrong_ranges() == []
    assert RollupState.objects.get().zone == "Asia/Kolkata"


def test_a_zone_that_is_not_the_clinics_is_counted(
    clinic: ReferenceCase, clinic_is: ChangeClinic
) -> None:
    window = clinic.window(clinic.content["ranges"][0]["id"])
    clinic_is(time_zone="Asia/Kolkata")
    assert not is_fresh(window)
    assert period_slices(window) == period_slices_from_rows(window)


def test_what_changes_no_number_is_not_noted(clinic: ReferenceCase) -> None:
    assert wrong_ranges() == []
    lead = Lead.objects.order_by("pk").first()
    assert lead
    lead.first_name = "Bea"
    lead.save()
    Opportunity.objects.update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    ActivityFactory(lead=lead, type="form_submit", payload_json={})
    assert not DirtySubject.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: DaySum.objects.filter(paid_invoices__gt=0).delete(),
        lambda: Repeat.objects.update(n=99),
        lambda: Fact.objects.update(source="other") and _sums_of_facts(),
    ],
    ids=["a sum", "a repeat", "a fact"],
)
def test_the_command_finds_and_mends_what_is_wrong(
    clinic: ReferenceCase, spoil: Callable[[], object]
) -> None:
    call_command("verify_kpis", stdout=io.StringIO())
    spoil()
    with pytest.raises(CommandError, match="Run rebuild_kpis"):
        call_command("verify_kpis", stdout=io.StringIO(), stderr=io.StringIO())
    out = io.StringIO()
    call_command("verify_kpis", "--fix", stdout=out, stderr=io.StringIO())
    assert "all rebuilt" in out.getvalue()
    assert wrong_ranges() == []


def _sums_of_facts() -> None:
    """What was added up from the facts before they were spoiled."""
    DaySum.objects.update(leads=0)


def test_rebuilding_tells_how_far_it_is(clinic: ReferenceCase) -> None:
    out = io.StringIO()
    call_command("rebuild_kpis", stdout=out)
    leads = Lead.all_objects.count()
    assert f"{leads} of {leads} leads" in out.getvalue()
    assert wrong_ranges() == []


def test_a_fold_takes_as_many_statements_for_many_leads_as_for_one(
    clinic: ReferenceCase, django_assert_num_queries: Callable[..., object]
) -> None:
    """State; savepoint, lock, zone, take, settings, apply, settings, release."""
    window = clinic.window(clinic.content["ranges"][0]["id"])
    assert is_fresh(window)
    for leads in (1, 30):
        LeadFactory.create_batch(leads)
        with django_assert_num_queries(9):
            assert is_fresh(window)
        assert not DirtySubject.objects.exists()


@pytest.mark.parametrize("days", [1, 7, 31, 59, 90, 365, 700])
def test_any_range_at_any_place_is_what_the_rows_say(
    clinic: ReferenceCase, days: int
) -> None:
    first = datetime(2025, 12, 20, tzinfo=UTC).date()
    for offset in range(0, 120, 7):
        start = first + timedelta(days=offset)
        period = Period(start, start + timedelta(days=days - 1))
        window = Window(period, clinic_zone(), clinic.as_of)
        assert period_slices(window) == period_slices_from_rows(window), period


def test_a_lead_with_events_on_many_days_is_counted_once_in_any_range(
    db: None,
) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    lead = LeadFactory(created_at=now - timedelta(days=200))
    for age in (0, 1, 5, 30, 31, 64, 65, 120):
        KpiEventFactory(lead=lead, paid=True, occurred_at=now - timedelta(days=age))
    for first, last in ((120, 0), (119, 1), (65, 30), (64, 64), (40, 0), (31, 2)):
        days = [now.date() - timedelta(days=age) for age in (first, last)]
        window = Window(Period(*days), clinic_zone(), now)
        base = total(period_slices(window))
        assert base.paying_leads == 1, (first, last)
        assert base == total(period_slices_from_rows(window))


def test_whole_months_and_the_days_around_them_make_up_a_range() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    for offset, length in zip(count(0, 3), range(1, 400, 4), strict=False):
        whole = Period(day + timedelta(offset), day + timedelta(offset + length - 1))
        months = RollupRange.of(whole).months
        if months is None:
            assert whole.days < 62
            continue
        assert months.first.day == (months.last + timedelta(days=1)).day == 1
        assert whole.first <= months.first < months.last <= whole.last
        assert (months.first - whole.first).days < 31
        assert (whole.last - months.last).days < 31


def test_sums_without_anything_are_nothing(db: None) -> None:
    assert list(check()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kpis_changed")
        assert cursor.fetchone() == (0,)
