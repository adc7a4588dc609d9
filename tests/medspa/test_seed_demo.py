"""`manage.py seed_demo`: the same clinic from the same seed, whole or not at all."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import F, Sum
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.models import Campaign, CampaignSpend
from commissions.models import Credit
from kpis.models import KpiEvent
from leads import contact
from leads.choices import ActivityType, Outcome
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    Opportunity,
    PipelineStage,
    Task,
)
from leads.services.totals import check_stage_totals
from medspa.audit.history import actor_name
from medspa.demo.sample.loading import ACTOR, COPY_COLUMNS, HISTORY_OF
from tests.committed import APPS
from tests.factories import LeadFactory, StageFactory
from tests.restoring import restore

LEADS = 300
UNTIL = date(2024, 6, 30)
# The end of that day in New York.
END = datetime(2024, 7, 1, 4, tzinfo=UTC)
# Encryption takes a fresh nonce each time.
SEALED = {"email", "phone"}


def seed(**options: object) -> str:
    said = io.StringIO()
    defaults = {"leads": LEADS, "months": 12, "seed": 7, "until": UNTIL}
    call_command("seed_demo", stdout=said, **(defaults | options))
    return said.getvalue()


@pytest.fixture(scope="module")
def clinic(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The sample clinic, made once for the tests that only look at it."""
    with django_db_blocker.unblock():
        restore()
        yield seed()
        restore()


def clinic_models() -> Iterator[type[models.Model]]:
    """The clinic's tables without their histories."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not hasattr(model, "history_type"):
                yield model


def snapshot() -> dict[str, list[tuple]]:
    """Every row of every loaded table, without what encryption makes new each time."""
    tables = {}
    for table, columns in COPY_COLUMNS.items():
        kept = ", ".join(name for name in columns.split() if name not in SEALED)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {kept} FROM {table} ORDER BY id")  # noqa: S608
            tables[table] = cursor.fetchall()
    return tables


def structure() -> list[tuple]:
    """The indexes, constraints and triggers of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT conrelid::regclass || conname"
            "   || pg_get_constraintdef(oid) || convalidated::text FROM pg_constraint"
            " UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text"
            "   FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        )
        return cursor.fetchall()


@pytest.mark.slow
def test_the_same_arguments_make_the_same_clinic(clinic: str) -> None:
    first = snapshot()
    restore()
    seed()
    assert snapshot() == first


@pytest.mark.slow
def test_another_seed_makes_another_clinic(clinic: str, db: None) -> None:
    first = snapshot()
    restore()
    seed(seed=8)
    second = snapshot()
    assert len(second["leads_lead"]) == len(first["leads_lead"])
    assert second["leads_lead"] != first["leads_lead"]


def test_the_command_says_what_it_made(clinic: str) -> None:
    assert clinic.startswith("Made 12 campaigns, ")
    assert f"{LEADS} leads, {LeadStage.objects.count():,} stage periods" in clinic


def test_the_number_of_leads_is_exact(clinic: str) -> None:
    assert Lead.all_objects.count() == LEADS


@pytest.mark.slow
def test_a_sample_of_every_table_passes_full_clean(clinic: str) -> None:
    for model in clinic_models():
        ids = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        for row in model._base_manager.filter(pk__in=ids[:: len(ids) // 10 + 1]):
            row.full_clean()


def test_every_lead_has_one_current_stay_and_an_unbroken_chain(clinic: str) -> None:
    for lead in Lead.all_objects.prefetch_related("stage_periods"):
        stage_periods = sorted(
            lead.stage_periods.all(), key=lambda stage_period: stage_period.changed_at
        )
        assert stage_periods[0].changed_at == lead.created_at
        for stage_period, following in pairwise(stage_periods):
            assert (
                stage_period.left_at == following.changed_at > stage_period.changed_at
            )
        assert stage_periods[-1].left_at is None


def test_leads_begin_in_the_first_stage(clinic: str) -> None:
    first = PipelineStage.objects.order_by("order").first()
    begun = LeadStage.objects.filter(changed_at=F("lead__created_at"))
    assert set(begun.values_list("stage", flat=True)) == {first.pk}  # type: ignore[union-attr]
    assert begun.count() == LEADS


def test_who_paid_is_won_since_the_first_payment(clinic: str) -> None:
    won = LeadStage.objects.filter(stage__outcome=Outcome.WON, left_at=None)
    assert won.count() > LEADS * 0.08
    for stage_period in won:
        payments = stage_period.lead.kpi_events.filter(kind="invoice_paid")
        assert payments.earliest("occurred_at").occurred_at == stage_period.changed_at
    payers = Lead.all_objects.filter(kpi_events__kind="invoice_paid").distinct()
    assert payers.count() == won.count()


def test_lost_leads_have_a_reason_and_others_have_none(clinic: str) -> None:
    lost = LeadStage.objects.filter(stage__outcome=Outcome.LOST)
    assert lost.exists()
    assert not lost.filter(lost_reason="").exists()
    others = LeadStage.objects.exclude(stage__outcome=Outcome.LOST)
    assert not others.exclude(lost_reason="").exists()


def test_every_move_is_noted_as_an_activity(clinic: str) -> None:
    noted = Activity.objects.filter(type=ActivityType.STAGE_CHANGE)
    moments = set(noted.values_list("lead", "created_at"))
    entries = LeadStage.objects.exclude(changed_at=F("lead__created_at"))
    assert moments == set(entries.values_list("lead", "changed_at"))


def test_nothing_lies_in_the_future(clinic: str) -> None:
    for table, columns in COPY_COLUMNS.items():
        moments = [
            name
            for name in columns.split()
            if name.endswith("_at") and name != "due_at"
        ]
        for moment in moments:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT max({moment}) FROM {table}")  # noqa: S608
                (latest,) = cursor.fetchone()
            assert latest is None or latest < END, (table, moment)


def test_consults_are_kept_by_who_booked_them(clinic: str) -> None:
    bookings = KpiEvent.objects.filter(kind="consult_booked").in_bulk()
    shows = list(KpiEvent.objects.filter(kind="consult_show"))
    assert len(shows) > LEADS * 0.1
    for show in shows:
        booking = bookings[show.metadata_json["booking"]]
        assert booking.lead_id == show.lead_id
        assert booking.occurred_at < show.occurred_at
        due = datetime.fromisoformat(booking.metadata_json["scheduled_for"])
        assert abs(show.occurred_at - due) <= timedelta(minutes=10)


def test_refunds_follow_their_payment_and_never_exceed_it(clinic: str) -> None:
    payments = KpiEvent.objects.filter(kind="invoice_paid").annotate(
        back=Sum("refunds__value_cents")
    )
    for payment in payments.exclude(back=None):
        assert payment.back <= payment.value_cents
        for refund in payment.refunds.all():
            assert refund.occurred_at > payment.occurred_at
            assert refund.lead_id == payment.lead_id


def test_every_payment_is_credited_in_full(clinic: str) -> None:
    payments = KpiEvent.objects.filter(kind="invoice_paid")
    shares = payments.annotate(share=Sum("credits__share_bps"))
    assert set(shares.values_list("share", flat=True)) == {10_000}
    assert Credit.objects.values("provider").distinct().count() >= 4


@pytest.mark.slow
def test_people_are_invented_and_can_be_found(clinic: str) -> None:
    for lead in Lead.all_objects.all():
        assert lead.email or lead.phone
        if lead.email:
            assert lead.email.endswith("@example.com")
            assert lead in Lead.all_objects.with_email(lead.email)
        if lead.phone:
            assert lead.phone[5:10] == "55501"
            assert contact.clean_phone(lead.phone) == lead.phone
            assert lead in Lead.all_objects.with_phone(lead.phone)
            assert lead in Lead.all_objects.with_last_four(lead.phone[-4:])


def test_some_leads_lack_an_email_or_a_phone(clinic: str) -> None:
    without_email = Lead.all_objects.filter(email_index=b"").count()
    without_phone = Lead.all_objects.filter(phone_index=b"").count()
    assert 0 < without_email < LEADS / 5
    assert 0 < without_phone < LEADS / 5


def test_months_have_a_spend_and_leads_cost_what_they_should(clinic: str) -> None:
    assert CampaignSpend.objects.count() == 12 * 13 - 1
    newest = CampaignSpend.objects.filter(from_on=date(2024, 6, 1))
    late = Campaign.objects.exclude(pk__in=newest.values("campaign"))
    assert late.get().monthly_spend_cents > 0
    assert CampaignSpend.objects.latest("from_on").from_on == date(2024, 6, 1)
    attributed = Lead.all_objects.exclude(campaign=None)
    assert not attributed.exclude(ad_platform=F("campaign__platform")).exists()
    assert not attributed.exclude(source=F("campaign__platform")).exists()
    spent = CampaignSpend.objects.aggregate(cents=Sum("spend_cents"))["cents"]
    assert 4_000 < spent / attributed.count() < 9_000


def test_only_leads_in_play_have_a_next_step(clinic: str) -> None:
    steps = Task.objects.all()
    assert steps.exists()
    assert not steps.filter(
        lead__stage_periods__left_at=None,
        lead__stage_periods__stage__outcome=Outcome.LOST,
    ).exists()
    assert all(step.due_at > step.created_at - timedelta(days=1) for step in steps)


def test_expected_dates_were_not_past_when_they_were_set(clinic: str) -> None:
    dated = Opportunity.objects.exclude(expected_date=None)
    assert dated.count() > LEADS / 2
    assert not dated.filter(expected_date__lt=F("expected_date_set_on")).exists()


def test_history_says_who_made_each_row_and_keeps_contacts_sealed(clinic: str) -> None:
    for label in HISTORY_OF:
        model = apps.get_model(label)
        made = model.history.filter(history_type="+")  # type: ignore[attr-defined]
        assert made.count() == model._base_manager.count()
        assert set(made.values_list("history_actor", flat=True)) == {"Sample data"}
    assert actor_name() != ACTOR
    for past in Lead.history.filter(history_type="+"):
        assert past.deleted_at is None
        assert past.email == Lead.all_objects.get(pk=past.id).email


def test_deletions_are_in_the_history_too(clinic: str) -> None:
    deleted = Lead.all_objects.deleted().order_by("pk")
    noted = Lead.history.filter(history_type="~").order_by("id")
    assert list(noted.values_list("id", "deleted_at")) == list(
        deleted.values_list("pk", "deleted_at")
    )


def test_the_kept_totals_are_true(clinic: str) -> None:
    checks = check_stage_totals()
    assert len(checks) == 5
    assert all(check.agrees for check in checks)
    assert sum(leads for leads, _ in (check.stored for check in checks)) == (
        Lead.objects.count()
    )


def test_the_database_is_built_as_before(db: None) -> None:
    restore()
    before = structure()
    seed(leads=10)
    assert structure() == before


def test_new_leads_wait_for_a_first_call(db: None) -> None:
    restore()
    seed(leads=60, until=None)
    recent = Lead.objects.filter(
        created_at__gt=timezone.now() - timedelta(hours=3),
        stage_periods__left_at=None,
        stage_periods__stage=PipelineStage.objects.earliest("order"),
    )
    assert recent.count() >= 3
    by_hand = Activity.objects.filter(lead__in=recent).exclude(type="form_submit")
    assert all(activity.payload_json["automated"] for activity in by_hand)
    assert timezone.now() - recent.latest("created_at").created_at < timedelta(
        minutes=10
    )


@pytest.mark.slow
def test_leads_are_given_to_the_demo_people(db: None) -> None:
    restore()
    user = apps.get_model("medspa.User").objects.create(username="frontdesk")
    seed(leads=30)
    assert 0 < Lead.all_objects.filter(assigned_to=user).count() < 30


@pytest.mark.slow
def test_without_a_number_a_month_brings_its_usual_leads(db: None) -> None:
    restore()
    seed(leads=None, months=1)
    assert Lead.all_objects.count() == 180


def test_a_clinic_with_leads_is_left_alone(db: None) -> None:
    restore()
    LeadFactory()
    with pytest.raises(CommandError, match="There are leads here already"):
        seed()
    assert Lead.all_objects.count() == 1


def test_a_second_run_is_refused(clinic: str) -> None:
    with pytest.raises(CommandError, match="only made in an empty installation"):
        seed()


def test_a_pipeline_without_a_booking_stage_is_refused(db: None) -> None:
    restore()
    StageFactory()
    with pytest.raises(CommandError, match="records booked consults"):
        seed()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"leads": 0}, "--leads must be between 1 and 5,000,000."),
        ({"months": 121}, "--months must be between 1 and 120."),
        ({"until": date(2999, 1, 1)}, "--until can't be in the future."),
    ],
)
def test_impossible_arguments_are_refused(
    db: None, options: dict[str, object], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        seed(**options)
